import { isSpace } from "./characters.ts";
import { lineEnd, trimBreak } from "./logical-line.ts";
import { type MappedText, sourceRange } from "./mapped-text.ts";
import type { Heredoc } from "./types.ts";
import { parseWord, type WordPart } from "./word-parts.ts";
import type { Span } from "./words.ts";

/** `<<EOF` as written; offsets index the text it was found in. */
export interface HeredocMark extends Span {
  readonly delimiter: string;
  readonly expand: boolean;
  readonly stripTabs: boolean;
  readonly fd: number;
}

const MARK = /^(\d*)<<(-?)\s*([^<]+)$/;

/** A heredoc mark that takes the whole word, undefined when the word is none. */
export function heredocMark(word: string, start = 0): HeredocMark | undefined {
  const match = MARK.exec(word);
  const rest = match?.[3];
  if (!match || rest === undefined) return undefined;
  const parsed = parseWord(rest, "\\");
  if (parsed.error || splitWords(parsed.parts, rest).length !== 1) return undefined;
  const delimiter = parsed.parts
    .map((part) => (part.kind === "text" ? part.value : rest.slice(part.start, part.end)))
    .join("");
  return {
    delimiter,
    expand: quotes(rest) === quotes(delimiter),
    stripTabs: match[2] === "-",
    fd: Number(match[1] || 0),
    start,
    end: start + word.length,
  };
}

function quotes(text: string): number {
  return text.split(/['"]/).length;
}

/** All heredoc marks of a logical line; none when its quotes or substitutions are broken, as in BuildKit. */
export function heredocMarks(line: string): HeredocMark[] {
  if (!line.includes("<<")) return [];
  const { parts, error } = parseWord(line, "\\");
  if (error) return [];
  const marks: HeredocMark[] = [];
  for (const { start, end } of splitWords(parts, line)) {
    const mark = heredocMark(line.slice(start, end), start);
    if (mark) marks.push(mark);
  }
  return marks;
}

/** Where words begin and end: at white space outside quotes. */
function splitWords(parts: readonly WordPart[], text: string): Span[] {
  const spans: Span[] = [];
  let start = -1;
  let end = 0;
  const close = (): void => {
    if (start >= 0 && end > start) spans.push({ start, end });
    start = -1;
  };
  for (const part of parts) {
    if (part.kind === "variable" || part.quoted) {
      if (start < 0) start = part.start;
      end = part.end;
      continue;
    }
    for (let at = part.start; at < part.end; at++) {
      if (isSpace(text.charCodeAt(at))) close();
      else {
        if (start < 0) start = at;
        end = at + 1;
      }
    }
  }
  close();
  return spans;
}

/** The heredocs of an instruction with their bodies, read from `next` on. */
export interface Heredocs {
  readonly heredocs: readonly Heredoc[];
  /** End of the last delimiter's line, without its line break. */
  readonly end: number;
  /** Start of the line after it. */
  readonly next: number;
}

/** Reads the bodies that belong to `marks`. A body whose delimiter never comes runs to the end of the file. */
export function readHeredocs(
  text: string,
  line: MappedText,
  marks: readonly HeredocMark[],
  next: number,
): Heredocs {
  const heredocs: Heredoc[] = [];
  let at = Math.min(next, text.length);
  let end = at;
  for (const mark of marks) {
    const bodyStart = at;
    let closed = false;
    let bodyEnd = text.length;
    while (at < text.length) {
      const stop = lineEnd(text, at);
      let first = at;
      if (mark.stripTabs) while (text.charCodeAt(first) === 9) first++;
      const last = trimBreak(text, first, stop);
      const found = last - first === mark.delimiter.length && text.startsWith(mark.delimiter, first);
      if (found) {
        closed = true;
        bodyEnd = at;
        end = last;
      }
      at = Math.min(stop + 1, text.length);
      if (found) break;
    }
    if (!closed) end = text.length;
    heredocs.push({
      delimiter: mark.delimiter,
      expand: mark.expand,
      stripTabs: mark.stripTabs,
      fd: mark.fd,
      body: text.slice(bodyStart, bodyEnd),
      bodyRange: { start: bodyStart, end: bodyEnd },
      range: sourceRange(line, mark.start, mark.end),
      closed,
    });
  }
  return { heredocs, end, next: at };
}
