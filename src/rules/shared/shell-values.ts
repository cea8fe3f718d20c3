import { proxyArgs } from "../../dockerfile/predefined.ts";
import { rememberLast } from "../../dockerfile/remember.ts";
import type { ShellNode } from "../../dockerfile/shell.ts";
import type { RuleContext } from "../types.ts";
import type { ShellEntry, ShellTree } from "./shell-tree.ts";

/** A place in a script that gives a variable a value. */
interface Write {
  /** From here on it has happened. */
  readonly start: number;
  /** Where the body of a loop over it ends: inside, it has been set. */
  readonly inside?: number;
  /** 0 in a branch or a loop, so that it may not have happened; 1 after && or ||; 2 otherwise. */
  readonly certainty: 0 | 1 | 2;
  /** True when the value can hold no blank and no glob. */
  readonly plain: (values: ShellValues) => boolean;
}

/** What is known about the variables of one script. */
export interface ShellValues {
  /**
   * True when the variable holds one word without globs at an offset of the file. `strict` doubts what stands
   * after && as well, as ShellCheck does.
   */
  isPlain(name: string, at: number, strict?: boolean): boolean;
  /** True when something gives it a value: the Dockerfile, or the script anywhere. */
  isSet(name: string): boolean;
  /** Every name that gets a value. */
  readonly names: readonly string[];
}

/** Variables of the shell that hold numbers or flags. */
const numeric = new Set([
  "$", "-", "?", "!", "#", "BASHPID", "BASH_ARGC", "BASH_LINENO", "BASH_SUBSHELL", "EUID", "EPOCHREALTIME", "EPOCHSECONDS",
  "LINENO", "OPTIND", "PPID", "RANDOM", "SECONDS", "SHELLOPTS", "SHLVL", "SRANDOM", "UID", "COLUMNS", "HISTFILESIZE",
  "HISTSIZE", "LINES",
]); // biome-ignore format: a list

/** Names every shell or every process has. */
const given = new Set([
  "HOME",
  "PWD",
  "OLDPWD",
  "PATH",
  "IFS",
  "USER",
  "HOSTNAME",
  "SHELL",
  "TERM",
  "LANG",
  "REPLY",
  "OPTARG",
]);

const MAX_WRITES = 200;
/** Variables made of variables are followed this far. */
const MAX_DEPTH = 100;

const valuesOf = rememberLast(
  (context: RuleContext) => context.runs,
  () => new Map<ShellTree, ShellValues>(),
);

/** The variables of a script, with those ENV and ARG give it. */
export function shellValues(context: RuleContext, tree: ShellTree): ShellValues {
  const known = valuesOf(context);
  let values = known.get(tree);
  if (!values) {
    values = makeValues(context, tree);
    known.set(tree, values);
  }
  return values;
}

function makeValues(context: RuleContext, tree: ShellTree): ShellValues {
  const state = context.stateBefore(tree.run);
  const outside = new Set([
    ...proxyArgs,
    ...state.env.keys(),
    ...state.args.keys(),
    ...state.variables.keys(),
  ]);
  const writes = new Map<string, Write[]>();
  for (const entry of tree.entries) {
    for (const [name, plain] of writesOf(entry)) {
      const list = writes.get(name);
      const loop = entry.node.type === "For" || entry.node.type === "Select";
      const write: Write = {
        start: loop ? entry.range.start : entry.range.end,
        ...(loop ? { inside: entry.range.end } : {}),
        certainty: certaintyOf(entry),
        plain,
      };
      if (list) list.push(write);
      else writes.set(name, [write]);
    }
  }
  const known = new Map<Write, boolean>();
  let depth = 0;
  const judge = (write: Write): boolean => {
    let plain = known.get(write);
    if (plain === undefined) {
      // A variable that is made of itself: the first answer stands.
      known.set(write, true);
      depth++;
      plain = depth < MAX_DEPTH && write.plain(values);
      depth--;
      known.set(write, plain);
    }
    return plain;
  };
  const values: ShellValues = {
    isPlain(name, at, strict = false) {
      if (numeric.has(name)) return true;
      const all = writes.get(name) ?? [];
      // Scripts that set one variable hundreds of times are not followed: each use would look at all of them.
      if (all.length > MAX_WRITES) return false;
      const before = all.filter(({ start }) => start < at);
      const last = before.findLastIndex(
        ({ certainty, inside }) => certainty > (strict ? 1 : 0) || (inside !== undefined && at < inside),
      );
      const reach = before.slice(Math.max(last, 0));
      if (last < 0 && !outside.has(name)) return false;
      return reach.every(judge);
    },
    isSet: (name) => numeric.has(name) || given.has(name) || outside.has(name) || writes.has(name),
    names: [...new Set([...outside, ...writes.keys()])],
  };
  return values;
}

