import { type ParsedScript, parse, type Word as ShellWordNode, type SyntaxNode } from "unbash";
import { heredocMark } from "./heredoc.ts";
import { joinMapped, type MappedText, mapped, sourceRange } from "./mapped-text.ts";
import { collectCommands } from "./shell/commands.ts";
import { flagLookups } from "./shell/flags.ts";
import { type Interpreter, shebangInterpreter, shellInterpreter } from "./shell/interpreter.ts";
import type { RunScript, ShellCommand, ShellWord } from "./shell/types.ts";
import { childrenOf, literalWord, makeWord } from "./shell/word.ts";
import { stateBefore } from "./state.ts";
import type { CommandLine, Dockerfile, Heredoc, Range, RunInstruction, Stage, Word } from "./types.ts";

export type {
  RunScript,
  ShellCommand,
  ShellNode,
  ShellWord,
} from "./shell/types.ts";

/**
 * The body of a RUN as shell, heredocs included; undefined when what runs it is not like sh (PowerShell, cmd, a
 * heredoc whose shebang names another interpreter). The exec form gives its one command. `shell` replaces the
 * shell in force at the instruction.
 */
export function runScript(
  file: Dockerfile,
  run: RunInstruction,
  shell: readonly string[] | undefined = stateBefore(file, run).shell,
): RunScript | undefined {
  if (!shell && run.stage !== undefined && isWindows(file, file.stages[run.stage])) return undefined;
  return commandScript(run.command, run.heredocs, shell);
}

/** As `runScript`, for the command of a CMD, ENTRYPOINT or HEALTHCHECK too. */
export function commandScript(
  command: CommandLine,
  heredocs: readonly Heredoc[],
  shell: readonly string[] | undefined,
): RunScript | undefined {
  if (command.form === "exec") return execScript(command.words, command.range);
  const interpreter = shellInterpreter(shell);
  if (!interpreter) return undefined;
  const only = heredocs[0];
  if (only && heredocs.length === 1 && heredocMark(command.text)) return heredocScript(only, interpreter);
  return parsedScript(withHeredocs(command.source, heredocs), interpreter, false);
}

/** `RUN <<EOF`: the body is the script, unless its shebang says what else it is. */
function heredocScript(heredoc: Heredoc, interpreter: Interpreter): RunScript | undefined {
  const body = heredocText(heredoc);
  if (!body.text.startsWith("#!")) return parsedScript(body, interpreter, true);
  const newline = body.text.indexOf("\n");
  const named = shebangInterpreter(newline < 0 ? body.text : body.text.slice(0, newline));
  return named ? parsedScript(body, named, true) : undefined;
}

/** The body, leading tabs removed for `<<-`. */
function heredocText(heredoc: Heredoc): MappedText {
  const { body, bodyRange } = heredoc;
  if (!heredoc.stripTabs) return mapped(body, bodyRange.start);
  const lines: MappedText[] = [];
  for (let at = 0; at < body.length; ) {
    const newline = body.indexOf("\n", at);
    const end = newline < 0 ? body.length : newline + 1;
    let first = at;
    while (first < end && body.charCodeAt(first) === 9) first++;
    lines.push(mapped(body.slice(first, end), bodyRange.start + first));
    at = end;
  }
  return lines.length > 0 ? joinMapped(lines) : mapped("", bodyRange.start);
}

/** The command line with the heredoc bodies after it, as BuildKit hands it to the shell. */
function withHeredocs(source: MappedText, heredocs: readonly Heredoc[]): MappedText {
  const [first] = heredocs;
  if (!first || (!first.closed && first.body === "")) return source;
  const parts = [source, mapped("\n", first.bodyRange.start)];
  for (const [index, heredoc] of heredocs.entries()) {
    const { body, bodyRange } = heredoc;
    parts.push(mapped(body, bodyRange.start));
    // A file that ends before the delimiter has no place for it.
    if (!heredoc.closed) continue;
    const last = index === heredocs.length - 1;
    parts.push(mapped(`${heredoc.delimiter}${last ? "" : "\n"}`, bodyRange.end));
  }
  return joinMapped(parts);
}

