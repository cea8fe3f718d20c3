import { rememberLast } from "./remember.ts";
import { globalValues } from "./stages.ts";
import { freshState, inherit, type Scope, type StateRecord, step, toStageState } from "./state-step.ts";
import type { Dockerfile, Instruction, Stage, StageState } from "./types.ts";

interface States {
  /** Before each instruction, by its index. */
  readonly before: Map<number, StateRecord>;
  /** At the end of each stage. */
  readonly ends: Map<number, StateRecord>;
  /** Where the children of each stage start: at its end, its ONBUILD triggers run. */
  readonly starts: Map<number, StateRecord>;
  /** What was handed out for a record. */
  readonly views: Map<StateRecord, StageState>;
}

/** What holds at the end of a stage, inherited from the stages it is built FROM. Computed once for a file. */
export function stateAt(file: Dockerfile, stage: Stage): StageState {
  const states = statesOf(file);
  return viewOf(states, states.ends.get(stage.index) ?? freshState);
}

/**
 * What holds right before an instruction of a stage; for the trigger of an ONBUILD, before the ONBUILD.
 * Before the first FROM: the global ARGs declared so far are in `args` and `variables`. `shell` is the shell where no
 * SHELL names one.
 */
export function stateBefore(
  file: Dockerfile,
  instruction: Instruction,
  shell?: readonly string[],
): StageState {
  const index = instruction.index >= 0 ? instruction.index : holderIndex(file, instruction);
  const states = statesOf(file);
  const record = states.before.get(index) ?? freshState;
  return shell ? toStageState(record, shell) : viewOf(states, record);
}

function viewOf({ views }: States, record: StateRecord): StageState {
  let view = views.get(record);
  if (!view) {
    view = toStageState(record);
    views.set(record, view);
  }
  return view;
}

/** Index of the ONBUILD a trigger stands in. */
function holderIndex(file: Dockerfile, trigger: Instruction): number {
  const { instructions } = file;
  let low = 0;
  let high = instructions.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((instructions[middle]?.range.start ?? 0) <= trigger.range.start) low = middle;
    else high = middle - 1;
  }
  return low;
}

const statesOf = rememberLast((file: Dockerfile) => file, makeStates);

function makeStates(file: Dockerfile): States {
  const states: States = { before: new Map(), ends: new Map(), starts: new Map(), views: new Map() };
  const globals = globalValues(file.globalArgs, file.buildArgs, file.escape);
  if (!file.fragment) runGlobals(file, states, { file, globals, fromScratch: false });
  for (const stage of file.stages) {
    runStage(file, stage, states, { file, globals, fromScratch: stage.base?.kind === "scratch" });
  }
  return states;
}

/** ARGs before the first FROM see those before them. */
function runGlobals(file: Dockerfile, states: States, scope: Scope): void {
  let state = freshState;
  for (const instruction of file.instructions) {
    if (instruction.keyword === "FROM") return;
    states.before.set(instruction.index, state);
    state = step(state, instruction, scope);
  }
}

function runStage(file: Dockerfile, stage: Stage, states: States, scope: Scope): void {
  const parent = stage.base?.kind === "stage" ? file.stages[stage.base.stage] : undefined;
  let state = parent ? startOfChildren(parent, states, scope) : freshState;
  for (const instruction of stage.instructions) {
    states.before.set(instruction.index, state);
    if (instruction.keyword !== "FROM") state = step(state, instruction, scope);
  }
  states.ends.set(stage.index, state);
}

function startOfChildren(parent: Stage, states: States, scope: Scope): StateRecord {
  const known = states.starts.get(parent.index);
  if (known) return known;
  let state = inherit(states.ends.get(parent.index));
  for (const each of parent.instructions) {
    if (each.keyword === "ONBUILD" && each.trigger) state = step(state, each.trigger, scope);
  }
  states.starts.set(parent.index, state);
  return state;
}
