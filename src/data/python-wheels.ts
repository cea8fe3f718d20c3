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

/**
 * Upper bounds that a release does not state and needs, because something it imports was removed later:
 * `missingBounds("gunicorn", "20.1.0")` is `["setuptools<82"]`. The first bound of a package counts.
 */
export function missingBounds(name: string, release: string): readonly string[] {
  const bounds = facts.bounds.packages
    .filter((one) => one.name === name && /^\d/.test(release) && compareVersions(release, one.before) < 0)
    .map(({ needs }) => needs);
  return bounds.filter(
    (one, index) => bounds.findIndex((other) => bounded(other) === bounded(one)) === index,
  );
}

/** The package of a bound: `setuptools` of `setuptools<82`. */
export function bounded(requirement: string): string {
  return requirement.replace(/<.*$/, "");
}
