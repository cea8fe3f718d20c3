import { newlineOf } from "../dockerfile/edits.ts";
import { insert } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** A last line without its line break. */
export const rule: Rule = {
  meta: {
    name: "final-newline",
    summary: "The last line has no line break.",
    why: "A line ends with a line break by POSIX; without it the next line that is added shows up as a change of two.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: {},
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap03.html#tag_03_185",
    enabled: false,
    bad: { dockerfile: "FROM debian:13-slim" },
    good: { dockerfile: "FROM debian:13-slim\n" },
  },
  *check({ file }) {
    const { text } = file;
    const last = file.instructions.at(-1);
    if (text === "" || text.endsWith("\n") || !last) return;
    yield {
      range: { start: text.length, end: text.length },
      message: "the last line has no line break",
      fix: { title: "add it", edits: [insert(text.length, newlineOf(file))], safe: true },
    };
  },
};
