import type { Assignment, Command, ParsedScript, Redirection, SyntaxNode, Word, WordPart } from "unbash";
import type { Range } from "../types.ts";

export type { SyntaxNode as ShellNode } from "unbash";

/** What the shell puts into a word when it runs. */
export interface ShellExpansion {
  readonly kind: "parameter" | "command" | "arithmetic" | "process";
  /** The parameter of `$X` and `${X…}`: a name, a number or a special character. */
  readonly name?: string;
  /** `:-`, `##` ... of `${X:-y}`; `length` for `${#X}`. */
  readonly operator?: string;
  /** Inside double quotes. */
  readonly quoted: boolean;
  /** True for a command in backquotes. */
  readonly backquoted: boolean;
  /** As written. */
  readonly raw: string;
  readonly range: Range;
  readonly node: WordPart;
}

/** One word of a command. */
export interface ShellWord {
  /** Quotes and escapes removed, expansions as written. */
  readonly text: string;
  readonly raw: string;
  readonly range: Range;
  /** True when the shell changes it: a variable, a substitution, a glob, a brace expansion. */
  readonly expanded: boolean;
  /** True when it stands in quotes as a whole. */
  readonly quoted: boolean;
  /** Variables and substitutions in order, those inside quotes too. */
  readonly expansions: readonly ShellExpansion[];
  /** Unquoted glob characters in order. */
  readonly globs: readonly Range[];
  /** Undefined in exec form. */
  readonly node: Word | undefined;
}

/** `X=…` before a command, or standing alone, or as an argument of `export`, `local` … */
export interface ShellAssignment {
  readonly name: string;
  /** Undefined for an array. */
  readonly value: ShellWord | undefined;
  readonly append: boolean;
  readonly range: Range;
  readonly node: Assignment;
}

/** `> file`, `2>&1`, `<<EOF` … */
export interface ShellRedirect {
  readonly operator: string;
  readonly fd: number | undefined;
  /** Undefined for a heredoc and when it is missing. */
  readonly target: ShellWord | undefined;
  readonly range: Range;
  readonly node: Redirection;
}

/** What stands between two commands. */
export type ShellOperator = "&&" | "||" | "|" | "|&" | ";" | "&" | "newline";

/** The pipeline a command is part of; one object for all of its commands. */
export interface ShellPipeline {
  readonly commands: readonly ShellCommand[];
  readonly range: Range;
}

/** A compound command around another command, innermost last. */
export type ShellBlock =
  | "subshell"
  | "group"
  | "if-condition"
  | "if"
  | "loop-condition"
  | "loop"
  | "case"
  | "function";

/** A simple command, wherever it stands in the script. */
export interface ShellCommand {
  /** The unquoted name (`apt-get`), undefined for a bare assignment. Not known (undefined) when it holds an expansion. */
  readonly name: string | undefined;
  /** The name and the arguments. */
  readonly words: readonly ShellWord[];
  /** The arguments: words after the name. */
  readonly args: readonly ShellWord[];
  readonly assignments: readonly ShellAssignment[];
  /** `NAME=value` arguments of `export`, `declare`, `local`, `readonly`, `typeset`. */
  readonly declared: readonly ShellAssignment[];
  readonly redirects: readonly ShellRedirect[];
  readonly range: Range;
  /**
   * True when one of the flags is given: `has("-y", "--yes", "--assume-yes")`. A short flag is also found inside a
   * cluster (`-qy`), a long one also with a value (`--yes=true`). Words after `--` do not count.
   */
  has(...flags: string[]): boolean;
  /** Value of `--name=value`, `--name value` or `-n value`. */
  option(...flags: string[]): ShellWord | undefined;
  /** Arguments that are no flags (values of flags given in `valued` left out), words after `--` included. */
  operands(...valued: string[]): readonly ShellWord[];
  /** Undefined unless the pipeline has two commands or more. */
  readonly pipeline: ShellPipeline | undefined;
  readonly negated: boolean;
  readonly background: boolean;
  /** Inside `$( )`, backquotes or `<( )`. */
  readonly inSubstitution: boolean;
  readonly blocks: readonly ShellBlock[];
  /** The operator before and after it in its list; undefined at the list's ends. */
  readonly before: ShellOperator | undefined;
  readonly after: ShellOperator | undefined;
  /** Undefined in exec form. */
  readonly node: Command | undefined;
}

/** A RUN body as shell. */
export interface RunScript {
  /** The script as the shell gets it: continuation lines joined, heredoc bodies in. */
  readonly text: string;
  /** True when the RUN is in exec form: one command, no shell. */
  readonly exec: boolean;
  /** The shell that runs it: `sh`, `bash`, `ash` ... */
  readonly shell: string;
  /** Options given to the shell: by SHELL (`-o pipefail`, `-eu`) or by the heredoc's shebang. */
  readonly shellOptions: readonly string[];
  /** True when a heredoc's body is the script. */
  readonly heredoc: boolean;
  /** The syntax tree, undefined in exec form. Walk it with `walk`. */
  readonly script: ParsedScript | undefined;
  /** Every simple command in source order, those in substitutions and blocks too. */
  readonly commands: readonly ShellCommand[];
  /** Syntax errors of the script. */
  readonly errors: readonly { readonly message: string; readonly range: Range }[];
  /** Offsets of the script to a range of the Dockerfile. */
  toRange(pos: number, end: number): Range;
  /** A word of the syntax tree that belongs to no command: of a `for` list, a `case`, a `[[ ]]`. */
  toWord(node: Word): ShellWord;
  /** Calls `visit` for every node, parents first; return false to leave a node's children out. */
  walk(visit: (node: SyntaxNode, range: Range, parent: SyntaxNode | undefined) => boolean | undefined): void;
}
