import { overridden } from "./shared/overridden.ts";
import type { Rule } from "./types.ts";

/** More than one ENTRYPOINT in a stage. */
export const rule: Rule = {
  meta: {
    name: "multiple-entrypoint",
    summary: "A stage has more than one ENTRYPOINT.",
    why: "Only the last ENTRYPOINT of a stage counts; an earlier one is dead text that readers take for what runs.",
    severity: "warning",
    category: "correctness",
    fixable: "safe",
    aliases: {
      hadolint: ["DL4004"],
      buildkit: ["MultipleInstructionsDisallowed"],
      trivy: ["DS-0007"],
      semgrep: ["multiple-entrypoint-instructions"],
      dockerfileUtils: ["MULTIPLE_INSTRUCTIONS"],
    },
    source: "https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/",
    bad: { dockerfile: 'FROM debian:13-slim\nENTRYPOINT ["a"]\nENTRYPOINT ["b"]\n' },
    good: { dockerfile: 'FROM debian:13-slim\nENTRYPOINT ["b"]\n' },
  },
  check: (context) => overridden(context, "ENTRYPOINT"),
};
