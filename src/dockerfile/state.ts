import { posix } from "node:path";
import { expandWord } from "./expand.ts";
import { globalValues } from "./stages.ts";
import type {
  AssignmentInstruction,
  Dockerfile,
  Instruction,
  ListInstruction,
  Stage,
  StageState,
  ValueInstruction,
} from "./types.ts";
import { versionedMap } from "./versioned-map.ts";

interface States {
  /** Before each instruction, by its index. */
  readonly before: Map<number, StageState>;
  /** At the end of each stage. */
  readonly ends: Map<number, StageState>;
  readonly globals: ReadonlyMap<string, string>;
}

const cache = new WeakMap<Dockerfile, States>();

/** What holds at the end of a stage, inherited from the stages it is built FROM. Computed once for a file. */
export function stateAt(file: Dockerfile, stage: Stage): StageState {
  return statesOf(file).ends.get(stage.index) ?? EMPTY;
}

/**
 * What holds right before an instruction of a stage; for the trigger of an ONBUILD, before the ONBUILD.
 * Before the first FROM: the global ARGs declared so far are in `args` and `variables`.
 */
export function stateBefore(file: Dockerfile, instruction: Instruction): StageState {
  const states = statesOf(file);
  if (instruction.index >= 0) return states.before.get(instruction.index) ?? EMPTY;
  const holder = file.instructions.find(
    (each) =>
      each.keyword === "ONBUILD" &&
      each.range.start <= instruction.range.start &&
      each.range.end >= instruction.range.end,
  );
  return (holder && states.before.get(holder.index)) ?? EMPTY;
}

const EMPTY: StageState = {
  env: new Map(),
  args: new Map(),
  variables: new Map(),
  ports: [],
};

function statesOf(file: Dockerfile): States {
  const known = cache.get(file);
  if (known) return known;
  const globals = globalValues(file.globalArgs, file.buildArgs, file.escape);
  const states: States = { before: new Map(), ends: new Map(), globals };
  cache.set(file, states);
  runGlobals(file, states);
  for (const stage of file.stages) runStage(file, stage, states);
  return states;
}

/** ARGs before the first FROM see those before them. */
function runGlobals(file: Dockerfile, states: States): void {
  if (file.fragment) return;
  const machine = makeMachine(file, EMPTY, states.globals, false);
  for (const instruction of file.instructions) {
    if (instruction.keyword === "FROM") break;
    states.before.set(instruction.index, machine.state());
    machine.apply(instruction);
  }
}

function runStage(file: Dockerfile, stage: Stage, states: States): void {
  const parent = stage.base?.kind === "stage" ? file.stages[stage.base.stage] : undefined;
  const inherited = parent ? (states.ends.get(parent.index) ?? EMPTY) : EMPTY;
  const machine = makeMachine(file, inherited, states.globals, stage.base?.kind === "scratch");
  for (const instruction of stage.instructions) {
    states.before.set(instruction.index, machine.state());
    if (instruction.keyword === "FROM") {
      for (const each of parent?.instructions ?? []) {
        if (each.keyword === "ONBUILD" && each.trigger) machine.apply(each.trigger);
      }
    } else machine.apply(instruction);
  }
  states.ends.set(stage.index, machine.state());
}

interface Machine {
  apply(instruction: Instruction): void;
  /** What holds now; the same object until something changes. */
  state(): StageState;
}

type Single = Pick<
  StageState,
  "user" | "workdir" | "shell" | "cmd" | "entrypoint" | "healthcheck" | "stopsignal"
>;

