import { type Command, commandsOf, hasFlag, operandsOf } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { finalStage, stageChain } from "./shared/stages.ts";
import { isRoot, userPart } from "./shared/users.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

/** The account the image runs as gets whatever UID is free. */
export const rule: Rule = {
  meta: {
    name: "explicit-uid",
    summary: "The account the image runs as is created without a fixed UID.",
    why: "Without a number the account gets the next free one, which changes with the base image. Files in volumes then belong to somebody else after an update, and Kubernetes' runAsUser has nothing to name. Give the UID: `useradd --uid 10001 app`.",
    severity: "info",
    category: "security",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/build/building/best-practices/#user",
    bad: { dockerfile: "FROM debian:13-slim\nRUN useradd app\nUSER app\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN useradd --uid 10001 app\nUSER app\n" },
  },
  *check(context) {
    const stage = finalStage(context.file);
    const value = stage && context.stateAt(stage).user?.value;
    if (!stage || value === undefined || isRoot(value)) return;
    const name = userPart(value);
    const chain = new Set(stageChain(context.file, stage));
    for (const command of commandsOf(context)) {
      if (!chain.has(command.stage) || !/^(?:useradd|adduser)$/.test(command.name)) continue;
      if (!operandsOf(command).some(({ text }) => text === name)) continue;
      if (hasFlag(command, "-u", "--uid")) continue;
      yield {
        range: command.range,
        message: `${command.name} ${name} takes the next free UID: give it a fixed one (--uid 10001)`,
        ...uidFix(context, command),
      };
    }
  },
};

/** Inserts the number, where no other command of the file speaks of it. */
function uidFix({ file }: RuleContext, { program, json }: Command): { fix?: Fix } {
  if (json || /\b10001\b/.test(file.text)) return {};
  const flag = program.text.endsWith("useradd") ? "--uid 10001" : "-u 10001";
  return { fix: { title: `add ${flag}`, edits: [insert(program.range.end, ` ${flag}`)], safe: false } };
}
