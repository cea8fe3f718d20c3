import type { Range } from "../../dockerfile/types.ts";
import type { Command } from "../../rules/shared/commands.ts";
import { commandsOf } from "../../rules/shared/commands.ts";
import { substitute, variablesAt } from "./commands.ts";
import { copiesBetween, landsAt } from "./files.ts";
import type { AnswerModel } from "./read.ts";

/** An account that a RUN creates. */
export interface Account {
  readonly name: string;
  /** As given with --uid; undefined when the program chooses. */
  readonly uid?: string;
  readonly range: Range;
}

// Flags of useradd (shadow), adduser (Debian) and adduser (BusyBox) that take a value.
const useradd = ["-b", "--base-dir", "-c", "--comment", "-d", "--home-dir", "--home", "-e", "--expiredate", "-f", "--inactive", "-g", "--gid", "-G", "--groups", "-k", "--skel", "-K", "--key", "-p", "--password", "-s", "--shell", "-u", "--uid", "-Z"]; // biome-ignore format: a list
const adduser = ["-h", "-g", "-s", "-G", "-u", "-k", "--home", "--shell", "--uid", "--gid", "--ingroup", "--gecos", "--comment", "--firstuid", "--lastuid"]; // biome-ignore format: a list

/** Accounts created in the image: by its own stages, or in a stage whose /etc/passwd it copies. */
export function accountsOf(model: AnswerModel): readonly Account[] {
  const lenders = copiesBetween(model, model.shipped)
    .filter(({ copy }) => landsAt(model, copy, "/etc/passwd") === "/etc/passwd")
    .flatMap(({ from }) => model.context.graph.chain(from));
  const stages = new Set([...model.shipped, ...lenders]);
  return commandsOf(model.context)
    .filter(({ stage, run }) => stages.has(stage) && !run.onbuild)
    .flatMap((command) => accountOf(model, command) ?? []);
}

function accountOf(model: AnswerModel, command: Command): Account | undefined {
  const values = variablesAt(model, command);
  const { shell, range } = command;
  const uid = shell.option("-u", "--uid")?.text;
  const operands = shell.operands(...(command.name === "useradd" ? useradd : adduser));
  // useradd and BusyBox take options anywhere; `adduser NAME GROUP` only adds to a group.
  const name =
    command.name === "useradd" ? operands.at(-1) : command.name === "adduser" ? operands[0] : undefined;
  if (name === undefined || (command.name === "adduser" && operands.length > 1)) return undefined;
  return {
    name: substitute(name.text, values),
    ...(uid === undefined ? {} : { uid: substitute(uid, values) }),
    range,
  };
}
