import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** More than one blank after the keyword. */
export const rule: Rule = {
  meta: {
    name: "multiple-spaces",
    summary: "Several blanks follow a keyword.",
    why: "Columns that were lined up by hand fall apart with the next edit; one blank says the same.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#format",
    enabled: false,
    bad: { dockerfile: "FROM    debian:13-slim\n" },
    good: { dockerfile: "FROM debian:13-slim\n" },
  },
  *check({ file }) {
    for (const { keywordRange } of file.instructions) {
      const start = keywordRange.end;
      let end = start;
      while (file.text[end] === " " || file.text[end] === "\t") end++;
      // Blanks before a line's end or its continuation character are no gap between words.
      if (end - start < 2 || /^(?:\r?\n|[\\`][ \t]*\r?\n|$)/.test(file.text.slice(end, end + 80))) continue;
      const range = { start, end };
      yield {
        range,
        message: `${end - start} blanks after the keyword`,
        fix: { title: "keep one", edits: [replace(range, " ")], safe: true },
      };
    }
  },
};
