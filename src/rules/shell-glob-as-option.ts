import { shellCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

const harmless = new Set(["echo", "printf", "test", "[", "[[", "find", "expr", "let", "eval", "case"]);

/** SC2035. */
export const rule: Rule = {
  meta: {
    name: "shell-glob-as-option",
    summary: "A pattern that begins with * may expand to an option.",
    why: "A file called `-rf` would be taken for an option. Write `./*` or put `--` before it.",
    severity: "info",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2035"] },
    source: "https://www.shellcheck.net/wiki/SC2035",
    bad: { dockerfile: "FROM debian:13-slim\nWORKDIR /x\nRUN rm *.tmp\n" },
    good: { dockerfile: "FROM debian:13-slim\nWORKDIR /x\nRUN rm ./*.tmp\n" },
  },
  *check(context) {
    for (const { command } of shellCommands(context)) {
      if (command.name === undefined || harmless.has(command.name)) continue;
      for (const word of command.args) {
        if (word.text === "--") break;
        if (!/^[*?]/.test(word.raw) || !word.globs.some(({ start }) => start === word.range.start)) continue;
        yield {
          range: word.range,
          message: `${word.text.slice(0, 40)} may expand to a name that begins with -: write ./${word.text.slice(0, 40)}`,
        };
        break;
      }
    }
  },
};
