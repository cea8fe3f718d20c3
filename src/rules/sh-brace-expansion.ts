import type { ShellNode } from "../dockerfile/shell.ts";
import { nodesOf, type ShellEntry } from "./shared/shell-tree.ts";
import { judgeBashism } from "./shared/shells.ts";
import type { Fix, Rule } from "./types.ts";

/** {a,b} in sh. */
export const rule: Rule = {
  meta: {
    name: "sh-brace-expansion",
    summary: "sh runs a script that uses {a,b} or {1..3}, which only bash expands.",
    why: "RUN uses /bin/sh: on Debian, Ubuntu and Alpine `mkdir /srv/{a,b}` makes one folder called {a,b}. Write the words out, or use bash with SHELL.",
    severity: "warning",
    category: "shell",
    fixable: "unsafe",
    aliases: { shellcheck: ["SC3009"] },
    source: "https://www.gnu.org/software/bash/manual/bash.html#Brace-Expansion",
    bad: { dockerfile: "FROM debian:13-slim\nRUN mkdir -p /srv/{data,log}\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN mkdir -p /srv/data /srv/log\n" },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, "{", "BraceExpansion")) {
      const judged = judgeBashism(context, tree, "SC3009", ["bash"]);
      if (!judged) continue;
      yield {
        range: entry.range,
        message: `sh does not expand ${entry.node.text.slice(0, 40)}: write the words out, or use bash`,
        ...judged,
        ...writeOut(entry),
      };
    }
  },
};

/** `/srv/{a,b}` -> `/srv/a /srv/b`, for one list without quotes or anything to expand. */
function writeOut(entry: ShellEntry<Extract<ShellNode, { type: "BraceExpansion" }>>): { fix?: Fix } {
  const word = entry.parent;
  if (word?.node.type !== "Word" || word.parent?.node.type !== "Command") return {};
  const { text } = word.node;
  if (word.range.end - word.range.start !== text.length) return {};
  const parts = /^([\w./@:+-]*)\{([\w./@:+,-]+)\}([\w./@:+-]*)$/.exec(text);
  if (!parts || (parts[2] ?? "").includes("..")) return {};
  const [, before = "", list = "", after = ""] = parts;
  const words = list.split(",").map((item) => `${before}${item}${after}`);
  if (words.length > 20 || words.includes("")) return {};
  return {
    fix: { title: "write the words out", edits: [{ range: word.range, text: words.join(" ") }], safe: false },
  };
}
