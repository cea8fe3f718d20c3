import type { ShellCommand, ShellWord } from "./types.ts";

type Lookups = Pick<ShellCommand, "has" | "option" | "operands">;

/** The look-ups of a command's flags. */
export function flagLookups(args: readonly ShellWord[]): Lookups {
  const stop = args.findIndex((word) => word.text === "--");
  const before = stop < 0 ? args : args.slice(0, stop);
  const after = stop < 0 ? [] : args.slice(stop + 1);
  return {
    has: (...flags) => before.some((word) => flags.some((flag) => matches(word.text, flag))),
    option(...flags) {
      for (const [index, word] of before.entries()) {
        for (const flag of flags) {
          if (word.text === flag) return before[index + 1];
          if (word.text.startsWith(`${flag}=`)) return valuePart(word, flag.length + 1);
          if (isShort(flag) && word.text.startsWith(flag)) return valuePart(word, flag.length);
        }
      }
      return undefined;
    },
    operands(...valued) {
      const found: ShellWord[] = [];
      for (let index = 0; index < before.length; index++) {
        const word = before[index];
        if (!word) continue;
        if (valued.includes(word.text)) index++;
        else if (!word.text.startsWith("-") || word.text === "-") found.push(word);
      }
      return [...found, ...after];
    },
  };
}

function isShort(flag: string): boolean {
  return flag.length === 2 && flag[0] === "-" && flag[1] !== "-";
}

function matches(text: string, flag: string): boolean {
  if (text === flag) return true;
  if (flag.startsWith("--")) return text.startsWith(`${flag}=`);
  const letter = flag[1];
  return isShort(flag) && letter !== undefined && /^-[A-Za-z0-9]+$/.test(text) && text.includes(letter);
}

/** The value glued to a flag. Its range is exact as long as nothing before it is quoted. */
function valuePart(word: ShellWord, length: number): ShellWord {
  const prefix = word.raw.slice(0, length) === word.text.slice(0, length) ? length : 0;
  return {
    text: word.text.slice(length),
    raw: word.raw.slice(prefix),
    range: { start: Math.min(word.range.start + prefix, word.range.end), end: word.range.end },
    expanded: word.expanded,
    quoted: false,
    expansions: word.expansions,
    globs: word.globs,
    node: word.node,
  };
}
