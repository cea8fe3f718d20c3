import { shellCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** SC2155. */
export const rule: Rule = {
  meta: {
    name: "shell-export-masks-status",
    summary: "export hides the failure of a command substitution.",
    why: "`export X=$(cmd)` ends with the status of export, which is 0: a failing command goes unnoticed. Assign first, then export.",
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2155"] },
    source: "https://www.shellcheck.net/wiki/SC2155",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN export VERSION=$(cat /version) && echo "$VERSION"\n' },
    good: {
      dockerfile: 'FROM debian:13-slim\nRUN VERSION=$(cat /version) && export VERSION && echo "$VERSION"\n',
    },
  },
  *check(context) {
    for (const { command } of shellCommands(context)) {
      for (const { name, value, range } of command.declared) {
        if (!value?.expansions.some(({ kind }) => kind === "command")) continue;
        yield {
          range,
          message: `${command.name ?? "export"} ${name}=… hides when the command in it fails: assign first, then ${command.name ?? "export"}`,
        };
      }
    }
  },
};
