import facts from "../../reference/data/python-wheels.json" with { type: "json" };
import { compareVersions } from "./version.ts";

const compiled = new Map<string, Readonly<Record<string, string>>>(Object.entries(facts.packages));
const pure = new Map<string, Readonly<Record<string, string>>>(Object.entries(facts.pure.packages));
const newestKnown =
  [...compiled.values()]
    .flatMap((first) => Object.keys(first))
    .sort(compareVersions)
    .at(-1) ?? "";

/**
 * Whether a release of a PyPI package (undefined for its newest) installs on a minor version of Python (`3.13`) without
 * a compiler, or runs on it at all: `servesPython("numpy", "1.25.0", "3.12")` is false. Undefined for what we hold no
 * facts about. Names are normalised as in PEP 503.
 */
export function servesPython(name: string, release: string | undefined, minor: string): boolean | undefined {
  if (release !== undefined && !/^\d+(\.\d+)*$/.test(release)) return undefined;
  // A version newer than the facts is served by what serves the newest one in them.
  const asked = compareVersions(minor, newestKnown) > 0 ? newestKnown : minor;
  const wheels = compiled.get(name);
  const from = (pure.get(name) ?? wheels)?.[asked];
  if (from === undefined) return wheels === undefined ? undefined : false;
  return release === undefined || compareVersions(release, from.replace(/\.post.*$/, "")) >= 0;
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
