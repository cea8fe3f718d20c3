import { nodesOf, type ShellTree } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

/** Variables the shell itself reads. */
const seen = new Set([
  "IFS",
  "PATH",
  "HOME",
  "PS1",
  "PS2",
  "PS4",
  "LANG",
  "LC_ALL",
  "OPTIND",
  "REPLY",
  "CDPATH",
  "MAIL",
  "TMPDIR",
  "SHELL",
  "PWD",
  "OLDPWD",
  "HISTFILE",
  "BASH_ENV",
  "ENV",
  "_",
]);

/** A variable nobody reads. */
export const rule: Rule = {
  meta: {
    name: "shell-unused-variable",
    summary: "A variable is set and never read.",
    why: "A variable of one RUN ends with it; without export no program sees it either. Mostly the name is misspelt where it is read, or ENV is meant.",
    severity: "info",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2034"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_05_03",
    bad: { dockerfile: "FROM debian:13-slim\nRUN VERSION=1.2; touch /srv/app\n" },
    good: { dockerfile: 'FROM debian:13-slim\nRUN VERSION=1.2; touch "/srv/app-$VERSION"\n' },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, "=", "Assignment")) {
      const { node } = entry;
      const command = entry.parent?.node;
      // Only an assignment of its own: before a command it is for that command, after export for all.
      if (command?.type !== "Command" || command.name !== undefined || seen.has(node.name)) continue;
      const { env, args } = context.stateBefore(tree.run);
      if (env.has(node.name) || args.has(node.name)) continue;
      if (readNames(tree)?.has(node.name) !== false) continue;
      // Of several assignments the last one stands for all.
      const later = tree
        .ofType("Assignment")
        .some(
          ({ node: other }) =>
            other.type === "Assignment" && other.name === node.name && other.pos > node.pos,
        );
      if (later) continue;
      yield {
        range: tree.script.toRange(node.pos, node.pos + node.name.length),
        message: `${node.name.slice(0, 40)} is set and never read: it ends with this RUN`,
      };
    }
  },
};

const cache = new WeakMap<ShellTree, ReadonlySet<string> | undefined>();

/** The names a script reads; undefined when it may read any (`export`, `set -a`, `eval`, arithmetic). */
function readNames(tree: ShellTree): ReadonlySet<string> | undefined {
  if (cache.has(tree)) return cache.get(tree);
  const { text } = tree.script;
  const any = /\beval\b|\(\(|\bset -[a-z]*a|\[\[? -v|\$\{![A-Za-z]|\bprintf -v|\bgetopts\b/.test(text);
  const names = any
    ? undefined
    : new Set([...text.matchAll(/\$\{?#?([A-Za-z_]\w*)/g)].map((match) => match[1] ?? ""));
  for (const [, words = ""] of text.matchAll(
    /\b(?:export|unset|read|declare|local|typeset|readonly)\b([^;&|\n]*)/g,
  )) {
    for (const word of words.split(/[\s=]+/)) names?.add(word);
  }
  cache.set(tree, names);
  return names;
}
