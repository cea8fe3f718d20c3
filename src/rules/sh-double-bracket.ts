import { nodesOf } from "./shared/shell-tree.ts";
import { judgeBashism } from "./shared/shells.ts";
import type { Rule } from "./types.ts";

/** [[ ]] in sh. */
export const rule: Rule = {
  meta: {
    name: "sh-double-bracket",
    summary: "sh runs a script with [[ ]], which dash does not know.",
    why: "RUN uses /bin/sh: in dash, the sh of Debian and Ubuntu, `[[: not found` counts as false and the other branch runs. Use [ ], or choose bash with SHELL.",
    severity: "error",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC3010"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/test.html",
    bad: { dockerfile: "FROM debian:13-slim\nARG MODE=a\nRUN if [[ $MODE = a ]]; then touch /a; fi\n" },
    good: { dockerfile: 'FROM debian:13-slim\nARG MODE=a\nRUN if [ "$MODE" = a ]; then touch /a; fi\n' },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, "[[", "TestCommand")) {
      const judged = judgeBashism(context, tree, "SC3010", ["bash", "busybox"]);
      if (!judged) continue;
      yield { range: entry.range, message: "sh knows no [[ ]]: use [ ], or bash", ...judged };
    }
  },
};
