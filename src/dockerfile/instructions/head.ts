import { isBlank, skipSpace, trimEnd } from "../characters.ts";
import { readFlags } from "../flags.ts";
import type { LogicalLine } from "../logical-line.ts";
import { sourceRange } from "../mapped-text.ts";
import type { EscapeToken, Flag, Range, SyntaxProblem } from "../types.ts";
import type { Arguments } from "../words.ts";

/** What reading an instruction needs to know of the file. */
export interface ReadContext {
  readonly text: string;
  readonly escape: EscapeToken;
  readonly problems: SyntaxProblem[];
  /** The stage that is being read; undefined before the first FROM. */
  stage: number | undefined;
}

/** An instruction taken apart before its keyword is looked at. */
export interface Head {
  /** The keyword as it stands in the file. */
  readonly raw: string;
  readonly keyword: string;
  readonly keywordRange: Range;
  readonly flags: readonly Flag[];
  /** What follows the flags, blanks at both ends left out. */
  readonly args: Arguments;
  /** From the keyword to the last argument. */
  readonly range: Range;
  readonly argumentsRange: Range;
}

/** Splits `[from, end of line)` into keyword, flags and arguments. */
export function readHead(context: ReadContext, line: LogicalLine, from: number): Head {
  const { text } = line;
  const start = skipSpace(text, from, text.length);
  const end = trimEnd(text, start, text.length);
  let keywordEnd = start;
  while (keywordEnd < end && !isBlank(text.charCodeAt(keywordEnd))) keywordEnd++;
  const raw = text.slice(start, keywordEnd);
  const rest: Arguments = { line, escape: context.escape, start: keywordEnd, end };
  const flags = keywordEnd < end ? readFlags(rest) : { flags: [], end };
  const argsStart = Math.min(skipSpace(text, flags.end, end), end);
  const range = sourceRange(line, start, end);
  return {
    raw,
    keyword: raw.toUpperCase(),
    keywordRange: sourceRange(line, start, keywordEnd),
    flags: flags.flags,
    args: { line, escape: context.escape, start: argsStart, end },
    range,
    argumentsRange:
      argsStart < end ? sourceRange(line, argsStart, end) : { start: range.end, end: range.end },
  };
}

/** Notes something BuildKit refuses. */
export function report(context: ReadContext, code: string, message: string, range: Range): void {
  context.problems.push({ code, message, range });
}

/** Value of the last flag with this name. */
export function flagValue(flags: readonly Flag[], name: string): string | undefined {
  return flags.findLast((flag) => flag.name === name)?.value;
}

/** True when a boolean flag is given and not `false`. */
export function flagSet(flags: readonly Flag[], name: string): boolean {
  const flag = flags.findLast((each) => each.name === name);
  return flag !== undefined && flag.value?.toLowerCase() !== "false";
}
