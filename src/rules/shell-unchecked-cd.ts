import type { ShellNode } from "../dockerfile/shell.ts";
import { nodesOf, type ShellEntry, type ShellTree } from "./shared/shell-tree.ts";
import type { Fix, Rule } from "./types.ts";

/** Folders that are always there. */
const safe = /^\/*(?:\.\.?\/+)*(?:\.\.?)?$/;

/** cd whose failure goes unnoticed. */
export const rule: Rule = {
  meta: {
    name: "shell-unchecked-cd",
    summary: "What follows a cd runs even when the cd failed.",
    why: "When the folder is missing, the commands after `cd dir;` run in the folder before it: an rm or a make hits the wrong place. Join them with &&, or start the script with set -e.",
    severity: "warning",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC2164"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/cd.html",
    bad: { dockerfile: "FROM debian:13-slim\nRUN true; cd /opt/app; ./configure\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN true; cd /opt/app && ./configure\n" },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, /\b(?:cd|pushd|popd)\b/, "Command")) {
      const { node } = entry;
      const name = node.name?.value;
      if (name !== "cd" && name !== "pushd" && name !== "popd") continue;
      const [folder, ...more] = node.args;
      if (more.length === 0 && folder && safe.test(wordText(folder))) continue;
      if (name !== "cd" && node.args.some((arg) => /^-[^-]*n/.test(wordText(arg)))) continue;
      if (isCondition(entry) || stopsAtErrors(tree)) continue;
      const last = isLast(entry);
      yield {
        range: entry.range,
        message: last
          ? `a failing ${name} is the result of the RUN, but nothing runs there: is something missing after it?`
          : `what follows runs in the wrong folder when this ${name} fails: join them with &&`,
        // The RUN fails with its last command.
        ...(last ? { parity: true } : {}),
        ...joinFix(context.file.text, entry),
      };
    }
  },
};

function wordText(arg: Extract<ShellNode, { type: "Command" }>["args"][number]): string {
  return arg.type === "Word" ? arg.value : arg.text;
}

/** True where the shell looks at the result: before && or ||, in the condition of if, while, until. */
function isCondition(entry: ShellEntry): boolean {
  let child = entry;
  for (let at = entry.parent; at; child = at, at = at.parent) {
    const { node } = at;
    if (node.type === "AndOr" && node.commands.at(-1) !== child.node) return true;
    const conditional = node.type === "If" || node.type === "Elif" || node.type === "While";
    if (conditional && node.clause === child.node) return true;
  }
  return false;
}

const setsErrexit =
  /(?:^|[\s;&({])set\s+(?:-[a-zA-Z]+\s+)*(?:-[a-zA-Z]*e|-o\s+errexit|-[a-zA-Z]*o\s+errexit)/;

function stopsAtErrors({ script }: ShellTree): boolean {
  return (
    script.shellOptions.some(
      (option, index) => /^-[a-zA-Z]*e/.test(option) || (option === "errexit" && index > 0),
    ) || setsErrexit.test(script.text)
  );
}

function isLast(entry: ShellEntry): boolean {
  let child = entry;
  for (let at = entry.parent; at; child = at, at = at.parent) {
    const { node } = at;
    if (node.type === "Script") return at.parent === undefined && node.commands.at(-1) === child.node;
    if (node.type === "Subshell" || node.type === "If" || node.type === "For" || node.type === "While")
      return false;
    if (node.type === "CompoundList" && node.commands.at(-1) !== child.node) return false;
  }
  return false;
}

/** `cd x; y` -> `cd x && y`. */
function joinFix(text: string, entry: ShellEntry): { fix?: Fix } {
  const statement = entry.parent;
  if (statement?.node.type !== "Statement" || statement.node.background) return {};
  const between = /^[ \t]*;(?!;)/.exec(text.slice(entry.range.end, entry.range.end + 20));
  if (!between) return {};
  const list = statement.parent?.node;
  const statements = list?.type === "Script" || list?.type === "CompoundList" ? list.commands : [];
  const next = statements[statements.indexOf(statement.node) + 1];
  if (!next || next.background || next.command.type === "Function") return {};
  const range = { start: entry.range.end, end: entry.range.end + between[0].length };
  // What follows an && list joined by || would change its meaning.
  if (next.command.type === "AndOr" && next.command.operators.includes("||")) return {};
  return { fix: { title: "join with &&", edits: [{ range, text: " &&" }], safe: true } };
}
