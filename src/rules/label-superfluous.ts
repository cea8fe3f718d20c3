import { labelSchema, labelsOf } from "./shared/labels.ts";
import type { Rule } from "./types.ts";

/** A label the schema does not know. */
export const rule: Rule = {
  meta: {
    name: "label-superfluous",
    summary: "A label is not in the label schema.",
    why: "With `strictLabels` only the labels of the schema are allowed, so that nobody relies on others.",
    severity: "info",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL3050"] },
    source: "https://github.com/hadolint/hadolint#linting-labels",
    bad: {
      dockerfile: 'FROM debian:13-slim\nLABEL colour="blue"\n',
      options: { labelSchema: { author: "text" }, strictLabels: true },
    },
    good: {
      dockerfile: 'FROM debian:13-slim\nLABEL author="Ada"\n',
      options: { labelSchema: { author: "text" }, strictLabels: true },
    },
  },
  *check(context) {
    const schema = labelSchema(context);
    if (context.options.strictLabels !== true) return;
    for (const { name, nameRange } of labelsOf(context)) {
      if (!schema.has(name)) yield { range: nameRange, message: `label ${name} is not in the schema` };
    }
  },
};
