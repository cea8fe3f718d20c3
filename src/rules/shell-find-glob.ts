import { namedCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** A pattern of find outside quotes. */
export const rule: Rule = {
  meta: {
    name: "shell-find-glob",
    summary: "The shell expands the pattern that find should get.",
    why: "When a file in the working folder matches, find gets that name instead of the pattern, or several words it does not understand. Put the pattern in quotes.",
    severity: "warning",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC2061"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/find.html",
    bad: { dockerfile: "FROM debian:13-slim\nRUN find /srv -name *.pyc -delete\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN find /srv -name '*.pyc' -delete\n" },
  },
  *check(context) {
    for (const { command } of namedCommands(context, "find")) {
      for (const [index, word] of command.args.entries()) {
        const test = command.args[index - 1]?.text ?? "";
        if (
          word.globs.length === 0 ||
          !/^-(?:ilname|iname|ipath|iregex|iwholename|lname|name|path|regex|wholename)$/.test(test)
        )
          continue;
        const plain = word.expansions.length === 0 && !/["'\\]/.test(word.raw);
        yield {
          range: word.range,
          message: `the shell expands ${word.text.slice(0, 60)} before find sees it: put it in quotes`,
          ...(plain
            ? {
                fix: {
                  title: "put it in quotes",
                  edits: [{ range: word.range, text: `'${word.raw}'` }],
                  safe: true,
                },
              }
            : {}),
        };
      }
    }
  },
};
