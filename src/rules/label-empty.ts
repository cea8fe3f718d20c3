import { labelSchema, labelsOf } from "./shared/labels.ts";
import type { Rule } from "./types.ts";

/** A label of the schema without a value. */
export const rule: Rule = {
  meta: {
    name: "label-empty",
    summary: "A label of the label schema is empty.",
    why: "An empty label satisfies the letter of the schema and tells nobody anything.",
    severity: "warning",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL3051"] },
    source: "https://github.com/hadolint/hadolint#linting-labels",
    bad: {
      dockerfile: 'FROM debian:13-slim\nLABEL author=""\n',
      options: { labelSchema: { author: "text" } },
    },
    good: {
      dockerfile: 'FROM debian:13-slim\nLABEL author="Ada"\n',
      options: { labelSchema: { author: "text" } },
    },
  },
  *check(context) {
    const schema = labelSchema(context);
    for (const { name, value, nameRange } of labelsOf(context)) {
      if (schema.has(name) && value === "") yield { range: nameRange, message: `label ${name} is empty` };
    }
  },
};
