import { compareDigits, compareText } from "./digits.ts";

/** A number or a qualifier with the separator before it; a change between digits and letters counts as `-`. */
interface Token {
  readonly separator: string;
  readonly value: string;
  readonly number: boolean;
}

const qualifiers = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
const release = new Set(["ga", "final", "release"]);
const short: Readonly<Record<string, string>> = { a: "alpha", b: "beta", m: "milestone" };

/** Compares versions of Maven artifacts (maven.apache.org/pom.html, "Version order specification"). */
export function compareMaven(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const one = left[index];
    const other = right[index];
    const difference =
      one !== undefined && other !== undefined
        ? compareTokens(one, other)
        : one !== undefined
          ? compareToNothing(one)
          : other !== undefined
            ? -compareToNothing(other)
            : 0;
    if (difference !== 0) return difference;
  }
  return 0;
}

function parse(version: string): Token[] {
  const tokens: Token[] = [];
  let separator = "";
  for (const [, part = "", next = ""] of version.toLowerCase().matchAll(/([^.-]*)([.-]|$)/g)) {
    const pieces = part.match(/\d+|\D+/g) ?? ["0"];
    pieces.forEach((piece, index) => {
      tokens.push(token(index === 0 ? separator : "-", piece, index < pieces.length - 1));
    });
    separator = next;
    if (next === "") break;
  }
  return trim(tokens);
}

function token(separator: string, piece: string, digitFollows: boolean): Token {
  if (/^\d/.test(piece)) return { separator, value: piece.replace(/^0+(?=\d)/, ""), number: true };
  const long = digitFollows && Object.hasOwn(short, piece) ? short[piece] : undefined;
  const value = long ?? (piece === "cr" ? "rc" : release.has(piece) ? "" : piece);
  return { separator, value, number: false };
}

/** Removes what says nothing (0 and the release qualifiers) from the end, and from before each hyphen. */
function trim(tokens: readonly Token[]): Token[] {
  const kept = [...tokens];
  for (let end = kept.length; end > 0; ) {
    let start = end;
    while (start > 1 && isNull(kept[start - 1])) start--;
    kept.splice(start, end - start);
    end = start - 1;
    while (end > 0 && kept[end]?.separator !== "-") end--;
  }
  return kept;
}

function isNull(one: Token | undefined): boolean {
  return one?.value === "" || (one?.number === true && one.value === "0");
}

function compareTokens(a: Token, b: Token): number {
  if (a.number && b.number && a.separator === b.separator) return compareDigits(a.value, b.value);
  if (a.separator === b.separator && !a.number && !b.number) return compareQualifiers(a.value, b.value);
  return kind(a) - kind(b);
}

/** `.qualifier` < `-qualifier` < `-number` < `.number`; the first token has no separator and counts as `.`. */
function kind({ separator, number }: Token): number {
  return number ? (separator === "-" ? 2 : 3) : separator === "-" ? 1 : 0;
}

function compareQualifiers(a: string, b: string): number {
  const left = qualifiers.indexOf(a);
  const right = qualifiers.indexOf(b);
  if (left < 0 && right < 0) return compareText(a, b);
  return (left < 0 ? qualifiers.length : left) - (right < 0 ? qualifiers.length : right);
}

/** The shorter version is filled up with what says nothing: 0 after a dot, the release after a hyphen. */
function compareToNothing({ separator, value, number }: Token): number {
  if (!number) return compareQualifiers(value, "");
  return separator === "-" ? 1 : compareDigits(value, "0");
}
