import { isPosix, shellCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** SC3046. */
export const rule: Rule = {
  meta: {
    name: "shell-source-in-sh",
    summary: "source is used in sh.",
    why: 'sh knows `.`, not `source`: on Debian\'s dash the step fails with "source: not found". Write `. ./file`, or use bash by SHELL.',
    severity: "error",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC3046"] },
    source: "https://www.shellcheck.net/wiki/SC3046",
    bad: { dockerfile: "FROM debian:13-slim\nRUN source /etc/profile\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN . /etc/profile\n" },
  },
  *check(context) {
    for (const { script, command } of shellCommands(context)) {
      const word = command.words[0];
      if (command.name !== "source" || !word || !isPosix(script)) continue;
      const file = command.args[0]?.text ?? "";
      yield {
        range: word.range,
        message: "sh has no source: write . and the file",
        ...(word.raw === "source" && /^[./$~]/.test(file)
          ? { fix: { title: "use .", edits: [{ range: word.range, text: "." }], safe: true } }
          : {}),
      };
    }
  },
};
