import type { ShellNode } from "../dockerfile/shell.ts";
import type { Range } from "../dockerfile/types.ts";
import { nodesOf, type ShellEntry } from "./shared/shell-tree.ts";
import type { Fix, Rule } from "./types.ts";

const declaring = new Set(["export", "declare", "local", "readonly", "typeset"]);

/** export X=$(command): the command's failure is lost. */
export const rule: Rule = {
  meta: {
    name: "shell-masked-return",
    summary: "A declaration hides that the command in its value failed.",
    why: "`export X=$(command)` succeeds whatever the command does, so && and set -e go on with an empty value. Assign first, then export.",
    severity: "warning",
    category: "shell",
    fixable: "unsafe",
    aliases: { shellcheck: ["SC2155"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#export",
    bad: {
      dockerfile:
        'FROM debian:13-slim\nRUN export arch="$(dpkg --print-architecture)" && mkdir -p "/srv/$arch"\n',
    },
    good: {
      dockerfile:
        'FROM debian:13-slim\nRUN arch="$(dpkg --print-architecture)" && export arch && mkdir -p "/srv/$arch"\n',
    },
  },
  *check(context) {
    const { text } = context.file;
    for (const { entry } of nodesOf(context, /\b(?:export|declare|local|readonly|typeset)\b/, "Assignment")) {
      const { node, parent } = entry;
      if (parent?.node.type !== "Command" || !declaring.has(parent.node.name?.value ?? "")) continue;
      if (!parent.node.args.includes(node) || node.value.type !== "Word" || !holdsCommand(node.value.parts))
        continue;
      yield {
        range: entry.range,
        message: `${parent.node.name?.value} hides it when the command for ${node.name} fails: assign first, then ${parent.node.name?.value}`,
        ...splitFix(parent, entry.range, node.name, text),
      };
    }
  },
};

type Parts = Extract<ShellNode, { type: "Word" }>["parts"];

function holdsCommand(parts: Parts): boolean {
  return (
    parts?.some((part) =>
      part.type === "DoubleQuoted" ? holdsCommand(part.parts) : part.type === "CommandExpansion",
    ) ?? false
  );
}

/** `export X=$(y)` -> `X=$(y) && export X`, in a plain && list. */
function splitFix(command: ShellEntry, range: Range, name: string, text: string): { fix?: Fix } {
  const { node } = command;
  if (node.type !== "Command" || node.name?.value !== "export" || node.args.length !== 1) return {};
  if (node.prefix.length > 0 || node.redirects.length > 0) return {};
  const list = command.parent?.node;
  const plain =
    list?.type === "AndOr"
      ? list.operators.every((operator) => operator === "&&")
      : list?.type === "Statement";
  if (!plain) return {};
  return {
    fix: {
      title: `assign ${name}, then export it`,
      edits: [{ range: command.range, text: `${text.slice(range.start, range.end)} && export ${name}` }],
      safe: false,
    },
  };
}
