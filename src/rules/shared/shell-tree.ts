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

const cache = new WeakMap<RuleContext["runs"], readonly ShellTree[]>();

/** The scripts of all RUNs that a shell interprets; their nodes are listed when first asked for. */
export function shellTrees(context: RuleContext): readonly ShellTree[] {
  let trees = cache.get(context.runs);
  if (!trees) {
    trees = context.runs.flatMap(({ run, stage }) => {
      const script = context.script(run);
      return script?.script ? [makeTree(run, stage, script)] : [];
    });
    cache.set(context.runs, trees);
  }
  return trees;
}

function makeTree(run: RunInstruction, stage: Stage, script: RunScript): ShellTree {
  let entries: readonly ShellEntry[] | undefined;
  let byNode: Map<ShellNode, ShellEntry> | undefined;
  let byType: Map<string, ShellEntry[]> | undefined;
  const all = (): readonly ShellEntry[] => {
    entries ??= layOut(script);
    return entries;
  };
  return {
    run,
    stage,
    script,
    get entries() {
      return all();
    },
    entryOf(node) {
      byNode ??= new Map(all().map((entry) => [entry.node, entry]));
      return byNode.get(node);
    },
    ofType(type) {
      if (!byType) {
        byType = new Map();
        for (const entry of all()) {
          const list = byType.get(entry.node.type);
          if (list) list.push(entry);
          else byType.set(entry.node.type, [entry]);
        }
      }
      return byType.get(type) ?? [];
    },
  };
}

/** Words without these hold nothing but text: their parts, which cost another pass over them, are not looked at. */
const structured = /[$`*?[{\\]/;

function layOut(script: RunScript): readonly ShellEntry[] {
  const entries: ShellEntry[] = [];
  const visit = (node: ShellNode, parent: ShellEntry | undefined, toRange: RunScript["toRange"]): void => {
    let range: Range | undefined;
    const entry: ShellEntry = {
      node,
      parent,
      get range() {
        range ??= toRange(node.pos, node.end);
        return range;
      },
    };
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
