import type { Rule } from "./types.ts";

/** A blank line inside a continued instruction. */
export const rule: Rule = {
  meta: {
    name: "empty-continuation",
    summary: "A blank line stands inside an instruction that is continued.",
    why: "BuildKit still joins over the blank line but has announced that it will stop; then the lines below become instructions of their own and the build breaks. A comment line is allowed there.",
    severity: "warning",
    category: "correctness",
    fixable: "safe",
    aliases: { buildkit: ["NoEmptyContinuation"], dockerfileUtils: ["EMPTY_CONTINUATION_LINE"] },
    source: "https://docs.docker.com/reference/build-checks/no-empty-continuation/",
    bad: { dockerfile: "FROM debian:13-slim\nRUN echo a \\\n\n    && echo b\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN echo a \\\n    && echo b\n" },
  },
  *check({ file, instructions }) {
    const inOnbuild = new Set(instructions("ONBUILD").map(({ instruction }) => instruction));
    for (const instruction of file.instructions) {
      const { blankLines } = instruction;
      const [first] = blankLines;
      if (!first || (instruction.keyword === "ONBUILD" && !inOnbuild.has(instruction))) continue;
      // BuildKit names the line where the instruction ends.
      const end = { start: Math.max(instruction.range.end - 1, first.start), end: instruction.range.end };
      yield {
        range: first,
        message: `a blank line inside ${instruction.keyword}: the line before it is continued`,
        related: [...blankLines.slice(1), end],
        fix: {
          title: "remove the blank lines",
          edits: blankLines.map((range) => {
            const start = file.text.lastIndexOf("\n", range.start - 1) + 1;
            const newline = file.text.indexOf("\n", range.start);
            return { range: { start, end: newline < 0 ? file.text.length : newline + 1 }, text: "" };
          }),
          safe: true,
        },
      };
    }
  },
};
