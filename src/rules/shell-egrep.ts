import { namedCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** egrep and fgrep. */
export const rule: Rule = {
  meta: {
    name: "shell-egrep",
    summary: "egrep or fgrep is used.",
    why: "Both are deprecated: GNU grep warns on every call, and some images lack them. grep -E and grep -F do the same.",
    severity: "style",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC2196", "SC2197"] },
    source: "https://www.gnu.org/software/grep/manual/grep.html#Usage",
    bad: { dockerfile: "FROM debian:13-slim\nRUN egrep 'a|b' /etc/passwd\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN grep -E 'a|b' /etc/passwd\n" },
  },
  *check(context) {
    for (const { command } of namedCommands(context, "egrep", "fgrep")) {
      const [program] = command.words;
      if (!program) continue;
      const name = command.name ?? "";
      const flag = name.endsWith("egrep") ? "-E" : "-F";
      yield {
        range: program.range,
        message: `${name} is deprecated: write grep ${flag}`,
        aliases: { shellcheck: [flag === "-E" ? "SC2196" : "SC2197"] },
        ...(program.raw === name
          ? {
              fix: {
                title: `use grep ${flag}`,
                edits: [{ range: program.range, text: `${name.slice(0, -5)}grep ${flag}` }],
                safe: true,
              },
            }
          : {}),
      };
    }
  },
};
