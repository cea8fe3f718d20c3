import { nodesOf } from "./shared/shell-tree.ts";
import { judgeBashism } from "./shared/shells.ts";
import type { Rule } from "./types.ts";

/** $'…' in sh. */
export const rule: Rule = {
  meta: {
    name: "sh-ansi-c-quote",
    summary: "sh runs a script with $'…', which dash does not know.",
    why: "In dash, the sh of Debian and Ubuntu, $'a\\tb' is a dollar sign and the text as it stands. Use printf, or choose bash with SHELL.",
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC3003"] },
    source: "https://www.gnu.org/software/bash/manual/bash.html#ANSI_002dC-Quoting",
    bad: { dockerfile: "FROM debian:13-slim\nRUN printf '%s' $'a\\tb' > /etc/app.conf\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN printf 'a\\tb' > /etc/app.conf\n" },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, "$'", "AnsiCQuoted")) {
      const judged = judgeBashism(context, tree, "SC3003", ["bash", "busybox"]);
      if (!judged) continue;
      yield { range: entry.range, message: "sh knows no $'…': use printf, or bash", ...judged };
    }
  },
};
