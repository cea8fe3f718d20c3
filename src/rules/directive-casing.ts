import { replace, textOf } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** A parser directive that is not in lower case. */
export const rule: Rule = {
  meta: {
    name: "directive-casing",
    summary: "A parser directive is not written in lower case.",
    why: "Directives are read in any case, but everybody writes and searches them in lower case.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: { dockerfileUtils: ["CASING_DIRECTIVE"] },
    source: "https://docs.docker.com/reference/dockerfile/#parser-directives",
    bad: { dockerfile: "# Syntax=docker/dockerfile:1\nFROM debian:13-slim\n" },
    good: { dockerfile: "# syntax=docker/dockerfile:1\nFROM debian:13-slim\n" },
  },
  *check({ file }) {
    for (const { name, range } of file.directives) {
      const text = textOf(file, range);
      const at = text.toLowerCase().indexOf(name);
      const written = text.slice(at, at + name.length);
      if (at < 0 || written === name) continue;
      const place = { start: range.start + at, end: range.start + at + name.length };
      yield {
        range: place,
        message: `the directive ${written} is written ${name}`,
        fix: { title: `write ${name}`, edits: [replace(place, name)], safe: true },
      };
    }
  },
};
