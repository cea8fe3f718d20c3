import { type Assignment, forEachChild, type SyntaxNode, type Word, type WordPart } from "unbash";
import type { Range } from "../types.ts";
import type { ShellExpansion, ShellWord } from "./types.ts";

/** Turns offsets of a script into a range of the file. */
export type ToRange = (pos: number, end: number) => Range;

/** A word of the script. */
export function makeWord(node: Word, toRange: ToRange): ShellWord {
  return new ScriptWord(node, node.value, node, toRange);
}

/** `NAME=value` as a word. */
export function assignmentWord(node: Assignment, toRange: ToRange): ShellWord {
  const { value } = node;
  const text =
    value.type === "Word" ? `${node.text.slice(0, value.pos - node.pos)}${value.value}` : node.text;
  return new ScriptWord(value.type === "Word" ? value : undefined, text, node, toRange);
}

/** A word of a JSON array: nothing is expanded. */
export function literalWord(text: string, raw: string, range: Range): ShellWord {
  return { text, raw, range, expanded: false, quoted: true, expansions: [], globs: [], node: undefined };
}

/** A word whose parts are looked at when they are asked for. A class, since a literal with a getter is slow (ADR 0012). */
class ScriptWord implements ShellWord {
  readonly text: string;
  readonly raw: string;
  readonly range: Range;
  readonly node: Word | undefined;
  private readonly toRange: ToRange;
  private found: Found | undefined;

  constructor(node: Word | undefined, text: string, own: Word | Assignment, toRange: ToRange) {
    this.text = text;
    this.raw = own.text;
    this.range = toRange(own.pos, own.end);
    this.node = node;
    this.toRange = toRange;
  }

  get expanded(): boolean {
    return this.look().expanded;
  }

  get quoted(): boolean {
    return isQuoted(this.node);
  }

  get expansions(): readonly ShellExpansion[] {
    return this.look().expansions;
  }

  get globs(): readonly Range[] {
    return this.look().globs;
  }

  private look(): Found {
    this.found ??= search(this.node?.parts ?? [], this.toRange);
    return this.found;
  }
}

function isQuoted(node: Word | undefined): boolean {
  const [part, ...rest] = node?.parts ?? [];
  if (!part || rest.length > 0) return false;
  return (
    part.type === "SingleQuoted" ||
    part.type === "DoubleQuoted" ||
    part.type === "AnsiCQuoted" ||
    part.type === "LocaleString"
  );
}

interface Found {
  readonly expansions: ShellExpansion[];
  readonly globs: Range[];
  expanded: boolean;
}

function search(parts: readonly WordPart[], toRange: ToRange): Found {
  const found: Found = { expansions: [], globs: [], expanded: false };
  for (const part of parts) searchPart(part, false, found, toRange);
  return found;
}

function searchPart(part: WordPart, quoted: boolean, found: Found, toRange: ToRange): void {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return;
    case "DoubleQuoted":
    case "LocaleString":
      for (const child of part.parts) searchPart(child, true, found, toRange);
      return;
    case "Glob":
    case "ExtendedGlob":
      found.globs.push(toRange(part.pos, part.end));
      break;
    case "BraceExpansion":
      for (const child of part.parts ?? []) searchPart(child, quoted, found, toRange);
      break;
    default:
      found.expansions.push(makeExpansion(part, quoted, toRange));
  }
  found.expanded = true;
}

type ExpansionPart = Exclude<
  WordPart,
  {
    readonly type:
      | "Literal"
      | "SingleQuoted"
      | "AnsiCQuoted"
      | "DoubleQuoted"
      | "LocaleString"
      | "Glob"
      | "ExtendedGlob"
      | "BraceExpansion";
  }
>;

function makeExpansion(part: ExpansionPart, quoted: boolean, toRange: ToRange): ShellExpansion {
  const base = {
    quoted,
    backquoted: part.text.startsWith("`"),
    raw: part.text,
    range: toRange(part.pos, part.end),
    node: part,
  };
  switch (part.type) {
    case "SimpleExpansion":
      return { ...base, kind: "parameter", name: part.text.slice(1) };
    case "ParameterExpansion": {
      const operation = part.operation;
      const operator =
        part.prefix === "#"
          ? "length"
          : operation && "operator" in operation
            ? operation.operator
            : undefined;
      return {
        ...base,
        kind: "parameter",
        name: part.parameter,
        ...(operator === undefined ? {} : { operator }),
      };
    }
    case "CommandExpansion":
      return { ...base, kind: "command" };
    case "ArithmeticExpansion":
      return { ...base, kind: "arithmetic" };
    case "ProcessSubstitution":
      return { ...base, kind: "process" };
  }
}

/** Direct children of a node. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  forEachChild(node, (child) => children.push(child));
  return children;
}
