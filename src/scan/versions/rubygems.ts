import { compareDigits, compareText } from "./digits.ts";

/** Compares versions of Ruby gems as Gem::Version does: a part with letters is before any number, and before the end. */
export function compareRubyGems(a: string, b: string): number {
  const left = segments(a);
  const right = segments(b);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const one = left[index] ?? "0";
    const other = right[index] ?? "0";
    const [first, second] = [/^\d/.test(one), /^\d/.test(other)];
    if (first !== second) return first ? 1 : -1;
    const difference = first ? compareDigits(one, other) : compareText(one, other);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Zeros at the end, and before the first letters, say nothing; a hyphen begins a pre-release. */
function segments(version: string): string[] {
  const all =
    version
      .trim()
      .replaceAll("-", ".pre.")
      .match(/\d+|[A-Za-z]+/g) ?? [];
  const letters = all.findIndex((one) => !/^\d/.test(one));
  const split = letters < 0 ? all.length : letters;
  return [...trimmed(all.slice(0, split)), ...trimmed(all.slice(split))];
}

function trimmed(parts: readonly string[]): string[] {
  const end = parts.findLastIndex((one) => !/^0+$/.test(one));
  return parts.slice(0, end + 1);
}
