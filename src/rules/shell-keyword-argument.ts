import { nodesOf } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

const keywords = new Set(["do", "done", "then", "fi", "esac"]);

/** echo done: a keyword as an argument. */
export const rule: Rule = {
  meta: {
    name: "shell-keyword-argument",
    summary: "A shell keyword stands as an argument of a command.",
    why: "`make done` passes the word done to make: a semicolon or a line feed before it is missing, or quotes that say the word is meant.",
    severity: "warning",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC1010"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_04",
    bad: { dockerfile: "FROM debian:13-slim\nRUN touch done\n" },
    good: { dockerfile: 'FROM debian:13-slim\nRUN touch "done"\n' },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, /\b(?:do|done|then|fi|esac)\b/, "Command")) {
      const words = entry.node.args;
      const name = entry.node.name?.value ?? "";
      for (const word of words) {
        if (word.type !== "Word" || !keywords.has(word.text)) continue;
        const { range } = tree.entryOf(word) ?? entry;
        // Text to print, and mix's own "do", are what they look like.
        const meant = words.length > 1 || /^(?:echo|printf)$/.test(name);
        yield {
          range,
          message: `${word.text} is an argument here: put a semicolon before it, or quotes around it`,
          ...(meant ? { parity: true } : {}),
          fix: {
            title: "put it in quotes",
            edits: [{ range, text: `"${word.text}"` }],
            safe: true,
          },
        };
      }
    }
  },
};