function certaintyOf(entry: ShellEntry): Write["certainty"] {
  let certainty: Write["certainty"] = 2;
  let child = entry;
  for (let at = entry.parent; at; child = at, at = at.parent) {
    const { node } = at;
    if (node.type === "If" || node.type === "Elif" || node.type === "While" || node.type === "Case") return 0;
    if (node.type === "Function") return 0;
    if (node.type === "AndOr" && node.commands[0] !== child.node) certainty = 1;
  }
  return certainty;
}

function* writesOf({ node }: ShellEntry): Iterable<[string, Write["plain"]]> {
  switch (node.type) {
    case "Assignment": {
      const { value, pos } = node;
      if (value.type === "Word")
        yield [node.name, (values) => isPlainWord(value.parts, value.value, values, pos)];
      else yield [node.name, () => false];
      return;
    }
    case "For":
    case "Select": {
      const { wordlist } = node;
      const plain =
        wordlist?.every(({ parts, value }) => !parts?.some(isSplitPart) && !/[\s*?[]/.test(value)) ?? false;
      yield [node.name.value, () => plain];
      return;
    }
    case "Command":
      for (const name of builtinWrites(node)) yield [name, () => false];
      return;
    case "ParameterExpansion":
      if (node.operation?.type === "Default" && /=$/.test(node.operation.operator)) {
        yield [node.parameter, () => false];
      }
      return;
    default:
  }
}

/** `read x y`, `getopts o x`, `mapfile x`, `printf -v x`, `export x`. */
function builtinWrites(node: Extract<ShellNode, { type: "Command" }>): readonly string[] {
  const words = node.args.flatMap((arg) => (arg.type === "Word" ? [arg.value] : []));
  const names = words.filter((word) => /^[A-Za-z_]\w*$/.test(word));
  switch (node.name?.value) {
    case "read":
    case "mapfile":
    case "readarray":
      return names;
    case "getopts":
      return names.slice(-1);
    case "declare":
    case "typeset":
    case "local":
    case "export":
    case "readonly":
      return names;
    case "printf":
      return words[0] === "-v" && words[1] !== undefined ? [words[1]] : [];
    default:
      return [];
  }
}

type Parts = Extract<ShellNode, { type: "Word" }>["parts"];
type Part = NonNullable<Parts>[number];

function isPlainWord(parts: Parts, text: string, values: ShellValues, at: number): boolean {
  if (!parts) return !/[\s*?[]/.test(text);
  return parts.every((part) => isPlainPart(part, values, at));
}

function isPlainPart(part: Part, values: ShellValues, at: number): boolean {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return !/[\s*?[]/.test(part.value);
    case "DoubleQuoted":
    case "LocaleString":
      return part.parts.every((child) => isPlainPart(child, values, at));
    case "SimpleExpansion":
      return values.isPlain(part.text.slice(1), Number.MAX_SAFE_INTEGER);
    case "ParameterExpansion":
      if (part.prefix === "#") return true;
      if (part.operation?.type === "Default" && !isPlainOperand(part.operation.operand, values, at))
        return false;
      return values.isPlain(part.parameter, Number.MAX_SAFE_INTEGER);
    case "ArithmeticExpansion":
      return true;
    default:
      return false;
  }
}

function isPlainOperand(
  word: Extract<ShellNode, { type: "Word" }>,
  values: ShellValues,
  at: number,
): boolean {
  return isPlainWord(word.parts, word.value, values, at);
}

function isSplitPart(part: Part): boolean {
  return part.type !== "Literal" && part.type !== "SingleQuoted" && part.type !== "DoubleQuoted"
    ? true
    : part.type === "DoubleQuoted" && part.parts.some((child) => child.type !== "Literal");
}
