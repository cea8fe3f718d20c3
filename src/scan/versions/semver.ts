import semver from "semver";

/**
 * Compares Semantic Versions (semver.org) as npm, Go and crates.io use them: a leading `v` and missing parts are
 * allowed, build metadata does not count, Go's pseudo versions are pre-releases. Undefined when one is no version.
 */
export function compareSemver(a: string, b: string): number | undefined {
  const left = parse(a);
  const right = parse(b);
  return left === undefined || right === undefined ? undefined : left.compare(right);
}

function parse(text: string): semver.SemVer | undefined {
  const [, numbers = "", rest = ""] = /^[v=\s]*(\d+(?:\.\d+){0,2})(.*)$/s.exec(text) ?? [];
  if (numbers === "") return undefined;
  const parts = numbers.split(".").map((part) => part.replace(/^0+(?=\d)/, ""));
  while (parts.length < 3) parts.push("0");
  return semver.parse(parts.join(".") + rest, { loose: true }) ?? undefined;
}

/** Go writes `1.22rc1` where its advisories have `1.22.0-rc.1`. */
export function goSemver(version: string): string {
  const [, numbers, patch, word, number] =
    /^(?:go|v)?(\d+\.\d+)(?:\.(\d+))?(rc|beta)(\d+)$/.exec(version) ?? [];
  return numbers === undefined ? version.replace(/^go/, "") : `${numbers}.${patch ?? "0"}-${word}.${number}`;
}
