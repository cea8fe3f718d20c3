import { expandWord } from "./expand.ts";
import { isImageReference, parseImageName } from "./image-name.ts";
import { platformArgs } from "./predefined.ts";
import type {
  AssignmentInstruction,
  Base,
  EscapeToken,
  Flag,
  FromInstruction,
  Instruction,
  Stage,
  SyntaxProblem,
} from "./types.ts";

/** The stages of a file, and the ARGs before the first. */
export interface Stages {
  readonly stages: readonly Stage[];
  readonly globalArgs: readonly AssignmentInstruction[];
}

/** Values of the ARGs before the first FROM, defaults expanded, build arguments put in. */
export function globalValues(
  globalArgs: readonly AssignmentInstruction[],
  buildArgs: Readonly<Record<string, string>>,
  escapeToken: EscapeToken,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const name of platformArgs) {
    if (Object.hasOwn(buildArgs, name)) values.set(name, buildArgs[name] ?? "");
  }
  for (const { name, rawValue } of globalArgs.flatMap((instruction) => instruction.assignments)) {
    if (Object.hasOwn(buildArgs, name)) values.set(name, buildArgs[name] ?? "");
    else if (rawValue !== undefined) {
      values.set(name, expandWord(rawValue, values, escapeToken, { unset: "keep" }).value);
    }
  }
  return values;
}

/** Groups instructions into stages and finds what each stage is built on. */
export function makeStages(
  instructions: readonly Instruction[],
  options: {
    readonly escape: EscapeToken;
    readonly buildArgs: Readonly<Record<string, string>>;
    readonly fragment: boolean;
    readonly problems: SyntaxProblem[];
  },
): Stages {
  const { escape: escapeToken, buildArgs, problems } = options;
  const first = instructions[0];
  const last = instructions.at(-1);
  if (options.fragment) {
    if (!first || !last) return { stages: [], globalArgs: [] };
    const range = { start: first.range.start, end: last.range.end };
    return { stages: [{ index: 0, instructions, range }], globalArgs: [] };
  }
  const globalArgs: AssignmentInstruction[] = [];
  const groups: { from: FromInstruction; instructions: Instruction[] }[] = [];
  for (const instruction of instructions) {
    const group = groups.at(-1);
    if (instruction.keyword === "FROM") groups.push({ from: instruction, instructions: [instruction] });
    else if (group) group.instructions.push(instruction);
    else if (instruction.keyword === "ARG") globalArgs.push(instruction);
    else if (instruction.keyword !== "UNKNOWN") {
      problems.push({
        code: "no-build-stage",
        message: `${instruction.keyword} stands before the first FROM, where only ARG may stand.`,
        range: instruction.keywordRange,
      });
    }
  }
  const values = globalValues(globalArgs, buildArgs, escapeToken);
  const names = new Map<string, number>();
  const declared = new Set(globalArgs.flatMap((each) => each.assignments.map(({ name }) => name)));
  const scope: BaseScope = { values, declared, names, escapeToken, problems };
  const stages = groups.map(({ from, instructions: own }, index): Stage => {
    const base = from.image ? findBase(from, scope) : undefined;
    const name = from.name?.raw.toLowerCase();
    if (name !== undefined) names.set(name, index);
    const end = own.at(-1)?.range.end ?? from.range.end;
    return {
      index,
      ...(name === undefined ? {} : { name }),
      from,
      ...(base ? { base } : {}),
      instructions: own,
      range: { start: from.range.start, end },
    };
  });
  for (const stage of stages) reportSources(stage, names, problems);
  return { stages, globalArgs };
}

/** What `--from` of COPY and of a mount names is a stage, its number, or else must be an image. */
function reportSources(stage: Stage, names: ReadonlyMap<string, number>, problems: SyntaxProblem[]): void {
  const report = (from: string, flag: Flag | undefined, code: string): void => {
    if (from === "" || /^\d+$|\$/.test(from) || names.has(from.toLowerCase()) || isImageReference(from))
      return;
    const message = `--from=${from} is no stage, and no image can have that name: [registry/]name[:tag][@digest], in lower case.`;
    problems.push({ code, message, range: flag?.valueRange ?? stage.range });
  };
  for (const instruction of stage.instructions) {
    if (instruction.keyword === "COPY" && instruction.from !== undefined) {
      const flag = instruction.flags.findLast(({ name }) => name === "from");
      report(instruction.from, flag, "invalid-flag-value");
    } else if (instruction.keyword === "RUN") {
      for (const { from, flag } of instruction.mounts) report(from ?? "", flag, "invalid-mount");
    }
  }
}

interface BaseScope {
  readonly values: ReadonlyMap<string, string>;
  /** Names of the global ARGs: a build may give them values. */
  readonly declared: ReadonlySet<string>;
  /** The stages so far. */
  readonly names: ReadonlyMap<string, number>;
  readonly escapeToken: EscapeToken;
  readonly problems: SyntaxProblem[];
}

function findBase(from: FromInstruction, scope: BaseScope): Base | undefined {
  if (!from.image) return undefined;
  const { raw, range } = from.image;
  const { values, escapeToken } = scope;
  const expansion = expandWord(raw, values, escapeToken, { unset: "keep" });
  if (expansion.error !== undefined) {
    const message = `Cannot expand ${raw}: ${expansion.error}.`;
    scope.problems.push({ code: "bad-substitution", message, range });
  }
  const { value: reference, complete } = expansion;
  const stage = scope.names.get(reference);
  if (stage !== undefined) return { kind: "stage", stage };
  if (reference === "scratch") return { kind: "scratch" };
  const open = expansion.unresolved.some((name) => platformArgs.has(name) || scope.declared.has(name));
  if (complete || (!open && expansion.error === undefined)) {
    reportReference(from, expandWord(raw, values, escapeToken).value, scope.problems);
  }
  return { kind: "image", reference, image: parseImageName(reference), resolved: complete };
}

function reportReference(from: FromInstruction, reference: string, problems: SyntaxProblem[]): void {
  const range = from.image?.range ?? from.range;
  if (reference === "") {
    const message = "The image of FROM is empty once its variables are expanded; give the ARG a default.";
    problems.push({ code: "empty-image", message, range });
  } else if (!isImageReference(reference)) {
    const message = `"${reference}" is not a valid image reference: [registry/]name[:tag][@digest], in lower case.`;
    problems.push({ code: "invalid-image-reference", message, range });
  }
}
