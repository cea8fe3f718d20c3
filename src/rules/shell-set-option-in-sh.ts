import { isPosix, shellCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** SC3040. */
export const rule: Rule = {
  meta: {
    name: "shell-set-option-in-sh",
    summary: "set -o pipefail is used in sh.",
    why: "Debian's dash knows no pipefail before version 0.5.12 and stops with \"Illegal option -o pipefail\"; Alpine's ash knows it. Use bash by SHELL where it matters.",
    severity: "info",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC3040"] },
    source: "https://www.shellcheck.net/wiki/SC3040",
    bad: { dockerfile: "FROM debian:13-slim\nRUN set -o pipefail && cat /x | sort > /y\n" },
    good: {
      dockerfile:
        'FROM debian:13-slim\nSHELL ["/bin/bash", "-c"]\nRUN set -o pipefail && cat /x | sort > /y\n',
    },
  },
  *check(context) {
    for (const { script, command } of shellCommands(context)) {
      if (command.name !== "set" || !isPosix(script)) continue;
      const word = command.args.find(({ text }) => text === "pipefail");
      if (word) yield { range: word.range, message: "sh may not know pipefail: use bash by SHELL" };
    }
  },
};
