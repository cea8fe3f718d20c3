import type { FoundPackage } from "./types.ts";

/** The package of a package.json; none when it has no name and version (a marker of a folder, a fixture). */
export function* readNpm(text: string): Generator<FoundPackage> {
  const manifest = parse(text);
  if (manifest === undefined) return;
  const { name, version } = manifest;
  if (typeof name !== "string" || typeof version !== "string" || name === "" || version === "") return;
  const licences = licencesOf(manifest);
  const dependencies = isObject(manifest.dependencies) ? Object.keys(manifest.dependencies) : [];
  yield {
    kind: "npm",
    name,
    version: version.replace(/^[=v]+/, ""),
    ...(licences.length > 0 ? { licences } : {}),
    ...(dependencies.length > 0 ? { dependencies } : {}),
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `license` as an expression or, in old packages, `{ type }` and lists of them. */
function licencesOf({ license, licenses }: Record<string, unknown>): string[] {
  const all = [license, licenses].flatMap((one): unknown[] => (Array.isArray(one) ? one : [one]));
  return all
    .map((one) => (isObject(one) ? one.type : one))
    .filter((one) => typeof one === "string")
    .filter((one) => one !== "" && one.length <= 200);
}
