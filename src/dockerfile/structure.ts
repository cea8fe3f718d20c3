import { DockerfileParser } from "dockerfile-ast";

/** Longer texts get no proposals: dockerfile-ast's time grows with the square of an instruction's flags. */
const MAX_LENGTH = 65_536;

/** Characters that dockerfile-ast takes for white space or line ends where BuildKit sees part of a word. */
const unusual = /[\u000b\f\u0085\u2028\u2029]/;

/**
 * Offsets at which dockerfile-ast sees an instruction begin, ascending. They are proposals: it takes an escaped
 * backslash at a line's end for a continuation, does not know every spelling of a heredoc, and counts a lone
 * carriage return as a line break; `readInstructions` checks each against BuildKit's reading of the lines.
 */
export function proposedStarts(text: string): number[] {
  if (text.length > MAX_LENGTH || unusual.test(text)) return [];
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
