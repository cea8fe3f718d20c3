import { nodesOf } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

/** for x in one: a loop that runs once. */
export const rule: Rule = {
  meta: {
    name: "shell-single-item-loop",
    summary: "A for loop has one fixed word to run over.",
    why: "A loop over one word runs once: the variable or the wildcard that was meant is missing, or the list stands in quotes.",
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2043"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_09_04_03",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN for dir in etc; do ls "/$dir"; done\n' },
    good: { dockerfile: 'FROM debian:13-slim\nRUN for dir in etc srv; do ls "/$dir"; done\n' },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, /\bfor\b/, "For")) {
      const [word, ...more] = entry.node.wordlist ?? [];
      if (!word || more.length > 0 || word.value.includes(",")) continue;
      if (word.parts?.some(({ type }) => type !== "Literal")) continue;
      yield {
        range: tree.entryOf(word)?.range ?? entry.range,
        message: `this loop runs once, for ${word.value.slice(0, 60)}: is a $ or a wildcard missing?`,
      };
    }
  },
};
