/** A random number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/** Numbers that are the same on every run (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
const word = printable.filter((one) => /\w/.test(one));

/**
 * A text that an expression describes: literals, classes, groups, alternatives, bounded and unbounded repetition
 * (which ends soon); anchors and lookarounds make nothing. Alternatives and characters are equally likely.
 */
export function textOf(pattern: RegExp, random: Random): string {
  const { source } = pattern;
  let at = 0;
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];

  function alternatives(): () => string {
    const options: (() => string)[] = [];
    let parts: (() => string)[] = [];
    const close = (): void => {
      const sequence = parts;
      options.push(() => sequence.map((part) => part()).join(""));
      parts = [];
    };
    while (at < source.length && source[at] !== ")") {
      if (source[at] === "|") {
        close();
        at++;
      } else parts.push(repeated(atom()));
    }
    close();
    return () => pick(options)?.() ?? "";
  }

  function atom(): () => string {
    const look = /^\(\?<?[=!]/.exec(source.slice(at));
    if (source[at] === "(") {
      at += look?.[0].length ?? /^\((?:\?:|\?<\w+>)?/.exec(source.slice(at))?.[0].length ?? 1;
      const inside = alternatives();
      at++;
      return look === null ? inside : () => "";
    }
    if (source[at] === "[") {
      const characters = classAt();
      return () => pick(characters) ?? "";
    }
    const letter = source[at++] ?? "";
    if (letter === "^" || letter === "$") return () => "";
    if (letter === ".") return () => pick(printable) ?? "";
    if (letter !== "\\") return () => letter;
    const characters = escaped();
    return () => pick(characters) ?? "";
  }

  /** After the backslash. */
  function escaped(): readonly string[] {
    const letter = source[at++] ?? "";
    if (letter === "b" || letter === "B") return [];
    if (letter === "x") {
      at += 2;
      return [String.fromCharCode(Number.parseInt(source.slice(at - 2, at), 16))];
    }
    if (letter === "s") return [" "];
    if (letter === "S") return printable.slice(1);
    if (letter === "w") return word;
    if (letter === "d") return [..."0123456789"];
    return [escapes[letter] ?? letter];
  }

  function classAt(): readonly string[] {
    at++;
    const negated = source[at] === "^";
    if (negated) at++;
    const found: string[] = [];
    while (source[at] !== "]") {
      const first = source[at++] ?? "";
      const group = first === "\\" ? escaped() : [first];
      if (group.length === 1 && source[at] === "-" && source[at + 1] !== "]") {
        at++;
        let last = source[at++] ?? "";
        if (last === "\\") last = escaped()[0] ?? "";
        for (let code = group[0]?.charCodeAt(0) ?? 0; code <= last.charCodeAt(0); code++) {
          found.push(String.fromCharCode(code));
        }
      } else found.push(...group);
    }
    at++;
    return negated ? printable.filter((one) => !found.includes(one)) : found;
  }

  function repeated(make: () => string): () => string {
    const match = /^(?:\?|\*|\+|\{(\d+)(,)?(\d*)\})\??/.exec(source.slice(at));
    if (match === null) return make;
    at += match[0].length;
    const [text, low, comma, high] = match;
    const least = low === undefined ? (text.startsWith("+") ? 1 : 0) : Number(low);
    const most = text.startsWith("?")
      ? 1
      : low !== undefined && comma === undefined
        ? least
        : Number(high) || least + 8;
    return () => {
      const count = least + Math.floor(random() * (Math.min(most, least + 60) - least + 1));
      return Array.from({ length: count }, make).join("");
    };
  }

  return alternatives()();
}
