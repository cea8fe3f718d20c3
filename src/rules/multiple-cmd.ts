import { overridden } from "./shared/overridden.ts";
import type { Rule } from "./types.ts";

/** More than one CMD in a stage. */
export const rule: Rule = {
  meta: {
    name: "multiple-cmd",
    summary: "A stage has more than one CMD.",
    why: "Only the last CMD of a stage counts; an earlier one is dead text that readers take for what runs.",
    severity: "warning",
    category: "correctness",
    fixable: "safe",
    aliases: {
      hadolint: ["DL4003"],
      buildkit: ["MultipleInstructionsDisallowed"],
      trivy: ["DS-0016"],
      semgrep: ["multiple-cmd-instructions"],
      dockerfileUtils: ["MULTIPLE_INSTRUCTIONS"],
    },
    source: "https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/",
    bad: { dockerfile: 'FROM debian:13-slim\nCMD ["a"]\nCMD ["b"]\n' },
    good: { dockerfile: 'FROM debian:13-slim\nCMD ["b"]\n' },
  },
  check: (context) => overridden(context, "CMD"),
};
