import { nodesOf } from "./shared/shell-tree.ts";
import { judgeBashism } from "./shared/shells.ts";
import type { Rule } from "./types.ts";

const builtins = new Set([
  "caller",
  "builtin",
  "complete",
  "compgen",
  "declare",
  "dirs",
  "disown",
  "enable",
  "mapfile",
  "pushd",
  "popd",
  "readarray",
  "shopt",
  "suspend",
  "typeset",
  "bind",
  "compopt",
  "history",
]);
const hint = new RegExp(`\\b(?:${[...builtins].join("|")})\\b`);

/** A builtin of bash in sh. */
export const rule: Rule = {
  meta: {
    name: "sh-bash-builtin",
    summary: "sh runs a script with a builtin that only bash has.",
    why: "RUN uses /bin/sh, which is dash on Debian and Ubuntu: `pushd: not found` ends the build. Say SHELL with bash, or write it another way (a subshell for pushd).",
    severity: "error",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC3044"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_15",
    bad: { dockerfile: "FROM debian:13-slim\nRUN pushd /srv && touch a && popd\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN (cd /srv && touch a)\n" },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, hint, "Command")) {
      const { name } = entry.node;
      if (!name || !builtins.has(name.text)) continue;
      const judged = judgeBashism(context, tree, "SC3044", ["bash"]);
      if (!judged) continue;
      yield {
        range: tree.entryOf(name)?.range ?? entry.range,
        message: `sh knows no ${name.text}: it is bash's`,
        ...judged,
      };
    }
  },
};
