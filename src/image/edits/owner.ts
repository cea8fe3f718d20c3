import { runScript, type ShellCommand } from "../../dockerfile/shell.ts";
import type { CopyInstruction, Instruction, RunInstruction, TextEdit } from "../../dockerfile/types.ts";
import { type Attribution, argumentOf } from "../analysis/attribute.ts";
import { type PathNode, pathOf } from "../model/tree.ts";
import type { Waste } from "./causes.ts";
import type { LayerSource } from "./layer-source.ts";
import { appendCommand, deleteInstruction, insertFlag } from "./run-text.ts";

/** The text edits that move a chown or chmod to where the files are written. */
export interface OwnerEdit {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  readonly deletes: Instruction;
  readonly touches: readonly Instruction[];
}

/**
 * Rewrites `COPY …` + `RUN chown -R user path` as `COPY --chown=user …`. Only when the RUN does nothing else, and every
 * file it rewrote was written by a COPY or ADD without that flag, or by a RUN that can end with the same command.
 * Undefined otherwise.
 */
export function editOwner(
  hider: LayerSource,
  group: readonly Waste[],
  sources: readonly LayerSource[],
  attribution: Attribution | undefined,
): OwnerEdit | undefined {
  const { instruction } = hider;
  if (attribution === undefined || instruction?.keyword !== "RUN") return undefined;
  const { file } = attribution;
  const commands = ownerCommands(attribution, instruction);
  if (commands === undefined) return undefined;
  const edits: TextEdit[] = [deleteInstruction(file, instruction)];
  const touches: Instruction[] = [];
  for (const waste of group) {
    const writer = sources[waste.layer]?.instruction;
    if (writer === undefined || touches.includes(writer)) {
      if (writer === undefined) return undefined;
      continue;
    }
    touches.push(writer);
    if (writer.keyword === "COPY" || writer.keyword === "ADD") {
      const flags = flagEdits(writer, commands, attribution);
      if (flags === undefined) return undefined;
      edits.push(...flags);
    } else if (writer.keyword === "RUN") {
      const targets = targetsOf(waste, group);
      if (targets === undefined) return undefined;
      for (const { name, value } of commands) {
        const append = appendCommand(file, writer, `${name} ${value} ${targets}`);
        if (append === undefined) return undefined;
        edits.push(append);
      }
    } else return undefined;
  }
  const [first] = touches;
  if (first === undefined) return undefined;
  const flags = commands.map(({ name, value }) => `--${name}=${value}`).join(" ");
  return {
    title: `Use ${flags} in line ${file.lineAt(first.range.start)} and drop the RUN of line ${file.lineAt(instruction.range.start)}`,
    edits,
    deletes: instruction,
    touches,
  };
}

const mostPaths = 8;

/**
 * What a RUN has to give its own files by: a few paths, or their folder when nobody else's files lie in it. A file
 * of a lower layer would be stored again even if its owner stays the same.
 */
function targetsOf(waste: Waste, group: readonly Waste[]): string | undefined {
  const paths = waste.versions.slice(0, mostPaths + 1).map((version) => `/${pathOf(version.node)}`);
  const folder = `/${pathOf(waste.folder)}`;
  const shared = group.some(
    (other) =>
      other.layer !== waste.layer && other.versions.some((version) => isBelow(version.node, waste.folder)),
  );
  const targets = paths.length <= mostPaths ? paths : shared ? undefined : ["-R", folder];
  return targets?.some((target) => /[^\w./-]/.test(target)) ? undefined : targets?.join(" ");
}

function isBelow(node: PathNode, folder: PathNode): boolean {
  for (let current = node.parent; current !== undefined; current = current.parent)
    if (current === folder) return true;
  return false;
}

interface OwnerCommand {
  readonly name: "chown" | "chmod";
  readonly value: string;
}

/** The commands of a RUN that consists of chown and chmod alone, one of each at most. */
function ownerCommands(attribution: Attribution, run: RunInstruction): OwnerCommand[] | undefined {
  const script = runScript(attribution.file, run);
  if (script === undefined || run.heredocs.length > 0 || script.errors.length > 0) return undefined;
  const result: OwnerCommand[] = [];
  for (const command of script.commands) {
    const one = ownerCommand(command);
    if (one === undefined || result.some((other) => other.name === one.name)) return undefined;
    result.push(one);
  }
  return result.length > 0 ? result : undefined;
}

function ownerCommand(command: ShellCommand): OwnerCommand | undefined {
  const { name } = command;
  if (name !== "chown" && name !== "chmod") return undefined;
  if (command.inSubstitution || command.blocks.length > 0 || command.pipeline !== undefined) return undefined;
  const [value, ...targets] = command.operands();
  if (value === undefined || targets.length === 0 || [value, ...targets].some((word) => word.expanded))
    return undefined;
  // COPY --chmod knew only numbers for years; symbolic modes also depend on the mode before.
  if (name === "chmod" && !/^[0-7]{3,4}$/.test(value.text)) return undefined;
  return /^[\w.:-]+$/.test(value.text) ? { name, value: value.text } : undefined;
}

function flagEdits(
  copy: CopyInstruction,
  commands: readonly OwnerCommand[],
  attribution: Attribution,
): TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  for (const { name, value } of commands) {
    if (copy[name] !== undefined) return undefined;
    if (name === "chown" && !isKnownUser(value, copy, attribution)) return undefined;
    edits.push(insertFlag(copy, `--${name}=${value}`));
  }
  return edits;
}

/** COPY --chown looks a name up in the image: a user that a later RUN makes is not there yet. */
function isKnownUser(value: string, copy: CopyInstruction, attribution: Attribution): boolean {
  if (/^\d+(?::\d*)?$/.test(value)) return true;
  return attribution.file.instructions.every(
    (other) =>
      other.stage !== copy.stage ||
      other.index < copy.index ||
      other.keyword !== "RUN" ||
      !/\b(?:useradd|adduser|groupadd|addgroup)\b/.test(argumentOf(attribution.file, other)),
  );
}
