import type { Location, Range } from "./types.ts";

/** Finds lines and columns in a text; lines end at `\n`, as BuildKit counts them. */
export interface LineTable {
  /** 1-based line of an offset. */
  lineAt(offset: number): number;
  locate(file: string, range: Range): Location;
}

/** Builds the table when it is first asked for. */
export function lineTable(text: string): LineTable {
  let starts: number[] | undefined;
  const table = (): number[] => {
    starts ??= lineStarts(text);
    return starts;
  };
  const lineAt = (offset: number): number => {
    const lines = table();
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  const columnAt = (offset: number, line: number): number => offset - (table()[line - 1] ?? 0) + 1;
  return {
    lineAt,
    locate(file, range) {
      const startLine = lineAt(range.start);
      const endLine = lineAt(range.end);
      return {
        file,
        startLine,
        startColumn: columnAt(range.start, startLine),
        endLine,
        endColumn: columnAt(range.end, endLine),
      };
    },
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
