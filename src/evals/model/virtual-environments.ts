import path from "node:path";
import type { Range, Stage } from "../../dockerfile/types.ts";
import { type Command, operandsOf } from "../../rules/shared/commands.ts";
import { moduleCall, substitute, usedCommands, variablesAt } from "./commands.ts";
import type { AnswerModel } from "./read.ts";

/** A virtual environment that a RUN makes. */
export interface VirtualEnvironment {
  /** Absolute. */
  readonly path: string;
  readonly stage: Stage;
  readonly range: Range;
}

/** Environments made by venv, virtualenv, uv and Poetry, in file order. */
export function virtualEnvironments(model: AnswerModel): readonly VirtualEnvironment[] {
  return usedCommands(model).flatMap((command) => {
    const values = variablesAt(model, command);
    const workdir = model.context.stateBefore(command.run).workdir?.value ?? "/";
    return foldersOf(model, command, values).map((folder) => ({
      path: path.posix.resolve("/", workdir, substitute(folder, values)),
      stage: command.stage,
      range: command.range,
    }));
  });
}

function foldersOf(
  model: AnswerModel,
  command: Command,
  values: ReadonlyMap<string, string>,
): readonly string[] {
  const operands = operandsOf(command).map(({ text }) => text);
  const module = moduleCall(command, "venv") ?? moduleCall(command, "virtualenv");
  if (module) return module.filter((word) => !word.startsWith("-"));
  if (command.name === "virtualenv") return operands.slice(-1);
  if (command.name === "uv") {
    if (operands[0] === "venv") return [operands[1] ?? ".venv"];
    if (operands[0] === "sync") return [values.get("UV_PROJECT_ENVIRONMENT") ?? ".venv"];
    return [];
  }
  if (command.name === "poetry" && (operands[0] === "install" || operands[0] === "sync")) {
    return isInProject(model, command, values) ? [".venv"] : [];
  }
  return [];
}

function isInProject(model: AnswerModel, command: Command, values: ReadonlyMap<string, string>): boolean {
  const variable = values.get("POETRY_VIRTUALENVS_IN_PROJECT")?.toLowerCase();
  if (variable === "1" || variable === "true") return true;
  return usedCommands(model).some(
    (each) =>
      each.stage === command.stage &&
      each.range.start < command.range.start &&
      each.name === "poetry" &&
      operandsOf(each)
        .map(({ text }) => text)
        .join(" ") === "config virtualenvs.in-project true",
  );
}
