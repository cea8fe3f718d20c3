import { nodesOf } from "./shared/shell-tree.ts";
import { judgeBashism } from "./shared/shells.ts";
import type { Rule } from "./types.ts";

/** source in sh. */
export const rule: Rule = {
  meta: {
    name: "sh-source",
    summary: "sh runs a script that uses source, which is bash's word for a dot.",
    why: "RUN uses /bin/sh, which is dash on Debian and Ubuntu: `source: not found` ends the build. A dot does the same in every shell; so does SHELL with bash.",
    severity: "error",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC3046"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#dot",
    bad: { dockerfile: "FROM debian:13-slim\nRUN source /etc/os-release\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN . /etc/os-release\n" },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, /\bsource\b/, "Command")) {
      const { name } = entry.node;
      if (name?.text !== "source") continue;
      const judged = judgeBashism(context, tree, "SC3046", ["bash", "busybox"]);
      if (!judged) continue;
      const range = tree.entryOf(name)?.range ?? entry.range;
      yield {
        range,
        message: "sh knows no source: write a dot",
        ...judged,
        fix: { title: "write a dot", edits: [{ range, text: "." }], safe: true },
      };
    }
  },
};
