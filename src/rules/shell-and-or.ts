import type { ShellNode } from "../dockerfile/shell.ts";
import { nodesOf, type ShellEntry } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

/** A && B || C. */
export const rule: Rule = {
  meta: {
    name: "shell-and-or",
    summary: "`A && B || C` is taken for if-then-else.",
    why: "C also runs when A is true and B fails. Write if, then and else where that matters.",
    severity: "info",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2015"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_09_03",
    bad: { dockerfile: "FROM debian:13-slim\nRUN test -d /srv && touch /srv/a || mkdir /srv\n" },
    good: {
      dockerfile: "FROM debian:13-slim\nRUN if test -d /srv; then touch /srv/a; else mkdir /srv; fi\n",
    },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, "||", "AndOr")) {
      const { commands, operators, pos } = entry.node;
      for (const [index, operator] of operators.entries()) {
        const b = commands[index];
        const c = commands[index + 1];
        if (
          operator !== "||" ||
          operators[index - 1] !== "&&" ||
          operators[index + 1] !== undefined ||
          !b ||
          !c ||
          isOk(c) ||
          isOutput(b) ||
          isTest(b) ||
          inCondition(entry)
        )
          continue;
        const before = commands[index - 1];
        const at =
          before === undefined ? pos : before.end + tree.script.text.slice(before.end, b.pos).indexOf("&&");
        yield {
          range: tree.script.toRange(at, at + 2),
          message:
            "what follows || also runs when both what precedes && holds and what follows it fails: this is no if-then-else",
        };
      }
    }
  },
};

/** Commands that cannot matter: output, leaving, a value. */
function isOk(node: ShellNode): boolean {
  if (node.type !== "Command") return false;
  return node.name === undefined
    ? node.prefix.length > 0
    : /^(?:echo|exit|return|printf|true|:|export|break|continue)$/.test(node.name.text);
}

/** Output does not fail. */
function isOutput(node: ShellNode): boolean {
  return node.type === "Command" && /^(?:echo|printf)$/.test(node.name?.text ?? "");
}

function isTest(node: ShellNode): boolean {
  return (
    node.type === "TestCommand" || (node.type === "Command" && /^(?:\[|test)$/.test(node.name?.text ?? ""))
  );
}

/** In the condition of an if or a loop only the outcome counts. */
function inCondition(entry: ShellEntry): boolean {
  let child = entry;
  for (let at = entry.parent; at; child = at, at = at.parent) {
    const { node } = at;
    if ((node.type === "If" || node.type === "Elif" || node.type === "While") && node.clause === child.node)
      return true;
  }
  return false;
}
