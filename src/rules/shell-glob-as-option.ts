import { nodesOf } from "./shared/shell-tree.ts";
import type { Fix, Rule } from "./types.ts";

/** Programs whose operands are files. */
const files = new Set([
  "rm", "cp", "mv", "ls", "cat", "chmod", "chown", "chgrp", "tar", "touch", "ln", "dpkg", "rmdir", "gzip", "gunzip", "xz", "bzip2",
  "unzip", "sha256sum", "sha512sum", "md5sum", "head", "tail", "wc", "install", "strip", "du", "file", "stat", "rpm",
]); // biome-ignore format: a list

/** rm *.txt: a file named -rf becomes an option. */
export const rule: Rule = {
  meta: {
    name: "shell-glob-as-option",
    summary: "A wildcard at the start of an argument can turn a file's name into an option.",
    why: "The shell puts the names in place of *: a file called -rf is an option then. Write ./* or put -- before it.",
    severity: "info",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC2035"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap12.html#tag_12_02",
    bad: { dockerfile: "FROM debian:13-slim\nWORKDIR /src\nRUN rm *.o\n" },
    good: { dockerfile: "FROM debian:13-slim\nWORKDIR /src\nRUN rm ./*.o\n" },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, /[*?]/, "Command")) {
      const { node } = entry;
      const program = node.name?.value ?? "";
      const name = program.slice(program.lastIndexOf("/") + 1);
      if (name === "echo" || name === "printf") continue;
      for (const arg of node.args) {
        if (arg.type !== "Word") continue;
        if (/^(?:--|::::?)$/.test(arg.value)) break;
        const [part] = arg.parts ?? [];
        if (part?.type !== "Glob" || part.pos !== arg.pos || part.kind === "bracket") continue;
        const range = tree.entryOf(arg)?.range ?? tree.script.toRange(arg.pos, arg.end);
        const fix: Fix = {
          title: "put ./ before it",
          edits: [{ range: { start: range.start, end: range.start }, text: "./" }],
          safe: true,
        };
        yield {
          range,
          message: `a file whose name begins with - becomes an option of ${name || "the program"}: write ./${arg.text.slice(0, 40)}`,
          ...(files.has(name) ? { fix } : { parity: true }),
        };
      }
    }
  },
};
