import type { RunInstruction, TextEdit } from "../../dockerfile/types.ts";
import type { Fix, RuleContext } from "../types.ts";
import type { Command } from "./commands.ts";
import { removeInstruction } from "./edits.ts";

/** Takes a command out of its RUN: the whole RUN when it stands alone, or its first one before &&. */
export function withoutCommand({ file, script }: RuleContext, { run, shell }: Command): TextEdit | undefined {
  const commands = script(run)?.commands ?? [];
  if (
    shell.blocks.length > 0 ||
    shell.before !== undefined ||
    run.heredocs.length > 0 ||
    shell.redirects.length > 0
  )
    return undefined;
  if (commands.length === 1) return removeInstruction(file, run);
  const next = commands[commands.indexOf(shell) + 1];
  if (shell.after !== "&&" || !next || next.blocks.length > 0 || next.inSubstitution) return undefined;
  if (
    !/^[ \t]*(?:[\\`][ \t]*\r?\n\s*)?&&[ \t]*(?:[\\`][ \t]*\r?\n\s*)?$/.test(
      file.text.slice(shell.range.end, next.range.start),
    )
  )
    return undefined;
  return { range: { start: shell.range.start, end: next.range.start }, text: "" };
}

/** Joins a RUN with the one right after it: `RUN a` and `RUN b` become `RUN a && b`. */
export function joinRuns(context: RuleContext, first: RunInstruction, second: RunInstruction): { fix?: Fix } {
  const { text, escape: continuation } = context.file;
  if ([first, second].some((run) => run.command.form !== "shell" || run.heredocs.length > 0 || run.onbuild))
    return {};
  if (first.flags.length > 0 || second.flags.length > 0) return {};
  const between = text.slice(first.range.end, second.argumentsRange.start);
  if (!/^\s*RUN\s+$/i.test(between)) return {};
  // A list that ends in `;`, in a comment or in the background, or that begins with `set`, says something else joined.
  const body = text.slice(first.argumentsRange.start, first.range.end);
  const next = text.slice(second.argumentsRange.start, second.range.end);
  if (
    /[;&|(){}#]\s*$|#|\|\||;|(?<!&)&(?!&)/.test(body) ||
    /\|\||^\s*[({!]|^\s*(?:if|for|while|case|set|cd|export)\b/.test(next)
  )
    return {};
  if (/\bcd\s|\bset\s|\bexport\s|\bumask\b/.test(body)) return {};
  const range = { start: first.range.end, end: second.argumentsRange.start };
  return {
    fix: {
      title: "join the two RUN",
      edits: [{ range, text: ` ${continuation}${text.includes("\r\n") ? "\r\n" : "\n"}    && ` }],
      safe: false,
    },
  };
}
