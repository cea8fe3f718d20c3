import type { Rule } from "./types.ts";

/** A pragma silences a rule. */
export const rule: Rule = {
  meta: {
    name: "no-inline-ignore",
    summary: "A comment silences a check.",
    why: "Where a team keeps exceptions in its configuration, a comment in the file hides one from review. Off by default; `pragmas: false` makes comments powerless instead.",
    severity: "warning",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL1001"] },
    source: "https://github.com/hadolint/hadolint#inline-ignores",
    enabled: false,
    bad: { dockerfile: "# hadolint ignore=DL3006\nFROM debian\n" },
    good: { dockerfile: "# built nightly\nFROM debian:13-slim\n" },
  },
  *check({ file }) {
    for (const { text, range } of file.comments) {
      if (/^hadolint\s+(?:global\s+|stage\s+)?ignore\s*=/.test(text)) {
        yield { range, message: "this comment silences checks: keep exceptions in the configuration" };
      } else if (
        /^(?:dockwright\s.*ignore\s*=|check\s*=\s*skip|trivy:ignore|checkov:skip|nosem)/.test(text)
      ) {
        yield {
          range,
          message: "this comment silences checks: keep exceptions in the configuration",
          aliases: {},
        };
      }
    }
  },
};
