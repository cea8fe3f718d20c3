import { readDirectives } from "./directives.ts";
import { walkInstructions } from "./file-lines.ts";
import type { ReadContext } from "./instructions/head.ts";
import { readInstruction } from "./instructions/read.ts";
import { lineTable } from "./lines.ts";
import { makeStages } from "./stages.ts";
import type { Comment, Dockerfile, Instruction, Range, SyntaxProblem } from "./types.ts";

/** Settings of a parse. */
export interface ParseOptions {
  /** Build arguments given from outside, as `--build-arg`; they replace the defaults of ARGs. */
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/**
 * Reads a Dockerfile, a piece of one, or anything else. Never throws: what BuildKit would refuse is in `problems`,
 * sorted by place. The time grows with the length of the text. `name` is what locations call the file.
 */
export function parseDockerfile(text: string, name = "Dockerfile", options: ParseOptions = {}): Dockerfile {
  const { directives, escape: escapeToken, end, problems: directiveProblems } = readDirectives(text);
  const problems: SyntaxProblem[] = [...directiveProblems];
  const context: ReadContext = { text, escape: escapeToken, problems, stage: undefined };
  const commentRanges: Range[] = [];
  const instructions: Instruction[] = [];
  walkInstructions(text, end, {
    escape: escapeToken,
    comments: commentRanges,
    read(line) {
      const { instruction, next } = readInstruction(context, line, instructions.length);
      instructions.push(instruction);
      return next;
    },
  });
  const fragment = instructions.every((instruction) => instruction.keyword !== "FROM");
  const placed = fragment ? instructions.map(inOnlyStage) : instructions;
  const buildArgs = options.buildArgs ?? {};
  if (placed.length === 0) problems.push(emptyFile(text));
  const { stages, globalArgs } = makeStages(placed, { escape: escapeToken, buildArgs, fragment, problems });
  const lines = lineTable(text);
  problems.sort((a, b) => a.range.start - b.range.start);
  return {
    name,
    text,
    escape: escapeToken,
    directives,
    comments: commentRanges.map((range) => makeComment(text, range, lines.lineAt(range.start))),
    instructions: placed,
    globalArgs,
    stages,
    fragment,
    problems,
    buildArgs,
    locate: (range) => lines.locate(name, range),
    lineAt: lines.lineAt,
  };
}

/** A fragment has one stage, and so have its instructions. */
function inOnlyStage(instruction: Instruction): Instruction {
  if (instruction.keyword === "ONBUILD" && instruction.trigger) {
    return { ...instruction, stage: 0, trigger: { ...instruction.trigger, stage: 0 } };
  }
  return { ...instruction, stage: 0 };
}

function makeComment(text: string, range: Range, line: number): Comment {
  return { text: text.slice(range.start + 1, range.end).trim(), range, line };
}

function emptyFile(text: string): SyntaxProblem {
  const what = text.trim() === "" ? "The file is empty" : "The file has no instructions";
  return {
    code: "empty-file",
    message: `${what}; a Dockerfile begins with FROM.`,
    range: { start: 0, end: 0 },
  };
}
