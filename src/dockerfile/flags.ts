import { isSpace } from "./characters.ts";
import { sourceRange } from "./mapped-text.ts";
import type { Flag } from "./types.ts";
import type { Arguments } from "./words.ts";

/** The flags before an instruction's arguments, and where the arguments begin in the logical line. */
export interface Flags {
  readonly flags: readonly Flag[];
  readonly end: number;
}

/**
 * Reads `--name=value` words up to the first word that does not begin with `--`, or past a lone `--`.
 * Quotes and the escape character work inside them.
 */
export function readFlags(args: Arguments): Flags {
  const { text } = args.line;
  const flags: Flag[] = [];
  let at = args.start;
  for (;;) {
    while (at < args.end && isSpace(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) !== 45 || text.charCodeAt(at + 1) !== 45 || at + 1 >= args.end) {
      return { flags, end: at };
    }
    const start = at;
    const word = readFlagWord(args, start);
    at = word.end;
    if (word.text === "--") return { flags, end: at };
    flags.push(makeFlag(args, start, word));
  }
}

interface FlagWord {
  readonly text: string;
  readonly end: number;
  /** Offset right after the first `=`, -1 when there is none. */
  readonly valueStart: number;
}

function readFlagWord(args: Arguments, start: number): FlagWord {
  const source = args.line.text;
  const escapeCode = args.escape.charCodeAt(0);
  let text = "";
  let quote = 0;
  let valueStart = -1;
  let at = start;
  for (; at < args.end; at++) {
    let code = source.charCodeAt(at);
    if (quote === 0 && isSpace(code)) break;
    if (quote === 0 ? code === 34 || code === 39 : code === quote) {
      quote = quote === 0 ? code : 0;
      continue;
    }
    if (code === escapeCode) {
      at++;
      if (at >= args.end) break;
      code = source.charCodeAt(at);
    }
    if (code === 61 && valueStart < 0) valueStart = at + 1;
    text += source.charAt(at);
  }
  return { text, end: Math.min(at, args.end), valueStart };
}

function makeFlag(args: Arguments, start: number, word: FlagWord): Flag {
  const range = sourceRange(args.line, start, word.end);
  const equals = word.text.indexOf("=");
  if (equals < 0) return { name: word.text.slice(2), range };
  return {
    name: word.text.slice(2, equals),
    value: word.text.slice(equals + 1),
    range,
    valueRange: sourceRange(args.line, word.valueStart, word.end),
  };
}
