import { InputError } from "../security/errors.ts";
import type { Dockerfile, Instruction, TextEdit } from "./types.ts";

/**
 * Applies edits to the text they were made for; every other character stays as it is. Insertions at one place
 * keep their order. Throws an InputError when edits overlap or lie outside the text.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  const parts: string[] = [];
  let at = 0;
  for (const edit of sorted) {
    const { start, end } = edit.range;
    if (!(start >= 0 && end >= start && end <= text.length)) {
      throw new InputError(
        `An edit lies outside the text: ${start} to ${end} of ${text.length} characters.`,
        "Make the edits for the text they are applied to.",
      );
    }
    if (start < at) {
      throw new InputError(`Two edits overlap at offset ${start}.`, "Apply them one after the other.");
    }
    parts.push(text.slice(at, start), edit.text);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}

/** The line break the file uses: that of its first line. */
export function newlineOf(file: Dockerfile): "\n" | "\r\n" {
  const first = file.text.indexOf("\n");
  return first > 0 && file.text[first - 1] === "\r" ? "\r\n" : "\n";
}

/** Puts whole lines before an instruction, with its indentation and the file's line break. */
export function insertBefore(file: Dockerfile, instruction: Instruction, lines: readonly string[]): TextEdit {
  const at = file.text.lastIndexOf("\n", instruction.range.start - 1) + 1;
  const begin = at === 0 && file.text.charCodeAt(0) === 0xfeff ? 1 : at;
  const indent = file.text.slice(begin, instruction.range.start);
  const newline = newlineOf(file);
  return { range: { start: begin, end: begin }, text: lines.map((line) => indent + line + newline).join("") };
}

/** Puts whole lines after an instruction, with its indentation and the file's line break. */
export function insertAfter(file: Dockerfile, instruction: Instruction, lines: readonly string[]): TextEdit {
  const { text } = file;
  const from = text.lastIndexOf("\n", instruction.range.start - 1) + 1;
  const indent = text.slice(from, instruction.range.start).replace("\ufeff", "");
  const newline = newlineOf(file);
  const stop = text.indexOf("\n", instruction.range.end);
  if (stop < 0) {
    const end = text.length;
    return { range: { start: end, end }, text: lines.map((line) => newline + indent + line).join("") };
  }
  return {
    range: { start: stop + 1, end: stop + 1 },
    text: lines.map((line) => indent + line + newline).join(""),
  };
}
