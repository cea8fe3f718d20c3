import { shellCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** SC2006. */
export const rule: Rule = {
  meta: {
    name: "shell-backquotes",
    summary: "A command substitution is in backquotes.",
    why: "Backquotes do not nest and treat backslashes in their own way; $(\u2026) does neither.",
    severity: "style",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC2006"] },
    source: "https://www.shellcheck.net/wiki/SC2006",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN VERSION=`cat /version` && echo "$VERSION"\n' },
    good: { dockerfile: 'FROM debian:13-slim\nRUN VERSION=$(cat /version) && echo "$VERSION"\n' },
  },
  *check(context) {
    for (const { command } of shellCommands(context)) {
      const values = [...command.assignments, ...command.declared].flatMap(({ value }) =>
        value ? [value] : [],
      );
      const declared = command.declared.map(({ range }) => range);
      const words = command.words.filter((word) => !declared.some(({ start }) => start === word.range.start));
      for (const word of [...words, ...values]) {
        for (const { backquoted, range, raw } of word.expansions) {
          if (!backquoted) continue;
          const plain =
            raw.length > 2 &&
            !/[\\#]/.test(raw) &&
            raw.indexOf("`", 1) === raw.length - 1 &&
            range.end - range.start === raw.length;
          yield {
            range,
            message: "backquotes do not nest: write $(…)",
            ...(plain
              ? { fix: { title: "use $(…)", edits: [{ range, text: `$(${raw.slice(1, -1)})` }], safe: true } }
              : {}),
          };
        }
      }
    }
  },
};
