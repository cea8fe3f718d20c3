import { nodesOf, type ShellEntry } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

/** Characters a backslash does something to outside quotes. */
const special = new Set("|&;<>() '\t\n\r\u00a0\\\"$`?*@!+[]{}.,~#".split(""));
const whitespace: Readonly<Record<string, string>> = { n: "a line feed", t: "a tab", r: "a carriage return" };

/** \a outside quotes is an a. */
export const rule: Rule = {
  meta: {
    name: "shell-useless-escape",
    summary: "A backslash outside quotes stands before a character that needs none.",
    why: "Outside quotes the shell drops the backslash: \\n is an n, \\. a dot. Where the program is meant to get the backslash, write the word in quotes.",
    severity: "info",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC1001", "SC1012"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_01",
    bad: { dockerfile: "FROM debian:13-slim\nRUN mkdir -p /srv/a\\-b\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN mkdir -p /srv/a-b\n" },
  },
  *check(context) {
    const { text } = context.file;
    for (const { tree, entry } of nodesOf(context, "\\", "Literal", "Word")) {
      const { node, parent } = entry;
      // A word without parts is one piece of plain text.
      if (node.type === "Word" ? node.parts !== undefined : !/^(?:Word|Glob)$/.test(parent?.node.type ?? ""))
        continue;
      for (let at = node.text.indexOf("\\"); at >= 0; at = node.text.indexOf("\\", at + 2)) {
        const next = node.text[at + 1];
        if (next === undefined || special.has(next)) continue;
        const range = tree.script.toRange(node.pos + at, node.pos + at + 2);
        // `[a\-z]` is three characters, `[a-z]` all letters.
        if (next === "-" && /\[[^\]\s]*$/.test(text.slice(Math.max(0, range.start - 80), range.start)))
          continue;
        // `\\cp` is cp without an alias.
        if (at === 0 && isProgram(entry)) continue;
        if (text.slice(range.start, range.end) !== `\\${next}`) continue;
        const blank = Object.hasOwn(whitespace, next) ? whitespace[next] : undefined;
        yield {
          range,
          message: blank
            ? `\\${next} outside quotes is the letter ${next}, not ${blank}: write it in quotes for printf`
            : `the shell drops this backslash: \\${next} is ${next}`,
          ...(blank ? { severity: "warning" as const } : {}),
          aliases: { shellcheck: [blank ? "SC1012" : "SC1001"] },
          fix: {
            title: "drop the backslash",
            edits: [{ range: { start: range.start, end: range.start + 1 }, text: "" }],
            safe: true,
          },
        };
      }
    }
  },
};

function isProgram({ node, parent }: ShellEntry): boolean {
  const word = node.type === "Word" ? node : parent?.node;
  const command = node.type === "Word" ? parent?.node : parent?.parent?.node;
  return command?.type === "Command" && command.name === word;
}
