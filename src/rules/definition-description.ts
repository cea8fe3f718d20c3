import type { Rule } from "./types.ts";

/** A comment above ARG or FROM that does not describe it. */
export const rule: Rule = {
  meta: {
    name: "definition-description",
    summary: "The comment above an ARG or a named stage does not begin with its name.",
    why: "`docker build --call outline` shows comments of the form `# name description` as documentation. Off by default, as in BuildKit.",
    severity: "style",
    category: "maintainability",
    fixable: "no",
    aliases: { buildkit: ["InvalidDefinitionDescription"] },
    source: "https://docs.docker.com/reference/build-checks/invalid-definition-description/",
    enabled: false,
    bad: { dockerfile: "# the base image\nFROM debian:13-slim AS base\n" },
    good: { dockerfile: "# base is the base image\nFROM debian:13-slim AS base\n" },
  },
  *check({ file }) {
    const byLine = new Map(file.comments.map((comment) => [comment.line, comment]));
    for (const instruction of file.instructions) {
      if (instruction.keyword !== "FROM" && instruction.keyword !== "ARG") continue;
      const names =
        instruction.keyword === "FROM"
          ? instruction.name
            ? [instruction.name.text]
            : []
          : instruction.assignments.map(({ name }) => name);
      const comment = byLine.get(file.lineAt(instruction.range.start) - 1);
      if (names.length === 0 || !comment || comment.text === "") continue;
      if (names.includes(comment.text.split(" ")[0] ?? "")) continue;
      yield {
        range: instruction.range,
        message: `the comment above should begin with ${names.length === 1 ? names[0] : "the name it describes"}`,
        related: [comment.range],
      };
    }
  },
};
