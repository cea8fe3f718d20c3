import type { FoundPackage } from "./types.ts";

/**
 * Packages of a dpkg status file (deb-control(5)), or of one file of distroless' `status.d`, which has no Status field.
 * What was removed and left its settings is no package.
 */
export function* readDpkg(text: string): Generator<FoundPackage> {
  for (const block of text.split(/\n[ \t]*\n/)) {
    const fields = controlFields(block);
    const name = fields.get("package");
    const version = fields.get("version");
    if (name === undefined || version === undefined) continue;
    const status = fields.get("status")?.split(" ").at(-1);
    if (status === "config-files" || status === "not-installed") continue;
    const [, source, sourceVersion] = /^(\S+)(?:\s+\(([^)]+)\))?/.exec(fields.get("source") ?? "") ?? [];
    const architecture = fields.get("architecture");
    const dependencies = dependencyNames(`${fields.get("pre-depends") ?? ""},${fields.get("depends") ?? ""}`);
    yield {
      kind: "deb",
      name,
      version,
      ...(architecture === undefined ? {} : { architecture }),
      ...(source === undefined ? {} : { sourceName: source }),
      ...(sourceVersion === undefined ? {} : { sourceVersion }),
      ...(dependencies.length > 0 ? { dependencies } : {}),
    };
  }
}

const read = new Set(["package", "version", "status", "source", "architecture", "depends", "pre-depends"]);

function controlFields(block: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0 || line.startsWith(" ")) continue;
    const name = line.slice(0, colon).toLowerCase();
    if (read.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

/** Names in a relation field, of all alternatives: `libc6 (>= 2.36), a:any | b`. */
function dependencyNames(field: string): string[] {
  const names = field.split(/[,|]/).map((one) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(one)?.[1] ?? "");
  return [...new Set(names.filter((name) => name !== ""))];
}

/**
 * Licences of a copyright file in Debian's machine-readable form (DEP 5): the short names of its License fields, as SPDX
 * writes them where it has them.
 */
export function debianLicences(text: string): string[] {
  if (!/^Format:/m.test(text.slice(0, 500))) return [];
  const names = [...text.matchAll(/^License:[ \t]*([A-Za-z0-9][\w.+ -]{0,80})$/gm)].map(([, name = ""]) =>
    name
      .trim()
      .split(/ (and|or) /)
      .map((part) => (part === "and" || part === "or" ? part.toUpperCase() : spdxName(part)))
      .join(" "),
  );
  return [...new Set(names)].slice(0, 20);
}

const spdxNames: Readonly<Record<string, string>> = {
  Expat: "MIT",
  zlib: "Zlib",
  "BSD-2-clause": "BSD-2-Clause",
  "BSD-3-clause": "BSD-3-Clause",
  "BSD-4-clause": "BSD-4-Clause",
  CC0: "CC0-1.0",
  "PSF-2": "PSF-2.0",
};

/** `GPL-2+` of DEP 5 is `GPL-2.0-or-later`. */
function spdxName(name: string): string {
  const [, family, major, minor = "0", later] = /^((?:A|L)?GPL|GFDL)-(\d)(?:\.(\d))?(\+)?$/.exec(name) ?? [];
  if (family !== undefined) return `${family}-${major}.${minor}-${later === undefined ? "only" : "or-later"}`;
  return (Object.hasOwn(spdxNames, name) ? spdxNames[name] : undefined) ?? name;
}
