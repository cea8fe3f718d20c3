import { commandsOf, findFlag, hasFlag } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

/** A system account with an ordinary user's number. */
export const rule: Rule = {
  meta: {
    name: "system-user-uid-range",
    summary: "A system account gets a number from the range of ordinary users.",
    why: "System accounts have numbers below 1000; --system with a number above only drops the mail spool and the password ageing, and some programs treat the account as a person all the same. Leave --system out, or take a number of its range.",
    severity: "style",
    category: "maintainability",
    fixable: "no",
    aliases: {},
    source: "https://manpages.debian.org/trixie/passwd/useradd.8.en.html",
    enabled: false,
    bad: { dockerfile: "FROM debian:13-slim\nRUN groupadd -r app -g 1000\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN groupadd -g 10001 app\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (!/^(?:user|group)add$/.test(command.name) || !hasFlag(command, "-r", "--system")) continue;
      const flag = findFlag(command, ...(command.name === "groupadd" ? ["-g", "--gid"] : ["-u", "--uid"]));
      if (!flag) continue;
      const inline = /=(\d+)$/.exec(flag.text)?.[1];
      const number = Number(inline ?? command.args[command.args.indexOf(flag) + 1]?.text);
      if (!Number.isInteger(number) || number < 1000) continue;
      yield {
        range: flag.range,
        message: `--system with ${number}: system accounts are below 1000; leave --system out`,
      };
    }
  },
};
