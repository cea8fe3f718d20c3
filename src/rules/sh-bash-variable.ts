import { nodesOf } from "./shared/shell-tree.ts";
import { shellValues } from "./shared/shell-values.ts";
import { judgeBashism } from "./shared/shells.ts";
import type { Rule } from "./types.ts";

const bashVariables = new Set([
  "RANDOM", "SECONDS", "UID", "EUID", "HOSTNAME", "HOSTTYPE", "MACHTYPE", "OSTYPE", "SHELLOPTS", "SHLVL", "DIRSTACK", "GROUPS",
  "PIPESTATUS", "FUNCNAME", "BASH_VERSION", "BASH_SOURCE", "BASHPID", "BASH", "BASH_LINENO", "BASH_SUBSHELL", "BASH_REMATCH",
  "BASH_ENV", "BASH_COMMAND", "COMP_WORDS", "EPOCHSECONDS", "EPOCHREALTIME", "SRANDOM",
]); // biome-ignore format: a list

/** $RANDOM in sh. */
export const rule: Rule = {
  meta: {
    name: "sh-bash-variable",
    summary: "sh reads a variable only bash sets.",
    why: "RUN uses /bin/sh, where RANDOM, UID, HOSTNAME and others are empty. Use id -u, hostname or od on /dev/urandom, or choose bash with SHELL.",
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC3028"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_05_03",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN touch "/srv/$RANDOM"\n' },
    good: { dockerfile: 'FROM debian:13-slim\nSHELL ["/bin/bash", "-c"]\nRUN touch "/srv/$RANDOM"\n' },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, "$", "SimpleExpansion", "ParameterExpansion")) {
      const { node } = entry;
      const name = node.type === "SimpleExpansion" ? node.text.slice(1) : node.parameter;
      if (!bashVariables.has(name) || shellValues(context, tree).names.includes(name)) continue;
      const judged = judgeBashism(
        context,
        tree,
        "SC3028",
        name === "HOSTNAME" ? ["bash", "busybox", "dash", "unknown"] : ["bash"],
      );
      if (!judged) continue;
      yield { range: entry.range, message: `sh sets no ${name}: it is empty here`, ...judged };
    }
  },
};
