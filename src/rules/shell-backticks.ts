import { nodesOf } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

/** Backquotes for a command substitution. */
export const rule: Rule = {
  meta: {
    name: "shell-backticks",
    summary: "A command substitution is written in backquotes.",
    why: "Backquotes do not nest and change what a backslash means inside them; $(…) does neither.",
    severity: "style",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC2006"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06_03",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN mkdir -p "/srv/`uname -m`"\n' },
    good: { dockerfile: 'FROM debian:13-slim\nRUN mkdir -p "/srv/$(uname -m)"\n' },
  },
  *check(context) {
    const { text } = context.file;
    for (const { entry } of nodesOf(context, "`", "CommandExpansion")) {
      const { node, range } = entry;
      if (!node.text.startsWith("`") || (node.script?.commands.length ?? 0) === 0) continue;
      const source = text.slice(range.start, range.end);
      const simple = /^`[^`\\#]*`$/.test(source) && !/\bcase\b/.test(source);
      // `$((` begins an arithmetic expression.
      const opening = /^`\s*\(/.test(source) ? "$( " : "$(";
      yield {
        range,
        message: "backquotes do not nest: write $(…)",
        ...(simple
          ? {
              fix: {
                title: "write $(…)",
                edits: [
                  { range: { start: range.start, end: range.start + 1 }, text: opening },
                  { range: { start: range.end - 1, end: range.end }, text: ")" },
                ],
                safe: true,
              },
            }
          : {}),
      };
    }
  },
};
