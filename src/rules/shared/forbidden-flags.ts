import type { Problem, RuleContext } from "../types.ts";
import { type Command, commandsOf, findFlag } from "./commands.ts";

/** Findings for commands that carry one of some flags. `programs` are base names. */
export function* forbiddenFlags(
  context: RuleContext,
  programs: ReadonlySet<string>,
  flags: readonly string[],
  message: (command: Command, flag: string) => string,
): Iterable<Problem> {
  for (const command of commandsOf(context)) {
    if (!programs.has(command.name)) continue;
    const word = findFlag(command, ...flags);
    if (word) yield { range: word.range, message: message(command, word.text) };
  }
}
