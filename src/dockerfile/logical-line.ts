import { skipSpace } from "./characters.ts";
import type { MappedText } from "./mapped-text.ts";
import type { Range } from "./types.ts";

/** One instruction as BuildKit reads it: continuation lines joined, comment and blank lines between them left out. */
export interface LogicalLine extends MappedText {
  /** Start of the first physical line that does not belong to it. */
  readonly next: number;
  /** Blank lines between continuation lines, which BuildKit means to forbid. */
  readonly blankLines: readonly Range[];
}

/** End of the physical line that starts at or holds `from`, without its line break. */
export function lineEnd(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline;
}

/**
 * Reads the instruction whose first word starts at `start`. Whole-line comments met on the way go to `comments`.
 * An escape character continues a line when only blanks follow it and no other escape character precedes it.
 */
export function readLogicalLine(
  text: string,
  start: number,
  escapeToken: string,
  comments: Range[],
): LogicalLine {
  const escapeCode = escapeToken.charCodeAt(0);
  const starts = [0];
  const sources = [start];
  const blankLines: Range[] = [];
  let lineStop = lineEnd(text, start);
  let content = contentEnd(text, start, lineStop, escapeCode);
  if (content < 0) {
    const stop = trimBreak(text, start, lineStop);
    return { text: text.slice(start, stop), starts, sources, next: lineStop + 1, blankLines };
  }
  const pieces = [text.slice(start, content)];
  let length = content - start;
  while (lineStop < text.length) {
    const from = lineStop + 1;
    if (from >= text.length) break;
    lineStop = lineEnd(text, from);
    const first = skipSpace(text, from, lineStop);
    if (first < lineStop && text.charCodeAt(first) === 35) {
      comments.push({ start: first, end: trimBreak(text, first, lineStop) });
      continue;
    }
    if (first === lineStop) {
      blankLines.push({ start: from, end: lineStop });
      continue;
    }
    content = contentEnd(text, from, lineStop, escapeCode);
    const stop = content < 0 ? trimBreak(text, from, lineStop) : content;
    if (stop > from) {
      starts.push(length);
      sources.push(from);
      pieces.push(text.slice(from, stop));
      length += stop - from;
    }
    if (content < 0) break;
  }
  return { text: pieces.join(""), starts, sources, next: lineStop + 1, blankLines };
}

/** End of the line's content when it is continued on the next line, -1 when it is not. */
function contentEnd(text: string, from: number, lineStop: number, escapeCode: number): number {
  let at = trimBreak(text, from, lineStop);
  while (at > from && (text.charCodeAt(at - 1) === 32 || text.charCodeAt(at - 1) === 9)) at--;
  if (at === from || text.charCodeAt(at - 1) !== escapeCode) return -1;
  if (at - 1 > from && text.charCodeAt(at - 2) === escapeCode) return -1;
  return at - 1;
}

/** Leaves out the carriage returns at a line's end. */
export function trimBreak(text: string, from: number, lineStop: number): number {
  let at = lineStop;
  while (at > from && text.charCodeAt(at - 1) === 13) at--;
  return at;
}
