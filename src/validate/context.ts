import type { ContextView } from "../dockerfile/context.ts";
import { type StageGraph, stageGraph } from "../dockerfile/graph.ts";
import { type RunScript, runScript } from "../dockerfile/shell.ts";
import { stateAt, stateBefore } from "../dockerfile/state.ts";
import type { Dockerfile, Instruction, RunInstruction, Stage, StageState } from "../dockerfile/types.ts";
import type { InstructionOf, RuleContext } from "../rules/types.ts";

type Placed = { readonly instruction: Instruction; readonly stage: Stage | undefined };

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
  const byKeyword = new Map<string, Placed[]>();
  let graph: StageGraph | undefined;
  let placed: readonly Placed[] | undefined;
  let runs: { run: RunInstruction; stage: Stage }[] | undefined;

  const all = (): readonly Placed[] => {
    placed ??= place(file);
    return placed;
  };
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
    instructions<K extends Instruction["keyword"]>(...keywords: readonly K[]) {
      const key = keywords.join(" ");
      let list = byKeyword.get(key);
      if (!list) {
        const wanted = new Set<string>(keywords);
        list = all().filter((entry) => wanted.has(entry.instruction.keyword));
        byKeyword.set(key, list);
      }
      return list as readonly { instruction: InstructionOf<K>; stage: Stage | undefined }[];
    },
  };
  return {
    withOptions: (options) => ({
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
    }),
  };
}

function place(file: Dockerfile): Placed[] {
  const list: Placed[] = [];
  for (const instruction of file.instructions) {
    const stage = instruction.stage === undefined ? undefined : file.stages[instruction.stage];
    list.push({ instruction, stage });
    if (instruction.keyword === "ONBUILD" && instruction.trigger) {
      list.push({ instruction: instruction.trigger, stage });
    }
  }
  return list;
}
