import { compareDigits, compareText } from "./digits.ts";

/** Compares `[epoch:]version[-release]` (rpm-version(7)). A version without a release is older than the same with one. */
export function compareRpm(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  const difference = compareDigits(left.epoch, right.epoch) || compareSegments(left.version, right.version);
  if (difference !== 0 || left.release === right.release) return difference;
  if (left.release === undefined) return -1;
  return right.release === undefined ? 1 : compareSegments(left.release, right.release);
}

function parse(text: string): {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | undefined;
} {
  const [, epoch = "", rest = ""] = /^(?:(\d*):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf("-");
  return dash < 0
    ? { epoch, version: rest, release: undefined }
    : { epoch, version: rest.slice(0, dash), release: rest.slice(dash + 1) };
}

/**
 * rpmvercmp: runs of digits and of letters, whatever stands between them; digits are newer than letters; `~` is older
 * than the end, `^` newer than the end and older than anything else.
 */
function compareSegments(a: string, b: string): number {
  const left = a.match(/\d+|[A-Za-z]+|[~^]/g) ?? [];
  const right = b.match(/\d+|[A-Za-z]+|[~^]/g) ?? [];
  for (let index = 0; ; index++) {
    const one = left[index];
    const other = right[index];
    if (one === undefined && other === undefined) return 0;
    const difference = rank(one) - rank(other);
    if (difference !== 0) return difference;
    if (one === undefined || other === undefined) return 0;
    const value = /\d/.test(one) ? compareDigits(one, other) : compareText(one, other);
    if (value !== 0) return value;
  }
}

function rank(segment: string | undefined): number {
  if (segment === "~") return -1;
  if (segment === undefined) return 0;
  if (segment === "^") return 1;
  return /\d/.test(segment) ? 3 : 2;
}
