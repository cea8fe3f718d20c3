import { shellTrees } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

/** A RUN the shell cannot parse. */
export const rule: Rule = {
  meta: {
    name: "shell-syntax-error",
    summary: "The shell cannot parse the script of a RUN.",
    why: "The shell reads the whole line before it runs anything: a quote, a bracket, a done or a fi that is missing ends the build with a syntax error. A RUN typed again after && is the usual one.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: { shellcheck: ["SC1072", "SC1073", "SC1088"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_10",
    bad: { dockerfile: "FROM debian:13-slim\nRUN if true; then touch /srv/ready\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN if true; then touch /srv/ready; fi\n" },
  },
  *check(context) {
    for (const { script, run } of shellTrees(context)) {
      const [error] = script.errors;
      if (!error) continue;
      const inside = error.range.start >= run.range.start && error.range.start <= run.range.end;
      yield {
        range: inside ? error.range : run.keywordRange,
        message: `the shell cannot parse this: ${error.message.slice(0, 100)}`,
      };
    }
  },
};
