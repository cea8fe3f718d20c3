import type { ShellNode } from "../dockerfile/shell.ts";
import { nodesOf } from "./shared/shell-tree.ts";
import { judgeBashism, type PlainShell } from "./shared/shells.ts";
import type { Rule } from "./types.ts";

type Expansion = Extract<ShellNode, { type: "ParameterExpansion" }>;

/** What bash adds to ${…}: the id, its name, and which other sh know it. */
function bashOnly(node: Expansion): { code: string; what: string; knows: readonly PlainShell[] } | undefined {
  if (node.prefix === "!") return { code: "SC3053", what: "indirect expansion", knows: ["bash"] };
  if (node.index) return { code: "SC3054", what: "array references", knows: ["bash"] };
  switch (node.operation?.type) {
    case "Slice":
      return { code: "SC3057", what: "substrings", knows: ["bash", "busybox"] };
    case "Replace":
      return { code: "SC3060", what: "replacement", knows: ["bash", "busybox"] };
    case "CaseModification":
      return { code: "SC3059", what: "case modification", knows: ["bash"] };
    case "Transform":
    case "Names":
      return { code: "SC3053", what: "indirect expansion", knows: ["bash"] };
    default:
      return undefined;
  }
}

/** ${x//a/b} in sh. */
export const rule: Rule = {
  meta: {
    name: "sh-bash-expansion",
    summary: "sh runs a script with expansions only bash knows.",
    why: "RUN uses /bin/sh, and dash, the sh of Debian and Ubuntu, ends with `Bad substitution`. Use cut, sed or tr, or choose bash with SHELL.",
    severity: "error",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC3053", "SC3054", "SC3057", "SC3059", "SC3060"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06_02",
    bad: { dockerfile: 'FROM debian:13-slim\nARG V=1.2\nRUN mkdir -p "/srv/${V//./-}"\n' },
    good: {
      dockerfile:
        'FROM debian:13-slim\nSHELL ["/bin/bash", "-c"]\nARG V=1.2\nRUN mkdir -p "/srv/${V//./-}"\n',
    },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, "${", "ParameterExpansion")) {
      const only = bashOnly(entry.node);
      const judged = only && judgeBashism(context, tree, only.code, only.knows);
      if (!judged) continue;
      yield {
        range: entry.range,
        message: `sh knows no ${only.what}: ${entry.node.text.slice(0, 50)} ends the build with "Bad substitution"`,
        ...judged,
      };
    }
  },
};
