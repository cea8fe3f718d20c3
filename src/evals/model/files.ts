import path from "node:path";
import { expandWord } from "../../dockerfile/expand.ts";
import type { CopyInstruction, Instruction, Stage, Word } from "../../dockerfile/types.ts";
import type { Command } from "../../rules/shared/commands.ts";
import type { AnswerModel } from "./read.ts";

/** True when a RUN sees a file of the build context: copied before it, or bound into it. */
export function seesFile(model: AnswerModel, command: Command, file: string): boolean {
  const bound = command.run.mounts.some((mount) => {
    if (mount.type !== "bind" || mount.from !== undefined) return false;
    const source = normal(mount.options.get("source") ?? mount.options.get("src") ?? ".");
    return source === "." || source === file || file.startsWith(`${source}/`);
  });
  return bound || copiesBefore(model, command).some((copy) => copiesFile(model, copy, file));
}

/** The COPYs from the build context a command comes after, in its stage and those it is built FROM. */
export function copiesBefore(model: AnswerModel, command: Command): readonly CopyInstruction[] {
  return model.context.graph
    .chain(command.stage)
    .flatMap((stage) =>
      stage.instructions.filter(
        (each): each is CopyInstruction =>
          isCopy(each) &&
          each.from === undefined &&
          (stage !== command.stage || each.index < command.run.index),
      ),
    );
}

/** True when a COPY takes a file from the build context, the ignore file applied. */
export function copiesFile(model: AnswerModel, copy: CopyInstruction, file: string): boolean {
  if (!model.build.included(file)) return false;
  return copy.sources.some((source) => {
    const text = expanded(model, copy, source);
    return matchesAll(text) || model.build.match(text).includes(file);
  });
}

function matchesAll(source: string): boolean {
  return source === "." || source === "./" || source === "/";
}

/** A word of an instruction with the variables put in that hold there. */
export function expanded(model: AnswerModel, instruction: Instruction, word: Word): string {
  const { variables } = model.context.stateBefore(instruction);
  return expandWord(word.raw, variables, model.file.escape, { unset: "keep" }).value;
}

/** True for COPY and ADD. */
export function isCopy(instruction: Instruction): instruction is CopyInstruction {
  return instruction.keyword === "COPY" || instruction.keyword === "ADD";
}

/** Where a COPY from another stage puts a path of that stage; undefined when it does not take it along. */
export function landsAt(model: AnswerModel, copy: CopyInstruction, wanted: string): string | undefined {
  if (!copy.destination) return undefined;
  const workdir = model.context.stateBefore(copy).workdir?.value ?? "/";
  const destinationText = expanded(model, copy, copy.destination);
  const destination = path.posix.resolve("/", workdir, destinationText);
  for (const word of copy.sources) {
    const source = path.posix.resolve("/", expanded(model, copy, word));
    const inside = path.posix.relative(source, wanted);
    if (inside.startsWith("..")) continue;
    // A folder's contents are copied, not the folder; a file keeps its name in a destination that ends in a slash.
    return path.posix.join(destination, inside);
  }
  return undefined;
}

/** The COPYs with `--from` of one of the stages. */
export function copiesBetween(
  model: AnswerModel,
  stages: readonly Stage[],
): readonly { readonly copy: CopyInstruction; readonly from: Stage }[] {
  return model.context.graph.copies.flatMap(({ instruction, stage, from }) =>
    from.kind === "stage" && stages.includes(stage) ? [{ copy: instruction, from: from.stage }] : [],
  );
}

/** A context path without `./` and trailing slashes. */
export function normal(text: string): string {
  return path.posix.normalize(text).replace(/^\/+|\/+$/g, "") || ".";
}