function makeMachine(
  file: Dockerfile,
  inherited: StageState,
  globals: ReadonlyMap<string, string>,
  fromScratch: boolean,
): Machine {
  const { escape: escapeToken } = file;
  const env = versionedMap(inherited.env);
  const args = versionedMap<string | undefined>(inherited.args);
  const variables = versionedMap(inherited.variables);
  const ports: { value: string; instruction: ListInstruction }[] = [];
  let single: Single = onlySingle(inherited);
  let cmdIsOwn = false;
  let current: StageState | undefined;

  const expand = (raw: string): string => expandWord(raw, variables, escapeToken, { unset: "keep" }).value;
  const declare = (instruction: AssignmentInstruction): void => {
    for (const { name, rawValue } of instruction.assignments) {
      const given = Object.hasOwn(file.buildArgs, name) ? file.buildArgs[name] : undefined;
      const own = rawValue === undefined ? undefined : expand(rawValue);
      const value = given ?? own ?? globals.get(name);
      args.set(name, value);
      if (value !== undefined) variables.set(name, value);
    }
  };
  const change = (next: Single): void => {
    single = { ...single, ...next };
  };
  const apply = (instruction: Instruction): void => {
    current = undefined;
    switch (instruction.keyword) {
      case "ARG":
        declare(instruction);
        return;
      case "ENV": {
        const pairs = instruction.assignments.map(
          ({ name, rawValue }) => [name, expand(rawValue ?? "")] as const,
        );
        for (const [name, value] of pairs) {
          env.set(name, value);
          variables.set(name, value);
        }
        return;
      }
      case "USER":
        change(withValue("user", instruction, expand));
        return;
      case "WORKDIR": {
        const given = withValue("workdir", instruction, expand).workdir;
        if (given) {
          const value = resolveDirectory(single.workdir?.value, given.value, fromScratch);
          change({ workdir: { value, instruction } });
        }
        return;
      }
      case "SHELL":
        if (instruction.shell.length > 0) change({ shell: instruction.shell });
        return;
      case "EXPOSE":
        for (const word of instruction.values) {
          for (const value of expand(word.raw).split(/\s+/).filter(Boolean))
            ports.push({ value, instruction });
        }
        return;
      case "CMD":
        cmdIsOwn = true;
        change({ cmd: instruction });
        return;
      case "ENTRYPOINT":
        if (!cmdIsOwn) single = omitCmd(single);
        change({ entrypoint: instruction });
        return;
      case "HEALTHCHECK":
        change({ healthcheck: instruction });
        return;
      case "STOPSIGNAL":
        change({ stopsignal: instruction });
        return;
      default:
        return;
    }
  };
  return {
    apply,
    state() {
      current ??= snapshot(single, {
        env: env.view(),
        args: args.view(),
        variables: variables.view(),
        inherited: inherited.ports,
        own: ports,
        count: ports.length,
      });
      return current;
    },
  };
}

/** `ports` is put together only when somebody looks. */
function snapshot(
  single: Single,
  rest: Pick<StageState, "env" | "args" | "variables"> & {
    readonly inherited: StageState["ports"];
    readonly own: StageState["ports"];
    readonly count: number;
  },
): StageState {
  let ports: StageState["ports"] | undefined;
  return {
    ...single,
    env: rest.env,
    args: rest.args,
    variables: rest.variables,
    get ports() {
      ports ??= [...rest.inherited, ...rest.own.slice(0, rest.count)];
      return ports;
    },
  };
}

function onlySingle(state: StageState): Single {
  const { user, workdir, shell, cmd, entrypoint, healthcheck, stopsignal } = state;
  return {
    ...(user ? { user } : {}),
    ...(workdir ? { workdir } : {}),
    ...(shell ? { shell } : {}),
    ...(cmd ? { cmd } : {}),
    ...(entrypoint ? { entrypoint } : {}),
    ...(healthcheck ? { healthcheck } : {}),
    ...(stopsignal ? { stopsignal } : {}),
  };
}

function omitCmd(single: Single): Single {
  const { cmd: _cmd, ...rest } = single;
  return rest;
}

function withValue<K extends "user" | "workdir">(
  key: K,
  instruction: ValueInstruction,
  expand: (raw: string) => string,
): { readonly [P in K]?: { readonly value: string; readonly instruction: ValueInstruction } } {
  const none: { readonly [P in K]?: { readonly value: string; readonly instruction: ValueInstruction } } = {};
  if (!instruction.value) return none;
  return { ...none, [key]: { value: expand(instruction.value.raw), instruction } };
}

/** A relative WORKDIR continues the one before it; on an unknown base image it stays relative. */
function resolveDirectory(before: string | undefined, given: string, fromScratch: boolean): string {
  if (/^(?:[a-zA-Z]:|[\\$])/.test(given)) return given;
  if (given.startsWith("/")) return normalize(given);
  const parent = before ?? (fromScratch ? "/" : "");
  if (/^(?:[a-zA-Z]:|\\)/.test(parent)) return `${parent.replace(/[\\/]+$/, "")}\\${given}`;
  return normalize(parent === "" ? given : `${parent}/${given}`);
}

function normalize(path: string): string {
  const clean = posix.normalize(path);
  return clean.length > 1 && clean.endsWith("/") ? clean.slice(0, -1) : clean;
}
