import { compareDebianPart } from "./debian.ts";
import { compareDigits, compareText } from "./digits.ts";

/** A version of an Alpine package: `1.2.3b_rc4_p5~c0ffee-r6`. */
interface ApkVersion {
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly { readonly rank: number; readonly number: string }[];
  readonly revision: string;
  /** What is no part of a version; such a version is older than the same without it. */
  readonly rest: string;
}

/** In order; no suffix stands between `rc` and `cvs`. */
const suffixes = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];
const noSuffix = suffixes.indexOf("");

/** Compares versions of Alpine packages as apk-tools 3 does (apk-package(5), "pkgver"). */
export function compareApk(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  if (left.numbers.length === 0 && right.numbers.length === 0) return compareText(a, b);
  return (
    compareNumbers(left.numbers, right.numbers) ||
    compareText(left.letter, right.letter) ||
    compareSuffixes(left, right) ||
    compareDigits(left.revision, right.revision) ||
    compareRests(left.rest, right.rest)
  );
}

function parse(version: string): ApkVersion {
  const [all = "", numbers = "", letter = "", tail = ""] =
    /^((?:\d+\.?)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:~[0-9a-f]+)?/.exec(version) ??
    [];
  const [revision, digits = ""] = /^-r(\d*)/.exec(version.slice(all.length)) ?? [""];
  return {
    numbers: numbers.split(".").filter((part) => part !== ""),
    letter,
    suffixes: [...tail.matchAll(/_([a-z]+)(\d*)/g)].map(([, name = "", number = ""]) => ({
      rank: suffixes.indexOf(name),
      number,
    })),
    revision: digits,
    rest: version.slice(all.length + revision.length),
  };
}

/** Old versions like `6.6.2p1-r9` break the rules; among themselves the runs of digits still count as numbers. */
function compareRests(a: string, b: string): number {
  if (a === "" || b === "") return (a === "" ? 0 : -1) - (b === "" ? 0 : -1);
  return compareDebianPart(a, b);
}

/** After the first, a number with a leading zero is a fraction: `1.01` < `1.1`. */
function compareNumbers(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const left = a[index];
    const right = b[index];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    const fraction = index > 0 && (left.startsWith("0") || right.startsWith("0"));
    const difference = fraction ? compareText(left, right) : compareDigits(left, right);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareSuffixes(a: ApkVersion, b: ApkVersion): number {
  for (let index = 0; index < Math.max(a.suffixes.length, b.suffixes.length); index++) {
    const left = a.suffixes[index] ?? { rank: noSuffix, number: "" };
    const right = b.suffixes[index] ?? { rank: noSuffix, number: "" };
    const difference = left.rank - right.rank || compareDigits(left.number, right.number);
    if (difference !== 0) return difference;
  }
  return 0;
}
