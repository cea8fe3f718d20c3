import type { Dockerfile, Instruction, Range, TextEdit } from "../../dockerfile/types.ts";

/** Deletes an instruction with the whole lines it stands on. */
export function removeInstruction(file: Dockerfile, instruction: Instruction): TextEdit {
  const { text } = file;
  const start = lineStart(text, instruction.range.start);
  const newline = text.indexOf("\n", instruction.range.end);
  return { range: { start, end: newline < 0 ? text.length : newline + 1 }, text: "" };
}

/** Replaces a range. */
export function replace(range: Range, text: string): TextEdit {
  return { range, text };
}

/** Inserts text at an offset. */
export function insert(at: number, text: string): TextEdit {
  return { range: { start: at, end: at }, text };
}

/** The source text of a range. */
export function textOf(file: Dockerfile, range: Range): string {
  return file.text.slice(range.start, range.end);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}
