import { isSplit, nodesOf } from "./shared/shell-tree.ts";
import { shellValues } from "./shared/shell-values.ts";
import type { Rule } from "./types.ts";

/** Names that hold several words on purpose, and those of the system, which hold one. */
const several =
  /(?:FLAGS?|OPT(?:ION)?S?|ARGS?|DEPS?|DEPENDENCIES|PACKAGES|PKGS?|LISTS?|FILES|MODULES|EXTENSIONS|PLUGINS|EXTRAS|KEYS|ARCHS|LIBS|TOOLS)$/i;
const single = new Set(["HOME", "PWD", "OLDPWD", "USER", "HOSTNAME", "SHELL", "TERM"]);

/** A variable outside quotes. */
export const rule: Rule = {
  meta: {
    name: "shell-unquoted-variable",
    summary: "A variable stands outside quotes, so the shell splits and globs its value.",
    why: "The shell splits an unquoted value at blanks and expands its wildcards: one path with a blank becomes two arguments, an empty one none. Write the variable in double quotes.",
    severity: "info",
    category: "shell",
    fixable: "unsafe",
    aliases: { shellcheck: ["SC2086"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06_05",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN name="$(cat /etc/hostname)"; touch /srv/$name\n' },
    good: { dockerfile: 'FROM debian:13-slim\nRUN name="$(cat /etc/hostname)"; touch /srv/"$name"\n' },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, "$", "SimpleExpansion", "ParameterExpansion")) {
      const { node } = entry;
      const name = node.type === "SimpleExpansion" ? node.text.slice(1) : node.parameter;
      if (name === "@" || name === "*" || !isSplit(entry, tree.script.shell)) continue;
      if (node.type === "ParameterExpansion" && !mayHoldBlanks(node)) continue;
      const values = shellValues(context, tree);
      const plain = values.isPlain(name, entry.range.start);
      if (plain && values.isPlain(name, entry.range.start, true)) continue;
      const intended = several.test(name) || single.has(name);
      yield {
        range: entry.range,
        message: `${node.text.slice(0, 60)} is split at blanks and its wildcards expand: put it in double quotes`,
        ...(plain || intended ? { parity: true } : {}),
        fix: {
          title: "put it in double quotes",
          edits: [
            { range: { start: entry.range.start, end: entry.range.start }, text: '"' },
            { range: { start: entry.range.end, end: entry.range.end }, text: '"' },
          ],
          safe: false,
        },
      };
    }
  },
};

/** `${#x}` is a number, `${x:+"y"}` says itself what it gives, an array is another question. */
function mayHoldBlanks(node: {
  readonly prefix: "!" | "#" | undefined;
  readonly index: { readonly value: string } | undefined;
  readonly operation: { readonly type: string } | undefined;
}): boolean {
  if (node.prefix === "#" || node.index?.value === "@" || node.index?.value === "*") return false;
  const operator = node.operation && "operator" in node.operation ? node.operation.operator : undefined;
  return operator !== "+" && operator !== ":+";
}
