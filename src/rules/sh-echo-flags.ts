import type { ShellNode } from "../dockerfile/shell.ts";
import { nodesOf, type ShellTree } from "./shared/shell-tree.ts";
import { judgeBashism } from "./shared/shells.ts";
import type { Fix, Rule } from "./types.ts";

type Command = Extract<ShellNode, { type: "Command" }>;

/** echo -e in sh. */
export const rule: Rule = {
  meta: {
    name: "sh-echo-flags",
    summary: "echo gets flags that sh does not know everywhere.",
    why: "dash, the sh of Debian and Ubuntu, expands escape sequences without a flag and writes -e into the file. printf does the same in every shell.",
    severity: "warning",
    category: "shell",
    fixable: "unsafe",
    aliases: { shellcheck: ["SC3037", "SC3036"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/echo.html",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN echo -e "a\\nb" > /etc/app.conf\n' },
    good: { dockerfile: "FROM debian:13-slim\nRUN printf '%b\\n' \"a\\nb\" > /etc/app.conf\n" },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, /\becho\b/, "Command")) {
      const [flag] = entry.node.args;
      const name = entry.node.name?.value ?? "";
      if (!/^(?:.*\/)?echo$/.test(name) || flag?.type !== "Word" || !/^-[eEsn]+$/.test(flag.value)) continue;
      const plain = flag.value === "-n";
      const dash = tree.script.shell === "dash";
      // dash names it in a message of its own, and knows -n.
      if (dash && plain) continue;
      const knows = plain
        ? (["bash", "busybox", "dash", "unknown"] as const)
        : (["bash", "busybox"] as const);
      const judged = judgeBashism(context, tree, dash ? "SC3036" : "SC3037", knows);
      if (!judged) continue;
      yield {
        range: tree.entryOf(flag)?.range ?? entry.range,
        message: `echo ${flag.value} is not the same in every sh: use printf`,
        ...judged,
        // /bin/echo is a program of its own.
        ...(name === "echo" ? {} : { parity: true }),
        ...printfFix(tree, entry.node, flag.value),
      };
    }
  },
};

/** `echo -e "x"` -> `printf '%b\n' "x"`, for one argument. */
function printfFix(tree: ShellTree, { name, args }: Command, flag: string): { fix?: Fix } {
  const [first, word, ...more] = args;
  if (!name || !first || !word || more.length > 0 || word.type !== "Word") return {};
  const format = `${flag.includes("e") ? "%b" : "%s"}${flag.includes("n") ? "" : "\\n"}`;
  const { start } = tree.script.toRange(name.pos, name.end);
  const { end } = tree.script.toRange(first.pos, first.end);
  return {
    fix: { title: "use printf", edits: [{ range: { start, end }, text: `printf '${format}'` }], safe: false },
  };
}
