import facts from "../../reference/data/python-wheels.json" with { type: "json" };
import { compareVersions } from "./version.ts";

const known = new Map<string, Readonly<Record<string, string>>>([
  ...Object.entries(facts.packages),
  ...Object.entries(facts.pure.packages),
]);

/**
 * Whether a release of a PyPI package installs on a minor version of Python (`3.13`) without a compiler, or runs on it
 * at all: `servesPython("numpy", "1.25.0", "3.12")` is false. Undefined for packages we hold no facts about. Names are
 * normalised as in PEP 503.
 */
export function servesPython(name: string, release: string, minor: string): boolean | undefined {
  const first = known.get(name);
  if (first === undefined || !/^\d+(\.\d+)*$/.test(release)) return undefined;
  const from = first[minor];
  // A version newer than the facts is served by what serves the newest one in them.
  if (from === undefined) {
    const newest = Object.keys(first).sort(compareVersions).at(-1) ?? minor;
    return compareVersions(minor, newest) > 0 ? servesPython(name, release, newest) : undefined;
  }
  return compareVersions(release, from.replace(/\.post.*$/, "")) >= 0;
}
