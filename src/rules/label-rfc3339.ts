import { wrongLabels } from "./shared/labels.ts";
import type { Rule } from "./types.ts";

/** A label that should hold a date and time (RFC 3339) and does not. */
export const rule: Rule = {
  meta: {
    name: "label-rfc3339",
    summary: "A label does not hold a date and time (RFC 3339), as the label schema asks.",
    why: "Tools read labels: one that should hold a date and time (RFC 3339) is useless to them otherwise. Nothing is reported without a label schema in the configuration.",
    severity: "warning",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL3053"] },
    source: "https://github.com/hadolint/hadolint#linting-labels",
    bad: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="yesterday"\n',
      options: { labelSchema: { value: "rfc3339" } },
    },
    good: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="2026-11-21T10:00:00Z"\n',
      options: { labelSchema: { value: "rfc3339" } },
    },
  },
  check: (context) =>
    wrongLabels(
      context,
      "rfc3339",
      (value) => /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(value),
      "a date and time (RFC 3339)",
    ),
};
