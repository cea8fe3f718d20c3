import { wrongLabels } from "./shared/labels.ts";
import type { Rule } from "./types.ts";

// https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string
const semver =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** A label that should hold a semantic version and does not. */
export const rule: Rule = {
  meta: {
    name: "label-semver",
    summary: "A label does not hold a semantic version, as the label schema asks.",
    why: "Tools read labels: one that should hold a semantic version is useless to them otherwise. Nothing is reported without a label schema in the configuration.",
    severity: "warning",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL3056"] },
    source: "https://github.com/hadolint/hadolint#linting-labels",
    bad: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="latest"\n',
      options: { labelSchema: { value: "semver" } },
    },
    good: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="1.2.3"\n',
      options: { labelSchema: { value: "semver" } },
    },
  },
  check: (context) => wrongLabels(context, "semver", (value) => semver.test(value), "a semantic version"),
};
