import type { RunScript, ShellCommand, ShellExpansion, ShellWord } from "../../dockerfile/shell.ts";
import type { RunInstruction } from "../../dockerfile/types.ts";
import type { RuleContext } from "../types.ts";

/** A command of a RUN that a shell runs. */
export interface PlacedCommand {
  readonly run: RunInstruction;
  readonly script: RunScript;
  readonly command: ShellCommand;
}

/** Every command a shell runs; exec form has no shell. */
export function* shellCommands(context: RuleContext): Iterable<PlacedCommand> {
  for (const { run } of context.runs) {
    const script = context.script(run);
    if (!script || script.exec) continue;
    for (const command of script.commands) yield { run, script, command };
  }
}

/** The arguments and redirect targets of a command, those of `export X=…` left out. */
export function splitWords(command: ShellCommand): readonly ShellWord[] {
  const declared = command.declared.map(({ range }) => range);
  const targets = command.redirects.flatMap(({ target }) => (target ? [target] : []));
  return [...command.args, ...targets].filter(
    (word) => !declared.some(({ start, end }) => start <= word.range.start && word.range.end <= end),
  );
}

/** A word as it would be in double quotes; undefined when that is not simply done. */
export function quoted(word: ShellWord): string | undefined {
  return /["'\\*?[\]{}`\s]/.test(word.raw.replace(/\$\{\w+\}/g, "")) ? undefined : `"${word.raw}"`;
}

/** True for shells without bash's extensions. */
export function isPosix(script: RunScript): boolean {
  return /^(?:sh|dash|ash)$/.test(script.shell);
}

/** The variables a script gives values without blanks or patterns, so that they need no quotes. */
export function plainVariables(script: RunScript): ReadonlySet<string> {
  const plain = new Map<string, boolean>();
  const note = (name: string, isPlain: boolean): void => {
    plain.set(name, (plain.get(name) ?? true) && isPlain);
  };
  for (const command of script.commands) {
    for (const { name, value } of [...command.assignments, ...command.declared]) {
      note(name, value === undefined || (!value.expanded && !/[\s*?[]/.test(value.text)));
    }
    if (command.name === "read") for (const { text } of command.args) note(text, false);
  }
  script.walk((node) => {
    if (node.type === "For") {
      note(node.name.text, node.wordlist?.every(({ text }) => !/[$`*?[]/.test(text)) ?? false);
    }
    return undefined;
  });
  return new Set([...plain].flatMap(([name, isPlain]) => (isPlain ? [name] : [])));
}

/** True for `$name` and `$1`, false for `$#`, `$?`, `$@` and the like. */
export function isNamed(expansion: ShellExpansion): boolean {
  return expansion.name !== undefined && /^\w+$/.test(expansion.name);
}
