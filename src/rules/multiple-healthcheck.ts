import { overridden } from "./shared/overridden.ts";
import type { Rule } from "./types.ts";

/** More than one HEALTHCHECK in a stage. */
export const rule: Rule = {
  meta: {
    name: "multiple-healthcheck",
    summary: "A stage has more than one HEALTHCHECK.",
    why: "Only the last HEALTHCHECK of a stage counts; an earlier one is dead text.",
    severity: "warning",
    category: "correctness",
    fixable: "safe",
    aliases: {
      hadolint: ["DL3012"],
      buildkit: ["MultipleInstructionsDisallowed"],
      trivy: ["DS-0023"],
      dockerfileUtils: ["MULTIPLE_INSTRUCTIONS"],
    },
    source: "https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/",
    bad: { dockerfile: 'FROM debian:13-slim\nHEALTHCHECK CMD ["a"]\nHEALTHCHECK CMD ["b"]\n' },
    good: { dockerfile: 'FROM debian:13-slim\nHEALTHCHECK CMD ["b"]\n' },
  },
  check: (context) => overridden(context, "HEALTHCHECK"),
};
