import type { FoundPackage } from "./types.ts";

/**
 * The distribution of a METADATA or PKG-INFO file (packaging.python.org, "Core metadata specifications").
 * Requirements of extras are left out.
 */
export function* readPython(text: string): Generator<FoundPackage> {
  const headers = text.split(/\r?\n\r?\n/, 1)[0] ?? "";
  const all = (field: string): string[] =>
    [...headers.matchAll(new RegExp(`^${field}:(.*)`, "gim"))].map(([, value = ""]) => value.trim());
  const [name] = all("Name");
  const [version] = all("Version");
  if (!name || !version) return;
  const stated = [...all("License-Expression"), ...all("License")].find(
    (one) => one !== "" && one !== "UNKNOWN" && one.length <= 100,
  );
  const classified = all("Classifier").flatMap((one) => /^License :: (?:.* :: )?(.+)$/.exec(one)?.[1] ?? []);
  const licences = stated === undefined ? classified : [stated];
  const dependencies = all("Requires-Dist")
    .filter((one) => !/\bextra\s*==/.test(one))
    .map((one) => /^[A-Za-z0-9][\w.-]*/.exec(one)?.[0] ?? "")
    .filter((one) => one !== "");
  yield {
    kind: "pypi",
    name,
    version,
    ...(licences.length > 0 ? { licences } : {}),
    ...(dependencies.length > 0 ? { dependencies: [...new Set(dependencies)] } : {}),
  };
}
