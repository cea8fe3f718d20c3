import { newlineOf } from "../../dockerfile/edits.ts";
import type { Fix, RuleContext } from "../types.ts";
import { type Command, commandsOfRun } from "./commands.ts";
import { insert } from "./edits.ts";
import { isRoot } from "./users.ts";

/**
 * Appends a command to a RUN: `RUN … && cleanup`. No repair where the RUN is not a plain list of commands that all
 * must succeed, or where some of them need sudo and nothing says that root runs the others.
 */
export function appendCommand(
  context: RuleContext,
  run: Command["run"],
  cleanup: string,
  title: string,
): { readonly fix?: Fix } {
  if (run.command.form !== "shell" || run.heredocs.length > 0) return {};
  const { file } = context;
  const commands = commandsOfRun(context, run);
  const text = file.text.slice(run.argumentsRange.start, run.argumentsRange.end);
  // Something after the last command (a redirection, a group, a comment) makes the end of the list unclear.
  if (commands.at(-1)?.range.end !== run.range.end || /[;|#(){}]|\b(?:if|for|while)\b/.test(text)) return {};
  if (commands.some(({ wrappers }) => wrappers.includes("sudo"))) {
    const user = context.stateBefore(run).user?.value;
    if (user === undefined || !isRoot(user)) return {};
  }
  const edit = insert(run.range.end, ` ${file.escape}${newlineOf(file)}    && ${cleanup}`);
  return { fix: { title, edits: [edit], safe: true } };
}

/** The program as the command names it, which need not be on PATH: `/opt/conda/bin/conda`. */
export function programAs({ name, program }: Command): string {
  return program.text.includes("/") ? program.raw : name;
}
