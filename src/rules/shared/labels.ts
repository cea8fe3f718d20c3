import type { Assignment } from "../../dockerfile/types.ts";
import type { Problem, RuleContext } from "../types.ts";

/** The labels the configuration asks for: name -> what it holds. */
export function labelSchema(context: RuleContext): ReadonlyMap<string, string> {
  const { labelSchema: schema } = context.options;
  if (typeof schema !== "object" || schema === null) return new Map();
  return new Map(Object.entries(schema).map(([name, kind]) => [name, String(kind)]));
}

/** All labels of the file. */
export function labelsOf(context: RuleContext): readonly Assignment[] {
  return context.instructions("LABEL").flatMap(({ instruction }) => instruction.assignments);
}

/** Findings for labels of one kind whose value is not of it. */
export function* wrongLabels(
  context: RuleContext,
  kind: string,
  isRight: (value: string) => boolean,
  what: string,
): Iterable<Problem> {
  const schema = labelSchema(context);
  if (schema.size === 0) return;
  for (const { name, value, nameRange, valueRange } of labelsOf(context)) {
    if (schema.get(name) !== kind || value === undefined || value.includes("$") || isRight(value)) continue;
    yield { range: valueRange ?? nameRange, message: `label ${name} should hold ${what}` };
  }
}
