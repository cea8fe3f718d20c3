import { compare as comparePep440, valid } from "@renovatebot/pep440";
import { compareApk } from "./apk.ts";
import { compareDebian } from "./debian.ts";
import { compareMaven } from "./maven.ts";
import { compareRpm } from "./rpm.ts";
import { compareRubyGems } from "./rubygems.ts";
import { compareSemver, goSemver } from "./semver.ts";

/** Negative when `a` is older, 0 when both are the same version, undefined when one of them is no version. */
export type VersionOrder = (a: string, b: string) => number | undefined;

const orders: Readonly<Record<string, VersionOrder>> = {
  Debian: compareDebian,
  Ubuntu: compareDebian,
  Echo: compareDebian,
  Alpine: compareApk,
  Wolfi: compareApk,
  Chainguard: compareApk,
  "Rocky Linux": compareRpm,
  AlmaLinux: compareRpm,
  "Red Hat": compareRpm,
  openSUSE: compareRpm,
  SUSE: compareRpm,
  Mageia: compareRpm,
  openEuler: compareRpm,
  Maven: compareMaven,
  RubyGems: compareRubyGems,
  npm: compareSemver,
  Go: (a, b) => compareSemver(goSemver(a), goSemver(b)),
  "crates.io": compareSemver,
  PyPI: (a, b) => (valid(a) === null || valid(b) === null ? undefined : comparePep440(a, b)),
};

/** The order of an ecosystem's versions, by its name in OSV without the release; undefined when it is not known. */
export function versionOrder(ecosystem: string): VersionOrder | undefined {
  return Object.hasOwn(orders, ecosystem) ? orders[ecosystem] : undefined;
}
