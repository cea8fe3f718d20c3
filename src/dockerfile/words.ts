import { isBlank, isSpace } from "./characters.ts";
import { unquote } from "./expand.ts";
import { type MappedText, sourceRange } from "./mapped-text.ts";
import type { EscapeToken, Word } from "./types.ts";

/** A part of an instruction's logical line: offsets into `line.text`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Arguments: the logical line and the part of it they take. */
export interface Arguments extends Span {
  readonly line: MappedText;
  readonly escape: EscapeToken;
}

/** The word that takes a span of the line. */
export function wordAt(args: Arguments, span: Span): Word {
  const raw = args.line.text.slice(span.start, span.end);
  return {
    text: unquote(raw, args.escape),
    raw,
    range: sourceRange(args.line, span.start, span.end),
  };
}

/** Words between blanks; quotes do not hold them together (FROM, COPY, EXPOSE, VOLUME). */
export function blankSeparated(args: Arguments): Span[] {
  const { text } = args.line;
  const spans: Span[] = [];
  let at = args.start;
  while (at < args.end) {
    while (at < args.end && isBlank(text.charCodeAt(at))) at++;
    const start = at;
    while (at < args.end && !isBlank(text.charCodeAt(at))) at++;
    if (at > start) spans.push({ start, end: at });
  }
  return spans;
}

/** Words between white space that is neither quoted nor escaped (ENV, LABEL, ARG); quotes stay in them. */
export function quotedWords(args: Arguments): Span[] {
  const { text } = args.line;
  const escapeCode = args.escape.charCodeAt(0);
  const spans: Span[] = [];
  let start = -1;
  let quote = 0;
  for (let at = args.start; at < args.end; at++) {
    const code = text.charCodeAt(at);
    if (start < 0) {
      if (isSpace(code)) continue;
      start = at;
    }
    if (quote !== 0) {
      if (code === quote) quote = 0;
      else if (code === escapeCode && quote !== 39) at++;
    } else if (isSpace(code)) {
      spans.push({ start, end: at });
      start = -1;
    } else if (code === 34 || code === 39) quote = code;
    else if (code === escapeCode) at++;
  }
  const loneEscape = start === args.end - 1 && text.charCodeAt(start) === escapeCode;
  if (start >= 0 && !loneEscape) spans.push({ start, end: args.end });
  return spans;
}
