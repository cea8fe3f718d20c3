import { skipSpace } from "./characters.ts";
import { type LogicalLine, lineEnd, readLogicalLine, trimBreak } from "./logical-line.ts";
import type { Range } from "./types.ts";

/** How a file is gone through. */
export interface Walk {
  readonly escape: string;
  /** Receives the whole-line comments. */
  readonly comments: Range[];
  /** Takes the next instruction's line and returns where the one after it may begin. */
  read(line: LogicalLine): number;
}

/** Goes through the instructions of a file from `from` on, as BuildKit reads its lines. */
export function walkInstructions(text: string, from: number, walk: Walk): void {
  const { comments } = walk;
  let at = from;
  while (at < text.length) {
    const stop = lineEnd(text, at);
    const first = skipSpace(text, at, stop);
    if (first < stop && text.charCodeAt(first) !== 35) {
      at = walk.read(readLogicalLine(text, first, walk.escape, comments));
    } else {
      if (first < stop) comments.push({ start: first, end: trimBreak(text, first, stop) });
      at = stop + 1;
    }
  }
}
