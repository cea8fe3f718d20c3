import type { RunScript, ShellCommand } from "../../dockerfile/shell.ts";
import type { RunInstruction } from "../../dockerfile/types.ts";
import type { RuleContext } from "../types.ts";

/** A command of a RUN that a shell runs. */
export interface PlacedCommand {
  readonly run: RunInstruction;
  readonly script: RunScript;
  readonly command: ShellCommand;
}

/** Every command a shell runs; exec form has no shell. */
export function* shellCommands(context: RuleContext): Iterable<PlacedCommand> {
  for (const { run } of context.runs) {
    const script = context.script(run);
    if (!script || script.exec) continue;
    for (const command of script.commands) yield { run, script, command };
  }
}

/** True for shells without bash's extensions. */
export function isPosix(script: RunScript): boolean {
  return /^(?:sh|dash|ash)$/.test(script.shell);
}

const cache = new WeakMap<RuleContext["runs"], ReadonlyMap<string, readonly PlacedCommand[]>>();

/** The commands a shell runs by the base name of their program. */
export function namedCommands(context: RuleContext, ...names: readonly string[]): readonly PlacedCommand[] {
  let index = cache.get(context.runs);
  if (!index) {
    const lists = new Map<string, PlacedCommand[]>();
    for (const placed of shellCommands(context)) {
      const text = placed.command.name ?? "";
      const name = text.slice(text.lastIndexOf("/") + 1);
      const list = lists.get(name);
      if (list) list.push(placed);
      else lists.set(name, [placed]);
    }
    index = lists;
    cache.set(context.runs, index);
  }
  return names.flatMap((name) => index.get(name) ?? []);
}
