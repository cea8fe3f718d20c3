import { compareDigits } from "./digits.ts";

/** Compares versions of Debian packages (deb-version(7)): `[epoch:]upstream[-revision]`. */
export function compareDebian(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareDebianPart(left.upstream, right.upstream) ||
    compareDebianPart(left.revision, right.revision)
  );
}

function parse(version: string): {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
} {
  const [, epoch = "", rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(version.trim()) ?? [];
  const dash = rest.lastIndexOf("-");
  return dash < 0
    ? { epoch, upstream: rest, revision: "" }
    : { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

/** Runs of other characters and runs of digits by turns; `~` is before the end, letters before all else. */
export function compareDebianPart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const difference = weight(a, i) - weight(b, j);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    const startA = i;
    const startB = j;
    while (isDigit(a, i)) i++;
    while (isDigit(b, j)) j++;
    const difference = compareDigits(a.slice(startA, i), b.slice(startB, j));
    if (difference !== 0) return difference;
  }
  return 0;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function weight(text: string, at: number): number {
  if (at >= text.length || isDigit(text, at)) return 0;
  const code = text.charCodeAt(at);
  if (code === 126) return -1;
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) ? code : code + 256;
}
