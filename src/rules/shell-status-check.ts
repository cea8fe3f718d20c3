import { namedCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** $? in a condition. */
export const rule: Rule = {
  meta: {
    name: "shell-status-check",
    summary: "The exit status is compared instead of the command being the condition.",
    why: "Any command in between changes $?, and a RUN chained with && never gets there after a failure. Write `if command; then`.",
    severity: "style",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2181"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_05_02",
    bad: { dockerfile: "FROM debian:13-slim\nRUN id app; if [ $? -ne 0 ]; then useradd -u 10001 app; fi\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN if ! id app; then useradd -u 10001 app; fi\n" },
  },
  *check(context) {
    for (const { command } of namedCommands(context, "[", "test")) {
      for (const [index, word] of command.args.entries()) {
        if (!/^"?\$\{?\?\}?"?$/.test(word.raw)) continue;
        const operator = command.args[index + 1]?.text ?? command.args[index - 1]?.text ?? "";
        const other =
          (/^(?:-eq|-ne|-gt|=|==|!=)$/.test(operator) ? command.args[index + 2] : undefined) ??
          command.args[index - 2];
        if (other?.text !== "0" || (command.before === undefined && command.blocks.length === 0)) continue;
        const place = word.expansions[0];
        yield {
          range: place?.range ?? word.range,
          message: "make the command itself the condition: if command; then …",
        };
      }
    }
  },
};
