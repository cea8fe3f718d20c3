import { rememberLast } from "../../dockerfile/remember.ts";
import { childrenOf } from "../../dockerfile/shell/word.ts";
import type { RunScript, ShellNode } from "../../dockerfile/shell.ts";
import type { Range, RunInstruction, Stage } from "../../dockerfile/types.ts";
import type { RuleContext } from "../types.ts";

/** A node of a parsed script and what stands around it. */
export interface ShellEntry<N extends ShellNode = ShellNode> {
  readonly node: N;
  readonly range: Range;
  /** Undefined for the script itself. */
  readonly parent: ShellEntry | undefined;
}

/** The script of one RUN with its tree laid out. */
export interface ShellTree {
  readonly run: RunInstruction;
  readonly stage: Stage;
  readonly script: RunScript;
  /** Every node, parents before their children; the parts of words that are plain text left out. */
  readonly entries: readonly ShellEntry[];
  ofType(type: ShellNode["type"]): readonly ShellEntry[];
  entryOf(node: ShellNode): ShellEntry | undefined;
}

/** The scripts of all RUNs that a shell interprets; their nodes are listed when first asked for. */
export const shellTrees = rememberLast(
  (context: RuleContext) => context.runs,
  (context): readonly ShellTree[] =>
    context.runs.flatMap(({ run, stage }) => {
      const script = context.script(run);
      return script?.script ? [new LazyTree(run, stage, script)] : [];
    }),
);

/** Lays its nodes out when they are asked for. A class, since a literal with a getter is slow (ADR 0012). */
class LazyTree implements ShellTree {
  readonly run: RunInstruction;
  readonly stage: Stage;
  readonly script: RunScript;
  private all: readonly ShellEntry[] | undefined;
  private byNode: Map<ShellNode, ShellEntry> | undefined;
  private byType: Map<string, ShellEntry[]> | undefined;

  constructor(run: RunInstruction, stage: Stage, script: RunScript) {
    this.run = run;
    this.stage = stage;
    this.script = script;
  }

  get entries(): readonly ShellEntry[] {
    this.all ??= layOut(this.script);
    return this.all;
  }

  entryOf(node: ShellNode): ShellEntry | undefined {
    this.byNode ??= new Map(this.entries.map((entry) => [entry.node, entry]));
    return this.byNode.get(node);
  }

  ofType(type: ShellNode["type"]): readonly ShellEntry[] {
    if (!this.byType) {
      this.byType = new Map();
      for (const entry of this.entries) {
        const list = this.byType.get(entry.node.type);
        if (list) list.push(entry);
        else this.byType.set(entry.node.type, [entry]);
      }
    }
    return this.byType.get(type) ?? [];
  }
}

/** A node whose place is worked out when it is asked for. */
class LazyEntry implements ShellEntry {
  readonly node: ShellNode;
  readonly parent: ShellEntry | undefined;
  private readonly toRange: RunScript["toRange"];
  private known: Range | undefined;

  constructor(node: ShellNode, parent: ShellEntry | undefined, toRange: RunScript["toRange"]) {
    this.node = node;
    this.parent = parent;
    this.toRange = toRange;
  }

  get range(): Range {
    this.known ??= this.toRange(this.node.pos, this.node.end);
    return this.known;
  }
}

/** Words without these hold nothing but text: their parts, which cost another pass over them, are not looked at. */
const structured = /[$`*?[{\\]/;

function layOut(script: RunScript): readonly ShellEntry[] {
  const entries: ShellEntry[] = [];
  const visit = (node: ShellNode, parent: ShellEntry | undefined, toRange: RunScript["toRange"]): void => {
    const entry = new LazyEntry(node, parent, toRange);
    entries.push(entry);
    if ((node.type === "Word" || node.type === "Assignment") && !structured.test(node.text)) return;
    // Positions in escaped backquotes index a text of their own: such a script is placed as a whole.
    const inner = node.type === "Script" && node.source !== undefined ? () => entry.range : toRange;
    for (const child of childrenOf(node)) visit(child, entry, inner);
  };
  try {
    if (script.script) visit(script.script, undefined, script.toRange);
  } catch (error) {
    // Nested past the stack: what was seen so far will do.
    if (!(error instanceof RangeError)) throw error;
  }
  return entries;
}

/** The entries of one type, in the scripts whose text matches `hint`; scripts without it are not looked at. */
export function* nodesOf<T extends ShellNode["type"]>(
  context: RuleContext,
  hint: RegExp | string,
  ...types: readonly T[]
): Iterable<{ tree: ShellTree; entry: ShellEntry<Extract<ShellNode, { type: T }>> }> {
  const isWanted = (entry: ShellEntry): entry is ShellEntry<Extract<ShellNode, { type: T }>> =>
    types.some((type) => type === entry.node.type);
  for (const tree of shellTrees(context)) {
    const { text } = tree.script;
    if (typeof hint === "string" ? !text.includes(hint) : !hint.test(text)) continue;
    for (const type of types) {
      for (const entry of tree.ofType(type)) if (isWanted(entry)) yield { tree, entry };
    }
  }
}

/** The simple command a node is part of, nearest first. */
export function closestCommand(
  entry: ShellEntry,
): ShellEntry<Extract<ShellNode, { type: "Command" }>> | undefined {
  for (let at: ShellEntry | undefined = entry; at; at = at.parent) {
    if (isCommand(at)) return at;
  }
  return undefined;
}

function isCommand(entry: ShellEntry): entry is ShellEntry<Extract<ShellNode, { type: "Command" }>> {
  return entry.node.type === "Command";
}

/** The base name of the program of the command around a node; empty without one. */
export function commandNameAt(entry: ShellEntry): string {
  const name = closestCommand(entry)?.node.name?.value ?? "";
  return name.slice(name.lastIndexOf("/") + 1);
}

/**
 * True where the shell splits what an expansion gives into words: outside quotes, in an argument, in `[ ]`, in a
 * redirection. False for the program's name, assignments, `[[ ]]`, arithmetic, `case`, `for` lists.
 */
export function isSplit(entry: ShellEntry, shell: string): boolean {
  let child = entry;
  for (let at = entry.parent; at; child = at, at = at.parent) {
    const { node } = at;
    switch (node.type) {
      case "BraceExpansion":
      case "Glob":
      case "ExtendedGlob":
        continue;
      case "Word":
        if (at.parent) return splitsWord(at, at.parent, shell);
        return false;
      case "Assignment":
        return splitsAssignment(at, shell);
      case "Command":
        return node.name !== child.node;
      default:
        return false;
    }
  }
  return false;
}

function splitsWord(word: ShellEntry, owner: ShellEntry, shell: string): boolean {
  const { node } = owner;
  // `$CC` alone may hold a command and its arguments; `$DIR/run` is a path.
  if (node.type === "Command") return node.name !== word.node || (node.name.parts?.length ?? 0) > 1;
  if (node.type === "Redirect" || node.type === "HereString") return true;
  if (node.type === "Assignment") return splitsAssignment(owner, shell);
  return false;
}

/** sh takes `export X=$y` for an ordinary argument; bash and dash know better. */
function splitsAssignment(assignment: ShellEntry, shell: string): boolean {
  const { node } = assignment;
  const command = assignment.parent?.node;
  if (shell !== "sh" || node.type !== "Assignment" || command?.type !== "Command") return false;
  return command.args.includes(node);
}