/** A script with more heredoc marks is not parsed: unbash's time grows with their square. */
const MAX_HEREDOC_MARKS = 1000;

function parsedScript(source: MappedText, interpreter: Interpreter, heredoc: boolean): RunScript | undefined {
  if (source.text.split("<<").length > MAX_HEREDOC_MARKS) return undefined;
  const script = parseShell(source.text);
  if (!script) return undefined;
  return new ShellScript(source, interpreter, heredoc, script);
}

/** A script whose commands are listed when they are asked for. A class, since a literal with a getter is slow (ADR 0012). */
class ShellScript implements RunScript {
  readonly text: string;
  readonly exec = false;
  readonly shell: string;
  readonly shellOptions: readonly string[];
  readonly heredoc: boolean;
  readonly script: ParsedScript;
  readonly toRange: RunScript["toRange"];
  private list: readonly ShellCommand[] | undefined;

  constructor(source: MappedText, interpreter: Interpreter, heredoc: boolean, script: ParsedScript) {
    this.text = source.text;
    this.shell = interpreter.shell;
    this.shellOptions = interpreter.options;
    this.heredoc = heredoc;
    this.script = script;
    this.toRange = (pos, end) => sourceRange(source, pos, end);
  }

  get commands(): readonly ShellCommand[] {
    this.list ??= collectCommands(this.script, this.text, this.toRange);
    return this.list;
  }

  get errors(): RunScript["errors"] {
    return (this.script.errors ?? []).map(({ message, pos }) => ({
      message,
      range: this.toRange(pos, pos),
    }));
  }

  toWord(node: ShellWordNode): ShellWord {
    return makeWord(node, this.toRange);
  }

  walk(visit: Parameters<RunScript["walk"]>[0]): void {
    walkNode(this.script, visit, this.toRange);
  }
}

/** Undefined for what unbash cannot take: commands nested past the stack (a thousand `coproc` in a row). */
function parseShell(text: string): ParsedScript | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function walkNode(
  node: SyntaxNode,
  visit: Parameters<RunScript["walk"]>[0],
  toRange: (pos: number, end: number) => Range,
  parent?: SyntaxNode,
): void {
  const range = toRange(node.pos, node.end);
  if (visit(node, range, parent) === false) return;
  const whole = isOwnText(node) ? (): Range => range : toRange;
  for (const child of childrenOf(node)) walkNode(child, visit, whole, node);
}

/** True for a script whose positions index a text of its own (escaped backquotes). */
function isOwnText(node: SyntaxNode): node is ParsedScript {
  return node.type === "Script" && node.source !== undefined;
}

function execScript(words: readonly Word[], range: Range): RunScript {
  const [name, ...args] = words.map((word) => literalWord(word.text, word.raw, word.range));
  const command: ShellCommand = {
    name: name?.text,
    words: name ? [name, ...args] : [],
    args,
    assignments: [],
    declared: [],
    redirects: [],
    range,
    ...flagLookups(args),
    pipeline: undefined,
    negated: false,
    background: false,
    inSubstitution: false,
    blocks: [],
    before: undefined,
    after: undefined,
    node: undefined,
  };
  return {
    text: words.map((word) => word.text).join(" "),
    exec: true,
    shell: "",
    shellOptions: [],
    heredoc: false,
    script: undefined,
    commands: name ? [command] : [],
    errors: [],
    toRange: () => range,
    toWord: (node) => makeWord(node, () => range),
    walk: () => undefined,
  };
}

/** Without a SHELL, Windows images run cmd. */
function isWindows(file: Dockerfile, stage: Stage | undefined): boolean {
  for (let link = stage; link; ) {
    if (link.from?.platform?.toLowerCase().startsWith("windows")) return true;
    if (link.base?.kind !== "stage") {
      return link.base?.kind === "image" && /windows|nanoserver|servercore/i.test(link.base.reference);
    }
    link = file.stages[link.base.stage];
  }
  return false;
}
