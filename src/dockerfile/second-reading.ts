import { DockerfileParser } from "dockerfile-ast";
import type { Dockerfile } from "./types.ts";

/** Longer texts are not read twice: dockerfile-ast's time grows with the square of an instruction's flags. */
const MAX_LENGTH = 65_536;

/**
 * True when dockerfile-ast, which editors build on, sees the same instructions begin at the same places. It need not:
 * it takes an escaped backslash at a line's end for a continuation, does not know every spelling of a heredoc, and
 * counts a lone carriage return as a line break. But text that both read alike before a repair should stay so.
 */
export function readsAlike(file: Dockerfile): boolean {
  if (file.text.length > MAX_LENGTH) return true;
  const starts = otherStarts(file.text);
  const { instructions } = file;
  return (
    starts.length === instructions.length &&
    instructions.every(({ range }, index) => range.start === starts[index])
  );
}

/** Offsets at which dockerfile-ast sees an instruction begin, ascending; none for what it cannot take. */
function otherStarts(text: string): number[] {
  const lines = positionTable(text);
  try {
    return DockerfileParser.parse(text)
      .getInstructions()
      .map((instruction) => {
        const { line, character } = instruction.getRange().start;
        return (lines[line] ?? 0) + character;
      });
  } catch {
    return [];
  }
}

/** Line starts as the language server protocol counts them: at `\n`, `\r\n` and `\r`. */
function positionTable(text: string): number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return starts;
}
