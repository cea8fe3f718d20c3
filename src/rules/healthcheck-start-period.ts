import { insert } from "./shared/edits.ts";
import { finalStage } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** A health check that counts from the first second. */
export const rule: Rule = {
  meta: {
    name: "healthcheck-start-period",
    summary: "HEALTHCHECK has no --start-period.",
    why: "Without it failures count while the service still starts: one that needs longer than retries times interval is called unhealthy, and restarted by what watches it, before it was ever up.",
    severity: "style",
    category: "correctness",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#healthcheck",
    bad: { dockerfile: 'FROM debian:13-slim\nHEALTHCHECK --interval=5s CMD ["/srv/app", "--check"]\n' },
    good: {
      dockerfile:
        'FROM debian:13-slim\nHEALTHCHECK --start-period=10s --interval=5s CMD ["/srv/app", "--check"]\n',
    },
  },
  *check({ file, stateAt }) {
    const stage = finalStage(file);
    const check = stage && stateAt(stage).healthcheck;
    if (!check?.command || check.flags.some(({ name }) => name === "start-period")) return;
    yield {
      range: check.keywordRange,
      message: "without --start-period failures count while the service still starts",
      ...(check.onbuild
        ? {}
        : {
            fix: {
              title: "add --start-period=10s",
              edits: [insert(check.keywordRange.end, " --start-period=10s")],
              safe: false,
            },
          }),
    };
  },
};
