import { namedCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** sudo before a redirection. */
export const rule: Rule = {
  meta: {
    name: "shell-sudo-redirect",
    summary: "sudo does not reach the redirection.",
    why: "The shell opens the file before sudo runs, with the rights of the user that has no sudo. Switch with USER, or write through `sudo tee`.",
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2024"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_07",
    bad: { dockerfile: "FROM debian:13-slim\nRUN sudo cat /srv/a > /etc/b\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN cat /srv/a > /etc/b\n" },
  },
  *check(context) {
    for (const { command } of namedCommands(context, "sudo")) {
      for (const { operator, target, range } of command.redirects) {
        if (!target || !/^(?:<|>|>>)$/.test(operator) || target.text === "/dev/null") continue;
        yield {
          range,
          message: `sudo does not reach ${operator} ${target.text.slice(0, 60)}: the shell opens it with its own rights`,
        };
      }
    }
  },
};
