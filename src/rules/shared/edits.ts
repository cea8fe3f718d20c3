import type { Dockerfile, Instruction, Range, TextEdit } from "../../dockerfile/types.ts";

/** Deletes an instruction with the whole lines it stands on. */
export function removeInstruction(file: Dockerfile, instruction: Instruction): TextEdit {
  const { text } = file;
  const start = lineStart(text, instruction.range.start);
  const newline = text.indexOf("\n", instruction.range.end);
  return { range: { start, end: newline < 0 ? text.length : newline + 1 }, text: "" };
}

/** Puts whole lines (without their final newline) right before an instruction. */
export function linesBefore(file: Dockerfile, instruction: Instruction, lines: string): TextEdit {
  const at = lineStart(file.text, instruction.range.start);
  return { range: { start: at, end: at }, text: `${lines}${newlineOf(file)}` };
}

/** Puts whole lines (without their final newline) right after an instruction. */
export function linesAfter(file: Dockerfile, instruction: Instruction, lines: string): TextEdit {
  const { end } = instruction.range;
  const newline = file.text.indexOf("\n", end);
  return newline < 0
    ? { range: { start: file.text.length, end: file.text.length }, text: `${newlineOf(file)}${lines}` }
    : { range: { start: newline + 1, end: newline + 1 }, text: `${lines}${newlineOf(file)}` };
}

/** Replaces a range. */
export function replace(range: Range, text: string): TextEdit {
  return { range, text };
}

/** Inserts text at an offset. */
export function insert(at: number, text: string): TextEdit {
  return { range: { start: at, end: at }, text };
}

/** The line ending the file uses. */
export function newlineOf(file: Dockerfile): "\n" | "\r\n" {
  const first = file.text.indexOf("\n");
  return first > 0 && file.text[first - 1] === "\r" ? "\r\n" : "\n";
}

/** The source text of a range. */
export function textOf(file: Dockerfile, range: Range): string {
  return file.text.slice(range.start, range.end);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}
