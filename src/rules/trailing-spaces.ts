import { replace } from "./shared/edits.ts";
import { isInHeredoc } from "./shared/layout.ts";
import type { Rule } from "./types.ts";

// The look behind keeps a long run of blanks inside a line from being tried at each of its places.
const trailing = /(?<![ \t])[ \t]+(?=\r?$)/gm;

/** Blanks at the end of a line. */
export const rule: Rule = {
  meta: {
    name: "trailing-spaces",
    summary: "A line ends in blanks.",
    why: "Nobody sees them, every diff shows them, and after a continuation character editors and older builders treat them differently.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#format",
    enabled: false,
    bad: { dockerfile: "FROM debian:13-slim  \nRUN mkdir /data\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN mkdir /data\n" },
  },
  *check({ file }) {
    const { text } = file;
    for (const { index, 0: blanks } of text.matchAll(trailing)) {
      const range = { start: index, end: index + blanks.length };
      if (isInHeredoc(file, index)) continue;
      yield {
        range,
        message: `${blanks.length === 1 ? "a blank" : "blanks"} at the end of the line`,
        fix: { title: "remove them", edits: [replace(range, "")], safe: true },
      };
    }
  },
};
