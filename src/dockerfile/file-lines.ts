import { skipSpace } from "./characters.ts";
import { type LogicalLine, lineEnd, readLogicalLine, trimBreak } from "./logical-line.ts";
import type { Range } from "./types.ts";

/** How a file is gone through. */
export interface Walk {
  readonly escape: string;
  /** Where instructions are expected to begin (`proposedStarts`), ascending. */
  readonly proposals: readonly number[];
  /** Receives the whole-line comments. */
  readonly comments: Range[];
  /** Takes the next instruction's line and returns where the one after it may begin. */
  read(line: LogicalLine): number;
}

/**
 * Goes through the instructions of a file from `from` on. Proposals that lie inside what BuildKit reads as one
 * instruction (a heredoc's body, a continued line) are passed over; lines no proposal covers are read as well.
 */
export function walkInstructions(text: string, from: number, walk: Walk): void {
  const { comments } = walk;
  let at = from;
  const readAt = (start: number): void => {
    at = walk.read(readLogicalLine(text, start, walk.escape, comments));
  };
  const readUntil = (start: number): void => {
    while (at < start) {
      const stop = lineEnd(text, at);
      const first = skipSpace(text, at, stop);
      if (first === start) return;
      if (first < stop && text.charCodeAt(first) !== 35) readAt(first);
      else {
        if (first < stop) comments.push({ start: first, end: trimBreak(text, first, stop) });
        at = stop + 1;
      }
    }
  };
  for (const start of walk.proposals) {
    readUntil(start);
    if (at <= start) readAt(start);
  }
  readUntil(text.length);
}
