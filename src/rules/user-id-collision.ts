import { imageFacts } from "../data/images.ts";
import { commandsOf, findFlag } from "./shared/commands.ts";
import { rootImage } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

const makers: Readonly<Record<string, { readonly kind: "uid" | "gid"; readonly flags: readonly string[] }>> =
  {
    useradd: { kind: "uid", flags: ["-u", "--uid"] },
    adduser: { kind: "uid", flags: ["-u", "--uid"] },
    groupadd: { kind: "gid", flags: ["-g", "--gid"] },
    addgroup: { kind: "gid", flags: ["-g", "--gid"] },
  };

/** A user or group id the base image has given out already. */
export const rule: Rule = {
  meta: {
    name: "user-id-collision",
    summary: "A user or group is created with an id that the base image has given to its own.",
    why: "useradd, groupadd and their Alpine forms refuse an id that is taken, so the build fails: node images have 1000 for `node`, Ubuntu 23.04 and newer (also eclipse-temurin and gradle) for `ubuntu`. Use the user that is there, or an id above 10000.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#non-root-user",
    bad: {
      dockerfile:
        "FROM node:24-alpine\nRUN addgroup -g 1000 app && adduser -D -u 1000 -G app app\nUSER 1000\n",
    },
    good: {
      dockerfile:
        "FROM node:24-alpine\nRUN addgroup -g 10001 app && adduser -D -u 10001 -G app app\nUSER 10001\n",
    },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      const maker = Object.hasOwn(makers, command.name) ? makers[command.name] : undefined;
      if (maker === undefined || command.args.some(({ text }) => text === "-o" || text === "--non-unique"))
        continue;
      const flag = findFlag(command, ...maker.flags);
      if (flag === undefined) continue;
      const at = command.args.indexOf(flag);
      const word = /=/.test(flag.text) ? flag : command.args[at + 1];
      const value = Number(/(\d+)$/.exec(word?.text ?? "")?.[1] ?? Number.NaN);
      const image = rootImage(context.file, command.stage);
      const taken =
        image === undefined
          ? undefined
          : imageFacts(image)?.users.find((user) => user[maker.kind] === value && user.uid !== 0);
      if (taken === undefined || word === undefined || removed(context, command.stage, taken.name)) continue;
      yield {
        range: word.range,
        message: `${maker.kind} ${value} belongs to ${taken.name} in this base image: ${command.name} fails`,
      };
    }
  },
};

/** The image's own user is deleted or renamed first. */
function removed(context: Parameters<Rule["check"]>[0], stage: unknown, name: string): boolean {
  return commandsOf(context).some(
    (command) =>
      command.stage === stage &&
      /^(?:userdel|deluser|usermod|groupmod|delgroup|groupdel)$/.test(command.name) &&
      command.args.some(({ text }) => text === name),
  );
}
