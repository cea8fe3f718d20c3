import { shellCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** SC2164. */
export const rule: Rule = {
  meta: {
    name: "shell-cd-without-exit",
    summary: "A RUN goes on when cd fails.",
    why: "After a failed `cd` the commands below run in the wrong directory, and `rm -rf *` there is a disaster. Join with &&, or write `cd dir || exit`.",
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2164"] },
    source: "https://www.shellcheck.net/wiki/SC2164",
    bad: { dockerfile: "FROM debian:13-slim\nRUN cd /app; rm -rf *\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN cd /app && rm -rf ./*\n" },
  },
  *check(context) {
    for (const { script, command } of shellCommands(context)) {
      if (command.name !== "cd" || command.args.length === 0) continue;
      if (command.after !== ";" && command.after !== "newline") continue;
      if (command.before === "||" || command.blocks.some((block) => block.endsWith("condition"))) continue;
      if (/^(?:\/|\.\.(?:\/\.\.)*\/?|-)$/.test(command.args[0]?.text ?? "")) continue;
      const stops =
        script.shellOptions.some((option) => option === "errexit" || /^-?[a-z]*e[a-z]*$/.test(option)) ||
        script.commands.some(
          ({ name, args }) =>
            name === "set" && args.some(({ text }) => /^-[a-zA-Z]*e/.test(text) || text === "errexit"),
        );
      if (stops) continue;
      yield {
        range: command.range,
        message: `when cd ${(command.args[0]?.text ?? "").slice(0, 40)} fails, the rest runs in the wrong directory: use && or || exit`,
      };
    }
  },
};
