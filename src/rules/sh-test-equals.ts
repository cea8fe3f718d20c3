import { nodesOf } from "./shared/shell-tree.ts";
import { judgeBashism } from "./shared/shells.ts";
import type { Rule } from "./types.ts";

/** [ a == b ] in sh. */
export const rule: Rule = {
  meta: {
    name: "sh-test-equals",
    summary: "sh compares with ==, which dash does not know.",
    why: "In dash, the sh of Debian and Ubuntu, `[ a == b ]` ends with `unexpected operator` and counts as false. A single = works in every shell.",
    severity: "error",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC3014"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/test.html",
    bad: { dockerfile: 'FROM debian:13-slim\nARG MODE=a\nRUN if [ "$MODE" == a ]; then touch /a; fi\n' },
    good: { dockerfile: 'FROM debian:13-slim\nARG MODE=a\nRUN if [ "$MODE" = a ]; then touch /a; fi\n' },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, "==", "Command")) {
      const name = entry.node.name?.text;
      if (name !== "[" && name !== "test") continue;
      for (const arg of entry.node.args) {
        if (arg.type !== "Word" || arg.text !== "==") continue;
        const judged = judgeBashism(context, tree, "SC3014", ["bash", "busybox"]);
        if (!judged) continue;
        const range = tree.entryOf(arg)?.range ?? entry.range;
        yield {
          range,
          message: "sh compares with a single =",
          ...judged,
          fix: { title: "write =", edits: [{ range, text: "=" }], safe: true },
        };
      }
    }
    for (const { tree, entry } of nodesOf(context, "==", "TestBinary")) {
      const { node } = entry;
      const judged =
        node.operator === "==" ? judgeBashism(context, tree, "SC3014", ["bash", "busybox"]) : undefined;
      if (!judged) continue;
      const at = node.left.end + tree.script.text.slice(node.left.end, node.right.pos).indexOf("==");
      // In [[ ]] it is the brackets that sh does not know: sh-double-bracket says so.
      yield {
        range: tree.script.toRange(at, at + 2),
        message: "sh compares with a single =",
        ...judged,
        parity: true,
      };
    }
  },
};
