import { type Command, commandsOf, hasFlag, operandsOf } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

/** A group nobody is in. */
export const rule: Rule = {
  meta: {
    name: "user-not-in-group",
    summary: "A group and a user are created, but the user is not in the group.",
    why: "Files given to the group are then as closed to the user as to everybody. Name the group as the user is created: adduser --ingroup <group>, useradd --gid <group>.",
    severity: "info",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#user",
    bad: {
      dockerfile:
        "FROM node:24-alpine\nRUN addgroup --system --gid 1001 nodejs && adduser --system --uid 1001 nextjs\n",
    },
    good: {
      dockerfile:
        "FROM node:24-alpine\nRUN addgroup --system --gid 1001 nodejs && adduser --system --uid 1001 --ingroup nodejs nextjs\n",
    },
  },
  *check(context) {
    const commands = commandsOf(context).filter(({ name }) =>
      /^(?:addgroup|groupadd|adduser|useradd|usermod|gpasswd)$/.test(name),
    );
    for (const group of commands) {
      if ((group.name !== "addgroup" && group.name !== "groupadd") || group.shell.blocks.length > 0) continue;
      const operands = operandsOf(group).filter(({ text }) => !/^\d+$/.test(text));
      const [name] = operands;
      // Two names: a user is put into a group.
      if (!name || operands.length !== 1 || name.expanded) continue;
      const gid =
        group.args.find(({ text }) => /^\d+$/.test(text))?.text ??
        /=(\d+)$/.exec(group.args.map(({ text }) => text).join(" "))?.[1];
      const users = commands.filter(
        ({ name: program, run }) => run === group.run && (program === "adduser" || program === "useradd"),
      );
      const [user] = users;
      if (!user || user.range.start < group.range.start || users.length !== 1) continue;
      const others = commands.filter((command) => command !== group && command.stage === group.stage);
      if (others.some((command) => names(command, name.text, gid)) || hasFlag(user, "-N", "-G", "-g"))
        continue;
      yield {
        range: user.range,
        message: `the user is not put into group ${name.text.slice(0, 40)}, which line ${context.file.lineAt(group.range.start)} creates`,
        related: [group.range],
      };
    }
  },
};

/** True when a command names the group, by its name or its number. */
function names({ args }: Command, name: string, gid: string | undefined): boolean {
  return args.some(({ text }, index) => {
    const value = text.slice(text.indexOf("=") + 1);
    if (value.split(/[,:]/).includes(name)) return true;
    const before = args[index - 1]?.text ?? "";
    return value === gid && (/^--(?:gid|ingroup)/.test(text) || /^(?:-[gG]|--gid|--ingroup)$/.test(before));
  });
}
