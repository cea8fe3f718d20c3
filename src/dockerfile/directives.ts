import { skipSpace, trimEnd } from "./characters.ts";
import { lineEnd, trimBreak } from "./logical-line.ts";
import type { Directive, EscapeToken, SyntaxProblem } from "./types.ts";

/** The directives at the top of a file. */
export interface Directives {
  readonly directives: readonly Directive[];
  readonly escape: EscapeToken;
  /** Offset of the first line that is not a directive. */
  readonly end: number;
  readonly problems: readonly SyntaxProblem[];
}

const KNOWN = new Set(["syntax", "escape", "check"]);
const NAME = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=/;

/**
 * Reads `# name=value` lines until the first line that is none. After a shebang line BuildKit still looks for
 * `syntax` and `check`, but no longer for `escape`.
 */
export function readDirectives(text: string): Directives {
  const directives: Directive[] = [];
  const problems: SyntaxProblem[] = [];
  const seen = new Set<string>();
  let escapeToken: EscapeToken = "\\";
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const shebang = text.startsWith("#!", at);
  if (shebang) at = lineEnd(text, at) + 1;
  while (at < text.length) {
    const stop = lineEnd(text, at);
    const start = skipSpace(text, at, stop);
    if (text.charCodeAt(start) !== 35) break;
    const end = trimBreak(text, start, stop);
    const line = text.slice(start, end);
    const match = NAME.exec(line);
    const name = match?.[1]?.toLowerCase();
    if (
      !match ||
      name === undefined ||
      !KNOWN.has(name) ||
      (shebang && name === "escape") ||
      match[0].length === line.length
    )
      break;
    const valueStart = Math.min(skipSpace(text, start + match[0].length, end), end - 1);
    const value = text.slice(valueStart, Math.max(trimEnd(text, valueStart, end), valueStart + 1));
    const range = { start, end: start + line.trimEnd().length };
    const valueRange = { start: valueStart, end: valueStart + value.length };
    if (seen.has(name)) {
      problems.push({
        code: "duplicate-directive",
        message: `The parser directive "${name}" may be given only once; remove this one.`,
        range,
      });
    } else if (name === "escape") {
      if (value === "\\" || value === "`") escapeToken = value;
      else {
        problems.push({
          code: "invalid-escape",
          message: "The escape directive takes a backslash or a backtick.",
          range: valueRange,
        });
      }
    }
    seen.add(name);
    directives.push({ name, value, range, valueRange });
    at = stop + 1;
  }
  return { directives, escape: escapeToken, end: Math.min(at, text.length), problems };
}
