import { rememberLast } from "../../dockerfile/remember.ts";
import type { ShellCommand, ShellWord } from "../../dockerfile/shell.ts";
import type { Range, RunInstruction, Stage } from "../../dockerfile/types.ts";
import type { RuleContext } from "../types.ts";

/** One command of a RUN: its program and the words after it. */
export interface Command {
  /** The program's base name; what `sudo`, `env`, `exec`, `time`, `nice` ... start. `/usr/bin/apt-get` -> `apt-get`. */
  readonly name: string;
  readonly program: ShellWord;
  readonly args: readonly ShellWord[];
  /** From the first word (`sudo` included) to the last. */
  readonly range: Range;
  /** Variables set for this command only: `FOO=1 pip install x`. */
  readonly assignments: ReadonlyMap<string, string>;
  /** Programs in front of it that only start it: `sudo`, `env`. */
  readonly wrappers: readonly string[];
  /** True for RUN ["…"]: insertions must be JSON strings. */
  readonly json: boolean;
  /** True when the program itself stands first, by its bare name. */
  readonly direct: boolean;
  readonly run: RunInstruction;
  readonly stage: Stage;
  /** As the shell sees it: operators around it, redirects, blocks, pipeline. */
  readonly shell: ShellCommand;
}

/** All commands of all RUNs (ONBUILD, heredocs, subshells, substitutions and exec form included), in file order. */
export const commandsOf = rememberLast(
  (context: RuleContext) => context.runs,
  (context): readonly Command[] =>
    context.runs.flatMap(({ run, stage }) => {
      const script = context.script(run);
      return (
        script?.commands.flatMap((shell) => {
          const command = unwrap(shell, run, stage, script.exec);
          return command ? [command] : [];
        }) ?? []
      );
    }),
);

const commandsByRun = rememberLast(
  (context: RuleContext) => context.runs,
  (context): ReadonlyMap<RunInstruction, readonly Command[]> => {
    const index = new Map<RunInstruction, Command[]>();
    for (const command of commandsOf(context)) {
      const list = index.get(command.run);
      if (list) list.push(command);
      else index.set(command.run, [command]);
    }
    return index;
  },
);

/** The commands of one RUN, in order. */
export function commandsOfRun(context: RuleContext, run: RunInstruction): readonly Command[] {
  return commandsByRun(context).get(run) ?? [];
}

/**
 * Makes a question about a whole RUN that is answered once: rules that ask it for every command of a RUN of
 * thousands stay linear. `lastInRun(isCleanup)(context, run)` is the offset of the last match, -1 without one.
 */
export function lastInRun(
  matches: (command: Command) => boolean,
): (context: RuleContext, run: RunInstruction) => number {
  const offsets = rememberLast(
    (context: RuleContext) => context.runs,
    () => new Map<RunInstruction, number>(),
  );
  return (context, run) => {
    const known = offsets(context);
    let offset = known.get(run);
    if (offset === undefined) {
      offset = commandsOfRun(context, run).findLast(matches)?.range.start ?? -1;
      known.set(run, offset);
    }
    return offset;
  };
}

/** Programs that start another one, with their flags that take a value. */
const wrappers: Readonly<Record<string, ReadonlySet<string>>> = {
  sudo: new Set(["-u", "--user", "-g", "--group", "-C", "-D", "-h", "-p", "-r", "-t", "-U"]),
  env: new Set(["-u", "--unset", "-C", "--chdir", "-S"]),
  exec: new Set(["-a"]),
  nice: new Set(["-n", "--adjustment"]),
  ionice: new Set(["-c", "-n", "-p"]),
  time: new Set(["-f", "-o"]),
  command: new Set(),
  nohup: new Set(),
  eatmydata: new Set(),
  busybox: new Set(),
  gosu: new Set(),
  "su-exec": new Set(),
  xargs: new Set(["-n", "-I", "-P", "-L", "-d", "-a", "-s"]),
};

function unwrap(shell: ShellCommand, run: RunInstruction, stage: Stage, json: boolean): Command | undefined {
  const assignments = new Map<string, string>();
  for (const { name, value } of shell.assignments) if (value) assignments.set(name, value.text);
  const passed: string[] = [];
  let words = shell.words;
  for (let program = words[0]; program; program = words[0]) {
    const name = baseName(program.text);
    const valued = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
    const rest = valued ? inner(name, words.slice(1), valued, assignments) : undefined;
    if (!rest) {
      return {
        name,
        program,
        args: words.slice(1),
        range: shell.range,
        assignments,
        wrappers: passed,
        json,
        direct: passed.length === 0 && program.text === name,
        run,
        stage,
        shell,
      };
    }
    passed.push(name);
    words = rest;
  }
  return undefined;
}

/** The words after a wrapper's own flags and assignments; undefined when it starts nothing (`command -v x`). */
function inner(
  name: string,
  words: readonly ShellWord[],
  valued: ReadonlySet<string>,
  assignments: Map<string, string>,
): readonly ShellWord[] | undefined {
  let index = 0;
  for (let word = words[index]; word; word = words[++index]) {
    const { text } = word;
    if (text === "--") {
      index++;
      break;
    }
    if (name === "command" && /^-[vV]$/.test(text)) return undefined;
    const equals = /^[A-Za-z_]\w*=/.exec(text);
    if (equals && (name === "env" || name === "sudo")) {
      assignments.set(text.slice(0, equals[0].length - 1), text.slice(equals[0].length));
    } else if (valued.has(text)) index++;
    else if (!text.startsWith("-")) break;
  }
  // `gosu user program`: the first operand is the user.
  if (name === "gosu" || name === "su-exec") index++;
  return index < words.length ? words.slice(index) : undefined;
}

function baseName(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1);
}

/** True when one of the flags is there: `--yes`, `--yes=…`, `-y`, also inside `-qqy`. */
export function hasFlag(command: Command, ...flags: readonly string[]): boolean {
  return findFlag(command, ...flags) !== undefined;
}

/** The word that holds one of the flags. */
export function findFlag(command: Command, ...flags: readonly string[]): ShellWord | undefined {
  return command.args.find(({ text }) =>
    flags.some((flag) => {
      if (text === flag || text.startsWith(`${flag}=`)) return true;
      // `-qO-`: letters are flags until something else begins a value.
      if (flag.length !== 2) return false;
      return /^-([a-zA-Z]{2,})/.exec(text)?.[1]?.includes(flag.charAt(1)) ?? false;
    }),
  );
}

/** The words that are no flags. */
export function operandsOf(command: Command): readonly ShellWord[] {
  return command.args.filter(({ text }) => !text.startsWith("-") || text === "-");
}
