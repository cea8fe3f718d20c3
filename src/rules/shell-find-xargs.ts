import type { ShellNode } from "../dockerfile/shell.ts";
import { nodesOf, type ShellTree } from "./shared/shell-tree.ts";
import type { Fix, Rule } from "./types.ts";

type Command = Extract<ShellNode, { type: "Command" }>;

/** find | xargs splits names at blanks. */
export const rule: Rule = {
  meta: {
    name: "shell-find-xargs",
    summary: "The names find prints are split at blanks and quotes by xargs.",
    why: "xargs splits its input at blanks and takes quotes for quoting, so a file called `a b` becomes two. Let find end each name with a zero byte: find … -print0 | xargs -0 ….",
    severity: "warning",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC2038"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/xargs.html",
    bad: { dockerfile: "FROM debian:13-slim\nRUN find /srv -name '*.o' | xargs rm -f\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN find /srv -name '*.o' -print0 | xargs -0 rm -f\n" },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, "xargs", "Pipeline")) {
      const { commands } = entry.node;
      for (const [index, find] of commands.entries()) {
        const xargs = commands[index + 1];
        if (find.type !== "Command" || xargs?.type !== "Command") continue;
        if (nameOf(find) !== "find" || nameOf(xargs) !== "xargs") continue;
        const words = [...textsOf(find), ...textsOf(xargs)];
        if (words.some((word) => /^-[a-zA-Z]*0|^-?-(?:null|print0|printf)\b/.test(word))) continue;
        yield {
          range: tree.entryOf(find)?.range ?? entry.range,
          message: "xargs splits the names find prints at blanks: find … -print0 | xargs -0 …",
          ...zeroFix(tree, find, xargs),
        };
      }
    }
  },
};

function nameOf({ name }: Command): string {
  const text = name?.value ?? "";
  return text.slice(text.lastIndexOf("/") + 1);
}

function textsOf({ args }: Command): readonly string[] {
  return args.map((arg) => (arg.type === "Word" ? arg.value : arg.text));
}

function zeroFix(tree: ShellTree, find: Command, xargs: Command): { fix?: Fix } {
  const actions = /^-(?:print|exec|execdir|ok|okdir|ls|fls|fprint|fprintf|delete|quit|prune|o|or)$|^[,!()]$/;
  const last = find.args.at(-1);
  if (!last || !xargs.name || find.redirects.length > 0 || textsOf(find).some((word) => actions.test(word)))
    return {};
  // With its own separators xargs reads something else than names.
  if (textsOf(xargs).some((word) => /^(?:-[dLlE]|--delimiter|--max-lines|--eof)/.test(word))) return {};
  const { end } = tree.script.toRange(last.pos, last.end);
  const at = tree.script.toRange(xargs.name.pos, xargs.name.end).end;
  return {
    fix: {
      title: "pass the names with -print0 and -0",
      edits: [
        { range: { start: end, end }, text: " -print0" },
        { range: { start: at, end: at }, text: " -0" },
      ],
      safe: true,
    },
  };
}
