import { wrongLabels } from "./shared/labels.ts";
import type { Rule } from "./types.ts";

/** A label that should hold a git hash and does not. */
export const rule: Rule = {
  meta: {
    name: "label-githash",
    summary: "A label does not hold a git hash, as the label schema asks.",
    why: "Tools read labels: one that should hold a git hash is useless to them otherwise. Nothing is reported without a label schema in the configuration.",
    severity: "warning",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL3055"] },
    source: "https://github.com/hadolint/hadolint#linting-labels",
    bad: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="main"\n',
      options: { labelSchema: { value: "hash" } },
    },
    good: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="43c572f1272b6b3171dd1db9e41b7027128ce080"\n',
      options: { labelSchema: { value: "hash" } },
    },
  },
  check: (context) =>
    wrongLabels(
      context,
      "hash",
      (value) => /^(?:[0-9a-f]{7}|[0-9a-f]{40}|[0-9a-f]{64})$/.test(value),
      "a git hash",
    ),
};
