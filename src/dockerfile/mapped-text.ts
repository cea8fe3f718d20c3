import type { Range } from "./types.ts";

/**
 * Text put together from pieces of a file, each piece knowing where it came from: an instruction with its
 * continuation lines joined, the body of a heredoc with its leading tabs removed.
 */
export interface MappedText {
  readonly text: string;
  /** Where each piece starts in `text`; ascending, the first is 0. */
  readonly starts: readonly number[];
  /** Where each piece starts in the file. */
  readonly sources: readonly number[];
}

/** Text that stands in the file in one piece. */
export function mapped(text: string, source: number): MappedText {
  return { text, starts: [0], sources: [source] };
}

/** Offset in the file of the character at `offset`; an offset past the end continues the last piece. */
function sourceOffset(from: MappedText, offset: number): number {
  const { starts, sources } = from;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return (sources[low] ?? 0) + offset - (starts[low] ?? 0);
}

/** Range in the file from the first to the last character of `[start, end)`. */
export function sourceRange(from: MappedText, start: number, end: number): Range {
  const first = sourceOffset(from, start);
  return { start: first, end: end > start ? sourceOffset(from, end - 1) + 1 : first };
}

/** The part `[start, end)`, with its own offsets. */
export function sliceMapped(from: MappedText, start: number, end: number): MappedText {
  const starts = [0];
  const sources = [sourceOffset(from, start)];
  for (let i = 0; i < from.starts.length; i++) {
    const at = from.starts[i] ?? 0;
    if (at <= start) continue;
    if (at >= end) break;
    starts.push(at - start);
    sources.push(from.sources[i] ?? 0);
  }
  return { text: from.text.slice(start, end), starts, sources };
}

/** Several texts one after the other. */
export function joinMapped(parts: readonly MappedText[]): MappedText {
  const starts: number[] = [];
  const sources: number[] = [];
  let length = 0;
  for (const part of parts) {
    for (let i = 0; i < part.starts.length; i++) {
      starts.push(length + (part.starts[i] ?? 0));
      sources.push(part.sources[i] ?? 0);
    }
    length += part.text.length;
  }
  return { text: parts.map((part) => part.text).join(""), starts, sources };
}
