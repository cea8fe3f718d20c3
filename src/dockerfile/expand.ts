import { findPattern, matchPrefix, matchSuffix, parsePattern } from "./pattern.ts";
import type { EscapeToken, Range } from "./types.ts";
import { parseWord, type VariablePart, type WordPart } from "./word-parts.ts";

/** What variables stand for; a `Map` will do. */
export interface Variables {
  get(name: string): string | undefined;
}

/** The outcome of an expansion. */
export interface Expansion {
  /** The word with quotes and escapes removed and variables put in. */
  readonly value: string;
  /** Names that were looked up and not found, each once, in order. */
  readonly unresolved: readonly string[];
  /** True when `value` is what BuildKit would compute: every variable it depends on was known. */
  readonly complete: boolean;
  /** What BuildKit refuses: a broken substitution, an unclosed quote, `${X:?}` without a value. */
  readonly error?: string;
}

/** Values longer than this (UTF-16 units) are not computed: `ENV A=$A$A` twenty times would fill the memory. */
const MAX_VALUE = 65_536;

/** Pattern length × value length that is still matched. */
const MAX_MATCH = 4_000_000;

/**
 * Expands one word as BuildKit does (frontend/dockerfile/shell): `$V`, `${V}` and its `-`, `:-`, `+`, `:+`, `?`,
 * `:?`, `#`, `##`, `%`, `%%`, `/`, `//` forms, nested, with quotes and the file's escape character.
 * An unknown variable becomes nothing, or stays as written with `unset: "keep"`.
 */
export function expandWord(
  raw: string,
  variables: Variables,
  escapeToken: EscapeToken = "\\",
  options: { readonly unset?: "empty" | "keep" } = {},
): Expansion {
  const { parts, error } = parseWord(raw, escapeToken);
  if (error) return { value: raw, unresolved: [], complete: false, error: error.message };
  const only = parts[0];
  if (parts.length === 0) return { value: "", unresolved: [], complete: true };
  if (parts.length === 1 && only?.kind === "text") {
    return { value: only.value, unresolved: [], complete: true };
  }
  const run: Run = {
    raw,
    variables,
    keep: options.unset === "keep",
    unresolved: new Set(),
    complete: true,
    error: undefined,
  };
  const value = evaluate(parts, run);
  if (run.error !== undefined) {
    return { value: raw, unresolved: [...run.unresolved], complete: false, error: run.error };
  }
  return { value, unresolved: [...run.unresolved], complete: run.complete };
}

/** The word without quotes and escapes, variables left as written; the raw word when its quotes are broken. */
export function unquote(raw: string, escapeToken: EscapeToken): string {
  const { parts, error } = parseWord(raw, escapeToken);
  if (error) return raw;
  return parts.map((part) => (part.kind === "text" ? part.value : raw.slice(part.start, part.end))).join("");
}

/** A variable in a word, and how it is used. */
export interface VariableUse {
  readonly name: string;
  /** From `$` to the end; relative to the word plus `offset`. */
  readonly range: Range;
  readonly nameRange: Range;
  /** `-`, `:+` ... ; undefined for `$V` and `${V}`. */
  readonly operator?: VariablePart["operator"];
}

/** Every variable of a word in order, those inside operands too; ranges are moved by `offset`. */
export function variablesIn(
  raw: string,
  escapeToken: EscapeToken = "\\",
  offset = 0,
): readonly VariableUse[] {
  if (!raw.includes("$")) return [];
  const uses: VariableUse[] = [];
  const visit = (parts: readonly WordPart[]): void => {
    for (const part of parts) {
      if (part.kind === "text") continue;
      const nameStart = offset + part.nameStart;
      uses.push({
        name: part.name,
        range: { start: offset + part.start, end: offset + part.end },
        nameRange: { start: nameStart, end: nameStart + part.name.length },
        ...(part.operator ? { operator: part.operator } : {}),
      });
      if (part.word) visit(part.word);
      if (part.replacement) visit(part.replacement);
    }
  };
  visit(parseWord(raw, escapeToken).parts);
  return uses;
}

interface Run {
  readonly raw: string;
  readonly variables: Variables;
  readonly keep: boolean;
  readonly unresolved: Set<string>;
  complete: boolean;
  error: string | undefined;
}

function evaluate(parts: readonly WordPart[], run: Run): string {
  let value = "";
  for (const part of parts) {
    value += part.kind === "text" ? part.value : evaluateVariable(part, run);
    if (value.length > MAX_VALUE) {
      run.error ??= "the expanded value is too long to be computed";
      return "";
    }
  }
  return value;
}

function evaluateVariable(part: VariablePart, run: Run): string {
  const value = run.variables.get(part.name);
  if (value === undefined) run.unresolved.add(part.name);
  const { operator } = part;
  // Operands are evaluated even when they go unused, so that what is missing or broken in them is known.
  const complete = run.complete;
  const operand = evaluate(part.word ?? [], run);
  const operandComplete = run.complete;
  const replacement = evaluate(part.replacement ?? [], run);
  const unset = value === undefined || (operator?.startsWith(":") === true && value === "");
  switch (operator) {
    case "-":
    case ":-":
      run.complete = unset ? operandComplete : complete;
      return unset ? operand : value;
    case "+":
    case ":+":
      run.complete = unset ? complete : operandComplete;
      return unset ? "" : operand;
    case "?":
    case ":?":
      run.complete = complete;
      if (!unset) return value;
      run.error ??= `${part.name}: ${operand || (value === undefined ? "must be set" : "must not be empty")}`;
      return "";
  }
  if (value === undefined) {
    run.complete = false;
    return run.keep ? run.raw.slice(part.start, part.end) : "";
  }
  return operator ? evaluatePattern({ name: part.name, operator, operand, replacement }, value, run) : value;
}

interface Match {
  readonly name: string;
  readonly operator: string;
  readonly operand: string;
  readonly replacement: string;
}

function evaluatePattern(match: Match, value: string, run: Run): string {
  const { name, operator, replacement } = match;
  const pattern = parsePattern(match.operand);
  if (!pattern) {
    run.error ??= `the pattern of ${name} holds an invalid escape`;
    return "";
  }
  if (pattern.length * value.length > MAX_MATCH || (operator[0] === "/" && value.length > 4096)) {
    run.error ??= `the value of ${name} is too long to be matched`;
    return "";
  }
  const longest = operator.length === 2;
  if (operator.startsWith("#")) return value.slice(matchPrefix(pattern, value, longest) ?? 0);
  if (operator.startsWith("%")) return value.slice(0, matchSuffix(pattern, value, longest) ?? value.length);
  let result = "";
  let at = 0;
  for (;;) {
    const found = findPattern(pattern, value, at);
    if (!found || result.length > MAX_VALUE) break;
    result += value.slice(at, found.start) + replacement;
    at = found.end;
    if (found.end === found.start) {
      result += value.charAt(at);
      at++;
    }
    if (operator === "/" || at > value.length) break;
  }
  return result + value.slice(at);
}
