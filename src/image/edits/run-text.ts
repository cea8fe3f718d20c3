import { newlineOf } from "../../dockerfile/edits.ts";
import { runScript } from "../../dockerfile/shell.ts";
import type { Dockerfile, Instruction, RunInstruction, TextEdit } from "../../dockerfile/types.ts";

/** Adds a command to the end of a RUN, so that it is part of the same layer. Undefined for forms it cannot be added to. */
export function appendCommand(file: Dockerfile, run: RunInstruction, command: string): TextEdit | undefined {
  if (run.command.form !== "shell" || runScript(file, run) === undefined) return undefined;
  const heredoc = run.heredocs[0];
  if (heredoc !== undefined) {
    if (run.heredocs.length > 1 || !heredoc.closed) return undefined;
    const at = heredoc.bodyRange.end;
    return { range: { start: at, end: at }, text: `${command}${newlineOf(file)}` };
  }
  const at = run.command.range.end;
  return { range: { start: at, end: at }, text: ` ${file.escape}${newlineOf(file)}    && ${command}` };
}

/** Takes an instruction out with its whole lines. */
export function deleteInstruction(file: Dockerfile, instruction: Instruction): TextEdit {
  const { text } = file;
  const start = text.lastIndexOf("\n", instruction.range.start - 1) + 1;
  const newline = text.indexOf("\n", instruction.range.end);
  return { range: { start, end: newline < 0 ? text.length : newline + 1 }, text: "" };
}

/** Puts a flag right after the keyword: `COPY --chown=…`, `RUN --mount=…`. */
export function insertFlag(instruction: Instruction, flag: string): TextEdit {
  const at = instruction.keywordRange.end;
  return { range: { start: at, end: at }, text: ` ${flag}` };
}

/** The shell text of a RUN in one line, without heredocs; undefined when it is not a plain shell command. */
export function oneLine(file: Dockerfile, run: RunInstruction): string | undefined {
  if (run.command.form !== "shell" || run.heredocs.length > 0) return undefined;
  const script = runScript(file, run);
  return script === undefined || script.errors.length > 0
    ? undefined
    : script.text.replace(/\s+/g, " ").trim();
}
