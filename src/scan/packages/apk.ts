import type { FoundPackage } from "./types.ts";

interface Block {
  readonly fields: ReadonlyMap<string, string>;
  /** Paths of its files without a leading slash. */
  readonly files: readonly string[];
}

/** Packages of apk's `installed` database (wiki.alpinelinux.org, "Apk spec"): one letter a line, a blank line between. */
export function readApk(text: string): {
  readonly packages: FoundPackage[];
  readonly owned: Map<string, string>;
} {
  const blocks = text.split(/\n\n+/).map(readBlock);
  const providers = new Map<string, string>();
  const owned = new Map<string, string>();
  for (const { fields, files } of blocks) {
    const name = fields.get("P");
    if (name === undefined) continue;
    providers.set(name, name);
    for (const provided of (fields.get("p") ?? "").split(" ")) providers.set(bare(provided), name);
    for (const file of files) owned.set(file, name);
  }
  const packages = blocks.flatMap(({ fields }): FoundPackage[] => {
    const name = fields.get("P");
    const version = fields.get("V");
    if (name === undefined || version === undefined) return [];
    const origin = fields.get("o");
    const licence = fields.get("L");
    const architecture = fields.get("A");
    const needed = (fields.get("D") ?? "")
      .split(" ")
      .filter((one) => one !== "" && !one.startsWith("!"))
      .map((one) => providers.get(bare(one)) ?? "")
      .filter((one) => one !== "" && one !== name);
    return [
      {
        kind: "apk",
        name,
        version,
        ...(architecture ? { architecture } : {}),
        ...(origin && origin !== name ? { sourceName: origin } : {}),
        ...(licence ? { licences: [licence] } : {}),
        ...(needed.length > 0 ? { dependencies: [...new Set(needed)] } : {}),
      },
    ];
  });
  return { packages, owned };
}

function readBlock(block: string): Block {
  const fields = new Map<string, string>();
  const files: string[] = [];
  let folder = "";
  for (const line of block.split("\n")) {
    if (line[1] !== ":") continue;
    const letter = line[0] ?? "";
    const value = line.slice(2);
    if (letter === "F") folder = value;
    else if (letter === "R") files.push(folder === "" ? value : `${folder}/${value}`);
    else if ("PVAoLDp".includes(letter)) fields.set(letter, value);
  }
  return { fields, files };
}

/** A dependency without its version: `so:libc.musl-x86_64.so.1`, `busybox` of `busybox>=1.36`. */
function bare(dependency: string): string {
  return dependency.split(/[=<>~]/, 1)[0] ?? "";
}
