import { nodesOf } from "./shared/shell-tree.ts";
import type { Fix, Rule } from "./types.ts";

/** Programs whose operands are files. */
const files = new Set([
  "rm", "cp", "mv", "cat", "chmod", "chown", "chgrp", "touch", "dpkg", "rmdir", "gzip", "gunzip", "xz", "bzip2", "unzip",
  "install", "strip", "rpm",
]); // biome-ignore format: a list

/** Programs that print or keep the names of the files they are given, ./ and all. */
const naming = new Set([
  "ls", "tar", "ln", "sha256sum", "sha512sum", "md5sum", "head", "tail", "wc", "du", "file", "stat",
]); // biome-ignore format: a list

/** Programs that match the operand against names of their own in some of their modes. */
const patterns: Readonly<Record<string, (args: readonly string[], index: number) => boolean>> = {
  dpkg: (args) =>
    !args.some((arg) => /^(?:-[icIxXef]+|--(?:install|unpack|info|contents|extract))$/.test(arg)),
  rpm: (args) =>
    !args.some((arg) => /^-[a-z]*[iUFKp]|^--(?:install|upgrade|freshen|import|checksig)$/.test(arg)),
  tar: (args) =>
    !args.some(
      (arg, index) =>
        /^-[a-zA-Z]*[cru]|^--(?:create|append|update)$/.test(arg) ||
        (index === 0 && /^[a-zA-Z]*[cru]/.test(arg)),
    ),
  unzip: (args, index) => args.slice(0, index).some((arg) => !arg.startsWith("-")),
};

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
      const texts = node.args.map((arg) => (arg.type === "Word" ? arg.value : arg.text));
      for (const [index, arg] of node.args.entries()) {
        if (arg.type !== "Word") continue;
        if (/^(?:--|::::?)$/.test(arg.value)) break;
        const [part] = arg.parts ?? [];
        if (part?.type !== "Glob" || part.pos !== arg.pos || part.kind === "bracket") continue;
        const range = tree.entryOf(arg)?.range ?? tree.script.toRange(arg.pos, arg.end);
        const fix: Fix = {
          title: "put ./ before it",
          edits: [{ range: { start: range.start, end: range.start }, text: "./" }],
          safe: files.has(name),
        };
        const matches = Object.hasOwn(patterns, name) ? patterns[name] : undefined;
        const known = (files.has(name) || naming.has(name)) && matches?.(texts, index) !== true;
        yield {
          range,
          message: `a file whose name begins with - becomes an option of ${name || "the program"}: write ./${arg.text.slice(0, 40)}`,
          ...(known ? { fix } : { parity: true }),
        };
      }
    }
  },
};
