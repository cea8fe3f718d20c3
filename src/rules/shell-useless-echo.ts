import { nodesOf } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

/** $(echo x). */
export const rule: Rule = {
  meta: {
    name: "shell-useless-echo",
    summary: "A command substitution only echoes its words.",
    why: "The words can stand there themselves: a process less, and blanks are kept.",
    severity: "style",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2116"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06_03",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN X=1; touch "/srv/$(echo $X)"\n' },
    good: { dockerfile: 'FROM debian:13-slim\nRUN X=1; touch "/srv/$X"\n' },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, "echo", "CommandExpansion")) {
      const { script } = entry.node;
      const [only] = script?.commands ?? [];
      if (script?.commands.length !== 1 || !only) continue;
      const command = only.type === "Statement" ? only.command : undefined;
      if (command?.type !== "Command" || command.name?.text !== "echo" || command.redirects.length > 0)
        continue;
      const words = command.args.flatMap((arg) => (arg.type === "Word" ? [tree.script.toWord(arg)] : []));
      if (
        words.length === 0 ||
        words[0]?.text.startsWith("-") ||
        words.some(
          ({ globs, raw }) => globs.length > 0 || /\{.*[,.].*\}/.test(raw.replace(/\$\{[^}]*\}/g, "")),
        )
      )
        continue;
      yield {
        range: entry.range,
        message: "this substitution only echoes its words: write them as they are",
      };
    }
  },
};
