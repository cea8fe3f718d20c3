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
  const run = new Run(input);
  const views = new Map<object, RuleContext>();
  return {
    // Most rules share one object of settings, and so one view.
    withOptions(options) {
      const known = views.get(options) ?? new View(run, options);
      views.set(options, known);
      return known;
    },
  };
}

/** What is computed once for all rules. A class, since a literal with a getter is slow (ADR 0012). */
class Run {
  readonly input: ContextInput;
  private readonly states = new Map<Instruction, StageState>();
  private readonly ends = new Map<number, StageState>();
  private readonly scripts = new Map<RunInstruction, RunScript | undefined>();
  private readonly index: ReadonlyMap<string, readonly Placed[]>;
  private knownGraph: StageGraph | undefined;
  private knownRuns: RuleContext["runs"] | undefined;

  constructor(input: ContextInput) {
    this.input = input;
    this.index = indexByKeyword(input.file);
  }

  get graph(): StageGraph {
    this.knownGraph ??= stageGraph(this.input.file);
    return this.knownGraph;
  }

  get runs(): RuleContext["runs"] {
    this.knownRuns ??= this.instructions("RUN").flatMap(({ instruction, stage }) =>
      stage ? [{ run: instruction, stage }] : [],
    );
    return this.knownRuns;
  }

  readonly stateBefore = (instruction: Instruction): StageState => {
    let state = this.states.get(instruction);
    if (!state) {
      state = stateBefore(this.input.file, instruction, this.input.shellOf(instruction));
      this.states.set(instruction, state);
    }
    return state;
  };

  readonly stateAt = (stage: Stage): StageState => {
    let state = this.ends.get(stage.index);
    if (!state) {
      state = stateAt(this.input.file, stage);
      this.ends.set(stage.index, state);
    }
    return state;
  };

  readonly script = (run: RunInstruction): RunScript | undefined => {
    if (!this.scripts.has(run)) {
      this.scripts.set(run, runScript(this.input.file, run, this.stateBefore(run).shell));
    }
    return this.scripts.get(run);
  };

  readonly instructions = <K extends keyof InstructionTypes>(
    ...keywords: readonly K[]
  ): readonly Placed<InstructionTypes[K]>[] => {
    const wanted: readonly string[] = keywords;
    const lists = wanted.flatMap((keyword) => this.index.get(keyword) ?? []);
    if (wanted.length > 1) lists.sort((a, b) => a.instruction.range.start - b.instruction.range.start);
    return lists.filter((entry): entry is Placed<InstructionTypes[K]> =>
      wanted.includes(entry.instruction.keyword),
    );
  };
}

/** The run as a rule with certain settings sees it. */
class View implements RuleContext {
  readonly file: Dockerfile;
  readonly context: ContextView | undefined;
  readonly today: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly stateBefore: RuleContext["stateBefore"];
  readonly stateAt: RuleContext["stateAt"];
  readonly script: RuleContext["script"];
  readonly instructions: RuleContext["instructions"];
  private readonly run: Run;

  constructor(run: Run, options: Readonly<Record<string, unknown>>) {
    const { input } = run;
    this.file = input.file;
    this.context = input.context;
    this.today = input.today;
    this.buildArgs = input.buildArgs;
    this.options = options;
    this.stateBefore = run.stateBefore;
    this.stateAt = run.stateAt;
    this.script = run.script;
    this.instructions = run.instructions;
    this.run = run;
  }

  get graph(): StageGraph {
    return this.run.graph;
  }

  get runs(): RuleContext["runs"] {
    return this.run.runs;
  }
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
