import { isBlank } from "./characters.ts";
import { unquote } from "./expand.ts";
import { sourceRange } from "./mapped-text.ts";
import type { Assignment, SyntaxProblem } from "./types.ts";
import { type Arguments, quotedWords, type Span } from "./words.ts";

/** The pairs of ENV, LABEL or ARG. */
export interface Assignments {
  readonly assignments: readonly Assignment[];
  readonly problems: readonly SyntaxProblem[];
}

/** ENV and LABEL: `NAME=value …`, or the legacy `NAME the rest of the line`. */
export function readNameValues(args: Arguments, keyword: string): Assignments {
  const words = quotedWords(args);
  const first = words[0];
  if (!first) return { assignments: [], problems: [] };
  const { text } = args.line;
  if (!text.slice(first.start, first.end).includes("=")) return readLegacy(args, keyword);
  const assignments: Assignment[] = [];
  const problems: SyntaxProblem[] = [];
  for (const word of words) {
    const equals = text.indexOf("=", word.start);
    if (equals < 0 || equals >= word.end) {
      problems.push({
        code: "missing-equals",
        message: `${keyword} needs name=value; quote the value before "${text.slice(word.start, word.end)}" if it holds blanks.`,
        range: sourceRange(args.line, word.start, word.end),
      });
      continue;
    }
    if (equals === word.start) problems.push(missingName(args, word, keyword));
    assignments.push(makeAssignment(args, word, equals));
  }
  return { assignments, problems };
}

/** ARG: `NAME` or `NAME=value`, several of them. */
export function readArguments(args: Arguments): Assignments {
  const { text } = args.line;
  const assignments: Assignment[] = [];
  const problems: SyntaxProblem[] = [];
  for (const word of quotedWords(args)) {
    const equals = text.indexOf("=", word.start);
    const assigned = equals >= 0 && equals < word.end;
    if (equals === word.start) problems.push(missingName(args, word, "ARG"));
    assignments.push(makeAssignment(args, word, assigned ? equals : -1));
  }
  return { assignments, problems };
}

function readLegacy(args: Arguments, keyword: string): Assignments {
  const { text } = args.line;
  let nameEnd = args.start;
  while (nameEnd < args.end && !isBlank(text.charCodeAt(nameEnd))) nameEnd++;
  let valueStart = nameEnd;
  while (valueStart < args.end && isBlank(text.charCodeAt(valueStart))) valueStart++;
  const range = sourceRange(args.line, args.start, nameEnd);
  if (nameEnd === args.end) {
    const name = text.slice(args.start, nameEnd);
    const problem = {
      code: "missing-value",
      message: `${keyword} ${name} has no value; write ${name}=value.`,
      range,
    };
    return { assignments: [], problems: [problem] };
  }
  const rawValue = text.slice(valueStart, args.end);
  const assignment: Assignment = {
    name: unquote(text.slice(args.start, nameEnd), args.escape),
    value: unquote(rawValue, args.escape),
    rawValue,
    nameRange: range,
    valueRange: sourceRange(args.line, valueStart, args.end),
    legacy: true,
  };
  return { assignments: [assignment], problems: [] };
}

function makeAssignment(args: Arguments, word: Span, equals: number): Assignment {
  const { text } = args.line;
  const nameEnd = equals < 0 ? word.end : equals;
  const name = {
    name: unquote(text.slice(word.start, nameEnd), args.escape),
    nameRange: sourceRange(args.line, word.start, nameEnd),
    legacy: false,
  };
  if (equals < 0) return name;
  const rawValue = text.slice(equals + 1, word.end);
  return {
    ...name,
    value: unquote(rawValue, args.escape),
    rawValue,
    valueRange: sourceRange(args.line, equals + 1, word.end),
  };
}

function missingName(args: Arguments, word: Span, keyword: string): SyntaxProblem {
  return {
    code: "missing-name",
    message: `${keyword} needs a name before "=".`,
    range: sourceRange(args.line, word.start, word.end),
  };
}
