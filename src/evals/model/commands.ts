import { type Command, commandsOf } from "../../rules/shared/commands.ts";
import type { AnswerModel } from "./read.ts";

/** The commands of the stages that the image needs, ONBUILD left out. */
export function usedCommands(model: AnswerModel): readonly Command[] {
  return commandsOf(model.context).filter(
    (command) => !command.run.onbuild && model.context.graph.reachable(command.stage),
  );
}

/**
 * The commands that fit: those the image needs, or, when none of them fits, those of stages nothing is taken
 * from. What is wrong with a stage's place is one criterion, what is wrong inside it another.
 */
export function commandsWhere(model: AnswerModel, fits: (command: Command) => boolean): readonly Command[] {
  const used = usedCommands(model).filter(fits);
  return used.length > 0
    ? used
    : commandsOf(model.context).filter((command) => !command.run.onbuild && fits(command));
}

/** The words after a module run through an interpreter (`python -m venv`); undefined for anything else. */
export function moduleCall(command: Command, module: string): readonly string[] | undefined {
  if (!/^python[\d.]*$/.test(command.name)) return undefined;
  const words = command.args.map(({ text }) => text);
  const at = words.indexOf("-m");
  return at >= 0 && words[at + 1] === module ? words.slice(at + 2) : undefined;
}

/**
 * Values of variables where a command runs: ENV and ARG, then what the script sets before it, then its own
 * assignments. Values that hold a substitution stay as written.
 */
export function variablesAt(model: AnswerModel, command: Command): ReadonlyMap<string, string> {
  const values = new Map(model.context.stateBefore(command.run).variables);
  for (const earlier of model.context.script(command.run)?.commands ?? []) {
    if (earlier.range.start >= command.range.start) break;
    const lasting = earlier.words.length === 0 ? earlier.assignments : earlier.declared;
    for (const { name, value } of lasting) if (value) values.set(name, substitute(value.text, values));
  }
  for (const [name, value] of command.assignments) values.set(name, substitute(value, values));
  return values;
}

/** Puts known variables into a shell word; `${X:-y}` takes its default when X is unknown. */
export function substitute(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g,
    (whole, braced: string | undefined, fallback: string | undefined, plain: string | undefined) =>
      values.get(braced ?? plain ?? "") ?? fallback ?? whole,
  );
}
