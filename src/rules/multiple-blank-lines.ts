import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

const blankLines = /(?:^|(?<=\n))(?:[ \t]*\r?\n){2,}/g;

/** Blank lines in a row. */
export const rule: Rule = {
  meta: {
    name: "multiple-blank-lines",
    summary: "Two blank lines or more stand in a row.",
    why: "One blank line parts two groups of instructions; more only make the file longer.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#format",
    enabled: false,
    bad: { dockerfile: "FROM debian:13-slim\n\n\n\nRUN mkdir /data\n" },
    good: { dockerfile: "FROM debian:13-slim\n\nRUN mkdir /data\n" },
  },
  *check({ file }) {
    const { text, instructions } = file;
    let index = 0;
    for (const { index: start, 0: lines } of text.matchAll(blankLines)) {
      const end = start + lines.length;
      while ((instructions[index]?.range.end ?? text.length) < start) index++;
      // Blank lines inside an instruction are empty-continuation's, or a heredoc's own.
      const around = instructions[index];
      if (around && around.range.start < start && end <= around.range.end) continue;
      const first = start + lines.indexOf("\n") + 1;
      const kept = start === 0 || end === text.length ? start : first;
      yield {
        range: { start: kept, end },
        message: `${lines.split("\n").length - 1} blank lines in a row`,
        fix: { title: "keep one", edits: [replace({ start: kept, end }, "")], safe: true },
      };
    }
  },
};
