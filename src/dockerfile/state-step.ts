import { posix } from "node:path";
import { expandWord } from "./expand.ts";
import { emptyMap, type PersistentMap } from "./persistent-map.ts";
import type {
  AssignmentInstruction,
  Dockerfile,
  Instruction,
  ListInstruction,
  StageState,
  ValueInstruction,
} from "./types.ts";

/** A stage's state between two instructions, cheap to keep for each of them. */
export interface StateRecord {
  readonly env: PersistentMap<string>;
  readonly args: PersistentMap<string | undefined>;
  readonly variables: PersistentMap<string>;
  /** The last port; the others hang on it. */
  readonly port: PortLink | undefined;
  readonly fields: Fields;
  /** True once the stage itself has a CMD: a later ENTRYPOINT leaves it alone. */
  readonly ownCmd: boolean;
}

interface PortLink {
  readonly value: string;
  readonly instruction: ListInstruction;
  readonly before: PortLink | undefined;
}

type Fields = Pick<
  StageState,
  "user" | "workdir" | "shell" | "cmd" | "entrypoint" | "healthcheck" | "stopsignal"
>;

/** What instructions see of their surroundings. */
export interface Scope {
  readonly file: Dockerfile;
  /** Values of the ARGs before the first FROM. */
  readonly globals: ReadonlyMap<string, string>;
  /** The stage starts from nothing, so that a relative WORKDIR starts at `/`. */
  readonly fromScratch: boolean;
}

/** The state nothing was done to. */
export const freshState: StateRecord = {
  env: emptyMap(),
  args: emptyMap(),
  variables: emptyMap(),
  port: undefined,
  fields: {},
  ownCmd: false,
};

/** The state a stage starts with. */
export function inherit(parent: StateRecord | undefined): StateRecord {
  return parent ? { ...parent, ownCmd: false } : freshState;
}

/** The state after an instruction. */
export function step(state: StateRecord, instruction: Instruction, scope: Scope): StateRecord {
  switch (instruction.keyword) {
    case "ARG":
      return declare(state, instruction, scope);
    case "ENV":
      return assign(state, instruction, scope);
    case "USER":
    case "WORKDIR":
      return place(state, instruction, instruction.keyword, scope);
    case "SHELL":
      return instruction.shell.length > 0 ? withFields(state, { shell: instruction.shell }) : state;
    case "EXPOSE":
      return expose(state, instruction, scope);
    case "CMD":
      return { ...withFields(state, { cmd: instruction }), ownCmd: true };
    case "ENTRYPOINT": {
      const { cmd, ...others } = state.fields;
      const kept = state.ownCmd && cmd ? { cmd } : {};
      return { ...state, fields: { ...others, ...kept, entrypoint: instruction } };
    }
    case "HEALTHCHECK":
      return withFields(state, { healthcheck: instruction });
    case "STOPSIGNAL":
      return withFields(state, { stopsignal: instruction });
    default:
      return state;
  }
}

function withFields(state: StateRecord, fields: Fields): StateRecord {
  return { ...state, fields: { ...state.fields, ...fields } };
}

/** Variables nobody knows stay as written: `/app/bin:$PATH`. */
function expand(raw: string, state: StateRecord, scope: Scope): string {
  return expandWord(raw, state.variables, scope.file.escape, { unset: "keep" }).value;
}

/** An ARG has the value of `--build-arg`, its default, or that of the global ARG of the same name. */
function declare(state: StateRecord, instruction: AssignmentInstruction, scope: Scope): StateRecord {
  const { buildArgs } = scope.file;
  let next = state;
  for (const { name, rawValue } of instruction.assignments) {
    const given = Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined;
    const own = rawValue === undefined ? undefined : expand(rawValue, next, scope);
    const value = given ?? own ?? scope.globals.get(name);
    next = {
      ...next,
      args: next.args.with(name, value),
      variables: value === undefined ? next.variables : next.variables.with(name, value),
    };
  }
  return next;
}

/** All values of one ENV see what was set before it. */
function assign(state: StateRecord, instruction: AssignmentInstruction, scope: Scope): StateRecord {
  let { env, variables } = state;
  for (const { name, rawValue } of instruction.assignments) {
    const value = expand(rawValue ?? "", state, scope);
    env = env.with(name, value);
    variables = variables.with(name, value);
  }
  return { ...state, env, variables };
}

function place(
  state: StateRecord,
  instruction: ValueInstruction,
  keyword: "USER" | "WORKDIR",
  scope: Scope,
): StateRecord {
  if (!instruction.value) return state;
  const value = expand(instruction.value.raw, state, scope);
  if (keyword === "USER") return withFields(state, { user: { value, instruction } });
  const directory = resolveDirectory(state.fields.workdir?.value, value, scope.fromScratch);
  return withFields(state, { workdir: { value: directory, instruction } });
}

function expose(state: StateRecord, instruction: ListInstruction, scope: Scope): StateRecord {
  let { port } = state;
  for (const word of instruction.values) {
    for (const value of expand(word.raw, state, scope).split(/\s+/)) {
      if (value) port = { value, instruction, before: port };
    }
  }
  return { ...state, port };
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

/** The state as everybody sees it. A class, since a literal with a getter is slow (ADR 0012). */
class StateView implements StageState {
  readonly user: StageState["user"];
  readonly workdir: StageState["workdir"];
  readonly env: StageState["env"];
  readonly variables: StageState["variables"];
  readonly args: StageState["args"];
  readonly shell: StageState["shell"];
  readonly cmd: StageState["cmd"];
  readonly entrypoint: StageState["entrypoint"];
  readonly healthcheck: StageState["healthcheck"];
  readonly stopsignal: StageState["stopsignal"];
  private readonly port: PortLink | undefined;
  private list: StageState["ports"] | undefined;

  constructor(record: StateRecord, shell: StageState["shell"]) {
    const { fields } = record;
    this.user = fields.user;
    this.workdir = fields.workdir;
    this.env = record.env;
    this.variables = record.variables;
    this.args = record.args;
    this.shell = shell;
    this.cmd = fields.cmd;
    this.entrypoint = fields.entrypoint;
    this.healthcheck = fields.healthcheck;
    this.stopsignal = fields.stopsignal;
    this.port = record.port;
  }

  get ports(): StageState["ports"] {
    this.list ??= listPorts(this.port);
    return this.list;
  }
}

/** The state of a record as everybody sees it; `shell` stands in where the file names none. */
export function toStageState(record: StateRecord, shell?: readonly string[]): StageState {
  return new StateView(record, record.fields.shell ?? shell);
}

function listPorts(last: PortLink | undefined): StageState["ports"] {
  const ports: { value: string; instruction: ListInstruction }[] = [];
  for (let link = last; link; link = link.before) {
    ports.push({ value: link.value, instruction: link.instruction });
  }
  return ports.reverse();
}
