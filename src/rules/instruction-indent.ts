import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** An instruction that does not start its line. */
export const rule: Rule = {
  meta: {
    name: "instruction-indent",
    summary: "An instruction is indented.",
    why: "Instructions start their line and their continuation lines are indented: what belongs together can be seen. BuildKit ignores the blanks.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#format",
    enabled: false,
    bad: { dockerfile: "FROM debian:13-slim\n  RUN mkdir /data\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN mkdir /data\n" },
  },
  *check({ file }) {
    for (const { keywordRange } of file.instructions) {
      const end = keywordRange.start;
      const line = file.text.lastIndexOf("\n", end - 1) + 1;
      const start = line === 0 && file.text.charCodeAt(0) === 0xfeff ? 1 : line;
      if (start >= end || /[^ \t]/.test(file.text.slice(start, end))) continue;
      yield {
        range: { start, end },
        message: "the instruction is indented",
        fix: { title: "start it in the first column", edits: [replace({ start, end }, "")], safe: true },
      };
    }
  },
};
