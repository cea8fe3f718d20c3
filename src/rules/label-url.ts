import { wrongLabels } from "./shared/labels.ts";
import type { Rule } from "./types.ts";

/** A label that should hold a URL and does not. */
export const rule: Rule = {
  meta: {
    name: "label-url",
    summary: "A label does not hold a URL, as the label schema asks.",
    why: "Tools read labels: one that should hold a URL is useless to them otherwise. Nothing is reported without a label schema in the configuration.",
    severity: "warning",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL3052"] },
    source: "https://github.com/hadolint/hadolint#linting-labels",
    bad: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="not-a-url"\n',
      options: { labelSchema: { value: "url" } },
    },
    good: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="https://example.com"\n',
      options: { labelSchema: { value: "url" } },
    },
  },
  check: (context) =>
    wrongLabels(
      context,
      "url",
      (value) => URL.canParse(value) && /^[a-z][a-z0-9+.-]*:\/\/./i.test(value),
      "a URL",
    ),
};
