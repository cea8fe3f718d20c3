import { posix } from "node:path";
import type { CopyInstruction, Stage } from "../dockerfile/types.ts";
import { type Command, commandsOf } from "./shared/commands.ts";
import { dependencyStep, isBuild } from "./shared/dependencies.ts";
import { insert } from "./shared/edits.ts";
import { isWindows } from "./shared/stages.ts";
import { isRoot } from "./shared/users.ts";
import type { Rule, RuleContext } from "./types.ts";

/** Folders every image has, with the rights of its base image. */
const existing = /^(?:\/|\/(?:home|usr|opt|srv|var|etc|tmp|root|bin|lib|mnt|media|run)(?:\/.*)?)$/;

/** COPY by a user who then cannot write what was copied. */
export const rule: Rule = {
  meta: {
    name: "copy-after-user-no-chown",
    summary: "Files copied after USER belong to root, and a later step of that user changes them.",
    why: "COPY ignores USER: what it brings belongs to root. The ordinary user that then changes their mode, or builds in a folder that COPY made, gets 'permission denied'. Give them away as they are copied: COPY --chown=<uid>:<gid>. Files that are only read may stay root's, which is safer.",
    severity: "warning",
    category: "correctness",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
    bad: {
      dockerfile:
        "FROM node:24-slim\nWORKDIR /app\nUSER 1000\nCOPY package.json package-lock.json ./\nRUN chmod 600 package.json\n",
    },
    good: {
      dockerfile:
        "FROM node:24-slim\nWORKDIR /app\nUSER 1000\nCOPY --chown=1000 package.json package-lock.json ./\nRUN chmod 600 package.json\n",
    },
  },
  *check(context) {
    let commands: readonly Command[] | undefined;
    for (const { instruction, stage } of context.instructions("COPY", "ADD")) {
      if (instruction.chown !== undefined || !stage || instruction.onbuild || !instruction.destination)
        continue;
      const { user } = context.stateBefore(instruction);
      if (!user || isRoot(user.value) || isWindows(context, stage)) continue;
      const at = context.stateBefore(instruction).workdir?.value ?? "/";
      if (/\$/.test(instruction.destination.text + at)) continue;
      const copied = placesOf(instruction, posix.resolve(at, instruction.destination.text));
      commands ??= commandsOf(context);
      const made = madeByCopy(context, instruction, stage);
      const writer = commands.find(
        (command) =>
          command.stage === stage &&
          command.run.range.start > instruction.range.start &&
          command.wrappers.length === 0 &&
          context.stateBefore(command.run).user?.value === user.value &&
          (changes(context, command, copied) || (made !== undefined && buildsIn(context, command, made))),
      );
      if (!writer) continue;
      yield {
        range: instruction.range,
        message: `${instruction.keyword} ignores USER ${user.value.slice(0, 40)}: the files belong to root, and ${writer.name} may not change them; add --chown=${user.value.slice(0, 40)}`,
        related: [user.instruction.range, writer.range],
        ...(/^[\w.-]+(?::[\w.-]+)?$/.test(user.value)
          ? {
              fix: {
                title: `add --chown=${user.value}`,
                edits: [insert(instruction.keywordRange.end, ` --chown=${user.value}`)],
                safe: false,
              },
            }
          : {}),
      };
    }
  },
};

/** The paths of the files that are copied, as far as the instruction says. */
function placesOf({ destination, sources }: CopyInstruction, to: string): ReadonlySet<string> {
  const named = sources.filter(({ text }) => !/[$*?[]|:\/\/|(?:^|\/)\.{1,2}$|\/$/.test(text));
  const isFolder = sources.length > 1 || /(?:\/|(?:^|\/)\.)$/.test(destination?.text ?? "");
  return new Set(
    isFolder ? named.map(({ text }) => posix.join(to, posix.basename(text))) : named.length > 0 ? [to] : [],
  );
}

/** chmod and chown of another user's file fail, whatever the rights of its folder are. */
function changes(context: RuleContext, { name, args, run }: Command, copied: ReadonlySet<string>): boolean {
  if (name !== "chmod" && name !== "chown" && name !== "chgrp") return false;
  const at = context.stateBefore(run).workdir?.value ?? "/";
  return args.some(
    ({ text, expanded }) => !expanded && !text.startsWith("-") && copied.has(posix.resolve(at, text)),
  );
}

/** The folder, when COPY itself makes it: no WORKDIR and no RUN speaks of it before. */
function madeByCopy(
  { file }: RuleContext,
  { destination, sources, range }: CopyInstruction,
  stage: Stage,
): string | undefined {
  const text = destination?.text ?? "";
  if (!text.startsWith("/") || existing.test(text.replace(/\/+$/, "")) || stage.base?.kind !== "image")
    return undefined;
  if (!sources.some(({ text: source }) => /(?:^|\/)\.?\/?$/.test(source))) return undefined;
  const folder = posix.resolve("/", text);
  const known = stage.instructions.some(
    (instruction) =>
      instruction.range.start < range.start &&
      ((instruction.keyword === "WORKDIR" &&
        posix.resolve("/", instruction.value?.text ?? "").startsWith(folder)) ||
        (instruction.keyword === "COPY" &&
          posix.resolve("/", instruction.destination?.text ?? "").startsWith(folder)) ||
        (instruction.keyword === "RUN" &&
          file.text.slice(instruction.range.start, instruction.range.end).includes(folder))),
  );
  return known ? undefined : folder;
}

/** A step that installs or builds in the folder; pip and cargo install write elsewhere. */
function buildsIn(context: RuleContext, command: Command, folder: string): boolean {
  if (context.stateBefore(command.run).workdir?.value.replace(/\/+$/, "") !== folder) return false;
  const ecosystem = dependencyStep(command)?.ecosystem;
  return isBuild(command) || ecosystem === "node" || ecosystem === "php" || ecosystem === "elixir";
}
