import { replace, textOf } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** FROM … as …: two spellings in one line. */
export const rule: Rule = {
  meta: {
    name: "from-as-casing",
    summary: "FROM and AS are not written in the same case.",
    why: "Both work in either case; one line reads better in one.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: { buildkit: ["FromAsCasing"] },
    source: "https://docs.docker.com/reference/build-checks/from-as-casing/",
    bad: { dockerfile: "FROM debian:13 as builder\n" },
    good: { dockerfile: "FROM debian:13 AS builder\n" },
  },
  *check({ file }) {
    for (const { from } of file.stages) {
      if (!from?.image || !from.name) continue;
      const between = { start: from.image.range.end, end: from.name.range.start };
      const match = /\s(as)\s/i.exec(textOf(file, between));
      const written = match?.[1];
      if (!match || written === undefined) continue;
      // A mixed-case FROM is the other rule's business.
      const wanted =
        from.raw === from.raw.toLowerCase() ? "as" : from.raw === from.raw.toUpperCase() ? "AS" : undefined;
      if (wanted === undefined || written === wanted) continue;
      const start = between.start + match.index + 1;
      const range = { start, end: start + 2 };
      yield {
        range,
        message: `${written} and ${from.raw} are in different cases`,
        fix: { title: `write ${wanted}`, edits: [replace(range, wanted)], safe: true },
      };
    }
  },
};
