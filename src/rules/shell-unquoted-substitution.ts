import type { ShellNode } from "../dockerfile/shell.ts";
import { isSplit, nodesOf } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

/** Programs whose output is meant to be split, or holds one word. */
const several = new Set(["seq", "pgrep"]);
const single = new Set([
  "nproc", "uname", "arch", "id", "date", "pwd", "whoami", "hostname", "basename", "dirname", "getconf", "mktemp", "lsb_release",
  "which", "dpkg", "wc", "realpath", "readlink",
]); // biome-ignore format: a list

/** A command substitution outside quotes. */
export const rule: Rule = {
  meta: {
    name: "shell-unquoted-substitution",
    summary: "A command substitution stands outside quotes, so the shell splits and globs its output.",
    why: "The shell splits the output at blanks and expands wildcards in it. Where one argument is meant, write it in double quotes; where several are meant, leave it and say so in a comment.",
    severity: "info",
    category: "shell",
    fixable: "unsafe",
    aliases: { shellcheck: ["SC2046"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06_05",
    bad: { dockerfile: "FROM debian:13-slim\nRUN mkdir -p /srv/$(cat /etc/hostname)\n" },
    good: { dockerfile: 'FROM debian:13-slim\nRUN mkdir -p /srv/"$(cat /etc/hostname)"\n' },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, /`|\$\(/, "CommandExpansion")) {
      const { node, range } = entry;
      if (!isSplit(entry, tree.script.shell)) continue;
      const names = programsOf(node);
      if (names.length === 0 || several.has(names[0] ?? "")) continue;
      yield {
        range,
        message: `what ${names.join(" | ").slice(0, 60)} prints is split at blanks and its wildcards expand: put it in double quotes`,
        ...(names.length === 1 && single.has(names[0] ?? "") ? { parity: true } : {}),
        fix: {
          title: "put it in double quotes",
          edits: [
            { range: { start: range.start, end: range.start }, text: '"' },
            { range: { start: range.end, end: range.end }, text: '"' },
          ],
          safe: false,
        },
      };
    }
  },
};

/** The programs of the substitution's pipeline; empty for an empty one. */
function programsOf({ script }: Extract<ShellNode, { type: "CommandExpansion" }>): readonly string[] {
  const command = script?.commands[0]?.command;
  if (!command) return [];
  const parts = command.type === "Pipeline" ? command.commands : [command];
  return parts.map((part) => (part.type === "Command" ? (part.name?.value ?? "") : "…"));
}
