import { nodesOf } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

/** for over ls or find. */
export const rule: Rule = {
  meta: {
    name: "shell-for-ls",
    summary: "A loop runs over the output of ls or find.",
    why: "Names with blanks fall apart, and wildcards in them expand. Loop over a pattern, or let find start the command itself with -exec.",
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2045", "SC2044"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_09_04_03",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN for f in $(ls /srv); do gzip "$f"; done\n' },
    good: { dockerfile: 'FROM debian:13-slim\nRUN for f in /srv/*; do gzip "$f"; done\n' },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, /\b(?:ls|find)\b/, "For")) {
      const [word] = entry.node.wordlist ?? [];
      if (!word || entry.node.wordlist?.length !== 1) continue;
      const [part] = word.parts ?? [];
      if (word.parts?.length !== 1 || part?.type !== "CommandExpansion" || part.script?.commands.length !== 1)
        continue;
      const [only] = part.script.commands;
      const command = only?.type === "Statement" ? only.command : undefined;
      if (command?.type !== "Command") continue;
      const name = command.name?.text;
      if (name !== "ls" && name !== "find") continue;
      yield {
        range: tree.script.toRange(part.pos, part.end),
        message:
          name === "ls"
            ? "names ls prints fall apart at blanks: loop over a pattern"
            : "names find prints fall apart at blanks: use find -exec",
        aliases: { shellcheck: [name === "ls" ? "SC2045" : "SC2044"] },
      };
    }
  },
};
