import type { ContextView } from "../dockerfile/context.ts";
import { type StageGraph, stageGraph } from "../dockerfile/graph.ts";
import { type RunScript, runScript } from "../dockerfile/shell.ts";
import { stateAt, stateBefore } from "../dockerfile/state.ts";
import type { Dockerfile, Instruction, RunInstruction, Stage, StageState } from "../dockerfile/types.ts";
import type { InstructionTypes, Placed, RuleContext } from "../rules/types.ts";

/** What the rules of one run share; `withOptions` makes the view of one rule. */
export interface SharedContext {
  withOptions(options: Readonly<Record<string, unknown>>): RuleContext;
}

/** What the views are made from. */
export interface ContextInput {
  readonly file: Dockerfile;
  readonly context?: ContextView;
  readonly today: string;
  /** Build arguments given from outside. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** The shell a pragma names for an instruction (`# hadolint shell=…`), when one does. */
  shellOf(instruction: Instruction): readonly string[] | undefined;
}

/** Builds the views lazily: nothing is computed before a rule asks, and nothing twice. */
export function makeContext(input: ContextInput): SharedContext {
  const { file } = input;
  const states = new Map<Instruction, StageState>();
  const ends = new Map<number, StageState>();
  const scripts = new Map<RunInstruction, RunScript | undefined>();
  let graph: StageGraph | undefined;
  let index: ReadonlyMap<string, readonly Placed[]> | undefined;
  let runs: { run: RunInstruction; stage: Stage }[] | undefined;

  const withPragmaShell = (state: StageState, instruction: Instruction): StageState => {
    if (state.shell) return state;
    const shell = input.shellOf(instruction);
    return shell ? { ...state, shell } : state;
  };
  const base = {
    file,
    ...(input.context ? { context: input.context } : {}),
    today: input.today,
    buildArgs: input.buildArgs,
    stateBefore(instruction: Instruction): StageState {
      let state = states.get(instruction);
      if (!state) {
        state = withPragmaShell(stateBefore(file, instruction), instruction);
        states.set(instruction, state);
      }
      return state;
    },
    stateAt(stage: Stage): StageState {
      let state = ends.get(stage.index);
      if (!state) {
        state = stateAt(file, stage);
        ends.set(stage.index, state);
      }
      return state;
    },
    script(run: RunInstruction): RunScript | undefined {
      if (!scripts.has(run)) scripts.set(run, runScript(file, run, base.stateBefore(run).shell));
      return scripts.get(run);
    },
    instructions<K extends keyof InstructionTypes>(
      ...keywords: readonly K[]
    ): readonly Placed<InstructionTypes[K]>[] {
      index ??= indexByKeyword(file);
      const wanted: readonly string[] = keywords;
      const lists = wanted.flatMap((keyword) => index?.get(keyword) ?? []);
      if (wanted.length > 1) lists.sort((a, b) => a.instruction.range.start - b.instruction.range.start);
      return lists.filter((entry): entry is Placed<InstructionTypes[K]> =>
        wanted.includes(entry.instruction.keyword),
      );
    },
  };
  const views = new Map<object, RuleContext>();
  const view = (options: Readonly<Record<string, unknown>>): RuleContext => ({
    ...base,
    options,
    get graph() {
      graph ??= stageGraph(file);
      return graph;
    },
    get runs() {
      runs ??= base
        .instructions("RUN")
        .flatMap(({ instruction, stage }) => (stage ? [{ run: instruction, stage }] : []));
      return runs;
    },
  });
  return {
    // Most rules share one object of settings, and so one view.
    withOptions(options) {
      const known = views.get(options) ?? view(options);
      views.set(options, known);
      return known;
    },
  };
}

/** Instructions by keyword in file order, the triggers of ONBUILD among them. */
function indexByKeyword(file: Dockerfile): Map<string, Placed[]> {
  const index = new Map<string, Placed[]>();
  const add = (instruction: Instruction, stage: Stage | undefined): void => {
    const list = index.get(instruction.keyword);
    if (list) list.push({ instruction, stage });
    else index.set(instruction.keyword, [{ instruction, stage }]);
  };
  for (const instruction of file.instructions) {
    const stage = instruction.stage === undefined ? undefined : file.stages[instruction.stage];
    add(instruction, stage);
    if (instruction.keyword === "ONBUILD" && instruction.trigger) add(instruction.trigger, stage);
  }
  return index;
}
