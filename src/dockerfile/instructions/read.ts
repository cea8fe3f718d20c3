import { readArguments, readNameValues } from "../assignments.ts";
import { type HeredocMark, heredocMarks, readHeredocs } from "../heredoc.ts";
import { readJsonForm } from "../json-form.ts";
import type { LogicalLine } from "../logical-line.ts";
import { sourceRange } from "../mapped-text.ts";
import { mountProblems, readMount } from "../mounts.ts";
import { didYouMean } from "../suggest.ts";
import type {
  AssignmentInstruction,
  HealthcheckInstruction,
  Heredoc,
  Instruction,
  InstructionBase,
  OnbuildInstruction,
  RunInstruction,
  ShellInstruction,
} from "../types.ts";
import { blankSeparated } from "../words.ts";
import { readCommandLine } from "./command-line.ts";
import { readCopy } from "./copy.ts";
import { checkFlags } from "./flag-rules.ts";
import { readFrom } from "./from.ts";
import { type Head, type ReadContext, readHead, report } from "./head.ts";
import { readList, readValue } from "./values.ts";
import { checkWord } from "./word-check.ts";

/** The instructions BuildKit knows. */
const KEYWORDS = [
  ..."ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL".split(" "),
  ..."STOPSIGNAL USER VOLUME WORKDIR".split(" "),
];

/** An instruction and the start of the line after it. */
export interface ReadResult {
  readonly instruction: Instruction;
  readonly next: number;
}

/** Makes an instruction of a logical line, its heredoc bodies read from the lines after it. */
export function readInstruction(context: ReadContext, line: LogicalLine, index: number): ReadResult {
  const head = readHead(context, line, 0);
  if (head.keyword === "FROM") context.stage = (context.stage ?? -1) + 1;
  const trigger = head.keyword === "ONBUILD" ? readHead(context, line, head.args.start) : undefined;
  const marks = takesHeredocs(trigger ?? head) ? heredocMarks(line.text) : [];
  const { heredocs, end, next } = bodies(context, line, marks);
  const base = makeBase(context, head, { heredocs, end, line, index, onbuild: false });
  if (head.keyword !== "ONBUILD" || !trigger) {
    return { instruction: build(context, head, base), next };
  }
  checkFlags(context, "ONBUILD", head.flags);
  const inner = makeBase(context, trigger, { heredocs, end, line, index: -1, onbuild: true });
  return { instruction: onbuild(context, base, trigger, inner, head), next };
}

function takesHeredocs(head: Head): boolean {
  if (head.keyword !== "RUN" && head.keyword !== "COPY" && head.keyword !== "ADD") return false;
  if (!head.args.line.text.includes("<<")) return false;
  const json = readJsonForm(head.args);
  return !json || "invalid" in json;
}

function bodies(
  context: ReadContext,
  line: LogicalLine,
  marks: readonly HeredocMark[],
): { heredocs: readonly Heredoc[]; end: number; next: number } {
  if (marks.length === 0) return { heredocs: [], end: -1, next: line.next };
  const read = readHeredocs(context.text, line, marks, line.next);
  const open = read.heredocs.find((heredoc) => !heredoc.closed);
  if (open) {
    const message = `The heredoc <<${open.delimiter} is never closed: a line that holds only ${open.delimiter} is missing.`;
    report(context, "unterminated-heredoc", message, open.range);
  }
  return read;
}

interface Surroundings {
  readonly heredocs: readonly Heredoc[];
  /** Where the last heredoc ends, -1 when there is none. */
  readonly end: number;
  readonly line: LogicalLine;
  readonly index: number;
  readonly onbuild: boolean;
}

function makeBase(context: ReadContext, head: Head, around: Surroundings): InstructionBase {
  return {
    raw: head.raw,
    range: { start: head.range.start, end: Math.max(head.range.end, around.end) },
    keywordRange: head.keywordRange,
    argumentsRange: head.argumentsRange,
    flags: head.flags,
    heredocs: around.heredocs,
    blankLines: around.line.blankLines,
    index: around.index,
    ...(context.stage === undefined ? {} : { stage: context.stage }),
    onbuild: around.onbuild,
  };
}

function build(context: ReadContext, head: Head, base: InstructionBase): Instruction {
  const { keyword } = head;
  if (keyword !== "HEALTHCHECK") checkFlags(context, keyword, head.flags);
  switch (keyword) {
    case "FROM":
      return readFrom(context, head, base);
    case "RUN":
      return run(context, head, base);
    case "CMD":
    case "ENTRYPOINT":
      return { ...base, keyword, command: readCommandLine(context, head.args) };
    case "COPY":
    case "ADD":
      return readCopy(context, head, base, keyword);
    case "ENV":
    case "ARG":
    case "LABEL":
      return assignment(context, head, base, keyword);
    case "WORKDIR":
    case "USER":
    case "STOPSIGNAL":
    case "MAINTAINER":
      return readValue(context, head, base, keyword);
    case "EXPOSE":
    case "VOLUME":
      return readList(context, head, base, keyword);
    case "HEALTHCHECK":
      return healthcheck(context, head, base);
    case "SHELL":
      return shell(context, head, base);
    case "ONBUILD":
      return { ...base, keyword };
    default: {
      const message = `Unknown instruction ${head.raw}.${didYouMean(head.raw, KEYWORDS)}`;
      report(context, "unknown-instruction", message, head.keywordRange);
      return { ...base, keyword: "UNKNOWN", word: head.raw };
    }
  }
}

