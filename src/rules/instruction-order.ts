import type { Rule } from "./types.ts";

/** Something stands before the first FROM. */
export const rule: Rule = {
  meta: {
    name: "instruction-order",
    summary: "An instruction stands before the first FROM.",
    why: "Only ARG may stand there; everything else needs a stage, and the build stops.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: { hadolint: ["DL3061"] },
    source: "https://docs.docker.com/reference/dockerfile/#from",
    bad: { dockerfile: "LABEL stage=none\nFROM debian:13-slim\n" },
    good: { dockerfile: "ARG VERSION=13\nFROM debian:$VERSION\n" },
  },
  *check({ file }) {
    if (file.fragment) return;
    const first = file.instructions[0];
    if (!first || first.keyword === "FROM" || first.keyword === "ARG") return;
    yield { range: first.range, message: `${first.raw} stands before the first FROM: only ARG may` };
  },
};
