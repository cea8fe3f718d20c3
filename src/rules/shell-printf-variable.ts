import { namedCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** A variable as the format of printf. */
export const rule: Rule = {
  meta: {
    name: "shell-printf-variable",
    summary: "The format of printf holds a variable.",
    why: "A % or a backslash in the value is taken for a format: the output is wrong, or printf fails. Pass the value as an argument: printf '%s' \"$value\".",
    severity: "info",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2059"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/printf.html",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN printf "$(hostname)\\\\n" > /name\n' },
    good: { dockerfile: "FROM debian:13-slim\nRUN printf '%s\\\\n' \"$(hostname)\" > /name\n" },
  },
  *check(context) {
    for (const { command } of namedCommands(context, "printf")) {
      const [first, second, third] = command.args;
      const format = first?.text === "-v" ? third : first?.text === "--" ? second : first;
      if (!format || format.expansions.length === 0 || format.text.replace(/\$\{[^}]*\}/g, "").includes("%"))
        continue;
      yield {
        range: format.range,
        message: "a % in the value is taken for a format: pass it as an argument, printf '%s' …",
      };
    }
  },
};
