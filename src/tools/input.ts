import type { z } from "zod";
import { didYouMean } from "../dockerfile/suggest.ts";
import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";
import type { ListedTool } from "./list.ts";

/**
 * Arguments as the tool's schema understands them, defaults filled in. Unknown names are errors: an argument
 * that is silently dropped looks like one that was obeyed. `spell` turns a name into the caller's spelling.
 * Throws InputError that names the argument, what is wrong with it and what is expected.
 */
export function parseInput(
  tool: Pick<ListedTool, "name" | "input">,
  given: unknown,
  spell: (name: string) => string = (name) => name,
): Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new InputError(`${tool.name} takes an object of arguments`, "send named arguments");
  }
  const known = Object.keys(tool.input.shape);
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown[0] !== undefined) {
    throw new InputError(
      `${tool.name} has no argument ${clean(unknown[0], 60)}`,
      `${didYouMean(unknown[0], known)} The arguments are ${known.map(spell).join(", ")}`.trim(),
    );
  }
  const parsed = tool.input.safeParse(given);
  if (parsed.success) return parsed.data;
  throw describeProblems(parsed.error.issues, given, spell);
}

/** What a schema found wrong with the arguments, at most three things, in one line. */
export function describeProblems(
  issues: readonly z.core.$ZodIssue[],
  given: unknown,
  spell: (name: string) => string = (name) => name,
): InputError {
  const problems = issues.slice(0, 3).map((issue) => describeIssue(issue, given, spell));
  return new InputError(problems.join("; "), "correct it and call again");
}

function describeIssue(issue: z.core.$ZodIssue, given: unknown, spell: (name: string) => string): string {
  const [first, ...rest] = issue.path.map(String);
  const where = [spell(first ?? "arguments"), ...rest].join(".");
  const value = valueAt(given, issue.path);
  if (value === undefined) return `${where} is missing`;
  switch (issue.code) {
    case "invalid_value":
      return `${where} ${shown(value)} is not one of ${issue.values.map(String).join(", ")}`;
    case "invalid_type":
      return `${where} must be ${article(issue.expected)}, not ${shown(value)}`;
    case "too_big":
      return `${where} is too ${issue.origin === "string" || issue.origin === "array" ? "long" : "large"}: at most ${issue.maximum}`;
    case "too_small":
      return `${where} is too ${issue.origin === "string" || issue.origin === "array" ? "short" : "small"}: at least ${issue.minimum}`;
    case "invalid_format":
      return `${where} ${shown(value)} does not have the expected form${issue.pattern === undefined ? "" : ` ${issue.pattern}`}`;
    default:
      return `${where}: ${clean(issue.message)}`;
  }
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  let value = given;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function shown(value: unknown): string {
  if (typeof value === "string") return clean(value, 60) || "an empty text";
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return Array.isArray(value) ? "a list" : "an object";
}

function article(type: string): string {
  const name = type === "int" ? "integer" : type;
  return `${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;
}
