import { wrongLabels } from "./shared/labels.ts";
import type { Rule } from "./types.ts";

/** A label that should hold an e-mail address and does not. */
export const rule: Rule = {
  meta: {
    name: "label-email",
    summary: "A label does not hold an e-mail address, as the label schema asks.",
    why: "Tools read labels: one that should hold an e-mail address is useless to them otherwise. Nothing is reported without a label schema in the configuration.",
    severity: "warning",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL3058"] },
    source: "https://github.com/hadolint/hadolint#linting-labels",
    bad: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="nobody"\n',
      options: { labelSchema: { value: "email" } },
    },
    good: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="ada@example.org"\n',
      options: { labelSchema: { value: "email" } },
    },
  },
  check: (context) =>
    wrongLabels(
      context,
      "email",
      (value) => /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$/.test(value),
      "an e-mail address",
    ),
};