function onbuild(
  context: ReadContext,
  base: InstructionBase,
  trigger: Head,
  inner: InstructionBase,
  head: Head,
): OnbuildInstruction {
  if (trigger.raw === "") {
    report(context, "missing-argument", "ONBUILD needs an instruction.", head.keywordRange);
    return { ...base, keyword: "ONBUILD" };
  }
  if (trigger.keyword === "ONBUILD" || trigger.keyword === "FROM" || trigger.keyword === "MAINTAINER") {
    const message = `${trigger.keyword} cannot be the trigger of an ONBUILD.`;
    report(context, "onbuild-trigger", message, trigger.keywordRange);
  }
  return { ...base, keyword: "ONBUILD", trigger: build(context, trigger, inner) };
}

function run(context: ReadContext, head: Head, base: InstructionBase): RunInstruction {
  const mounts = head.flags.filter((flag) => flag.name === "mount").map(readMount);
  for (const mount of mounts) {
    for (const message of mountProblems(mount)) {
      report(context, "invalid-mount", message, mount.flag.valueRange ?? mount.flag.range);
    }
  }
  return { ...base, keyword: "RUN", command: readCommandLine(context, head.args), mounts };
}

function assignment(
  context: ReadContext,
  head: Head,
  base: InstructionBase,
  keyword: AssignmentInstruction["keyword"],
): AssignmentInstruction {
  const read = keyword === "ARG" ? readArguments(head.args) : readNameValues(head.args, keyword);
  context.problems.push(...read.problems);
  for (const { rawValue, valueRange, nameRange } of read.assignments) {
    // The names of ENV and LABEL are expanded as well: `LABEL 'a=b'` is two halves of a quote.
    const name = context.text.slice(nameRange.start, nameRange.end);
    if (keyword !== "ARG" && !checkWord(context, name, nameRange)) continue;
    if (rawValue !== undefined) checkWord(context, rawValue, valueRange);
  }
  if (read.assignments.length + read.problems.length === 0) {
    report(context, "missing-argument", `${keyword} needs at least one name.`, head.keywordRange);
  }
  return { ...base, keyword, assignments: read.assignments };
}

function healthcheck(context: ReadContext, head: Head, base: InstructionBase): HealthcheckInstruction {
  const { args } = head;
  const keyword = "HEALTHCHECK";
  const [first, second] = blankSeparated(args);
  if (!first) {
    report(context, "missing-argument", "HEALTHCHECK needs CMD and a command, or NONE.", head.keywordRange);
    return { ...base, keyword, none: false };
  }
  const type = args.line.text.slice(first.start, first.end).toUpperCase();
  if (type === "NONE") {
    if (second) {
      const range = sourceRange(args.line, second.start, args.end);
      report(context, "healthcheck-arguments", "HEALTHCHECK NONE takes no arguments.", range);
    }
    return { ...base, keyword, none: true };
  }
  checkFlags(context, keyword, head.flags);
  const range = sourceRange(args.line, first.start, first.end);
  if (type !== "CMD") {
    const message = `HEALTHCHECK knows CMD and NONE, not "${type}".`;
    report(context, "healthcheck-type", message, range);
    return { ...base, keyword, none: false };
  }
  const command = second ? readCommandLine(context, { ...args, start: second.start }) : undefined;
  if (!command || (command.form === "exec" && command.words.length === 0)) {
    report(context, "missing-argument", "HEALTHCHECK CMD needs a command.", range);
  }
  return { ...base, keyword, none: false, ...(command ? { command } : {}) };
}

function shell(context: ReadContext, head: Head, base: InstructionBase): ShellInstruction {
  const json = readJsonForm(head.args);
  const words = json && "words" in json ? json.words : [];
  if (head.args.start >= head.args.end || (json && "words" in json && words.length === 0)) {
    const message = 'SHELL needs a program: SHELL ["/bin/bash", "-c"].';
    report(context, "missing-argument", message, head.range);
  } else if (!json) {
    const message = 'SHELL takes a JSON array with double quotes: SHELL ["/bin/bash", "-c"].';
    report(context, "shell-not-json", message, head.argumentsRange);
  } else if ("invalid" in json) report(context, "json-not-strings", json.invalid, head.argumentsRange);
  return { ...base, keyword: "SHELL", shell: words.map((word) => word.text), words };
}
