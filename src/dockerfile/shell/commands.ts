import type {
  AndOr,
  Assignment,
  Command,
  ParsedScript,
  Pipeline,
  Redirection,
  Statement,
  SyntaxNode,
} from "unbash";
import { flagLookups } from "./flags.ts";
import type {
  ShellAssignment,
  ShellBlock,
  ShellCommand,
  ShellOperator,
  ShellPipeline,
  ShellRedirect,
} from "./types.ts";
import { assignmentWord, childrenOf, makeWord, type ToRange } from "./word.ts";

const DECLARING = new Set(["export", "declare", "local", "readonly", "typeset"]);

/** Where a command stands. */
interface Position {
  readonly toRange: ToRange;
  /** Source of the script, for the separators between statements. */
  readonly text: string;
  readonly pipeline: ShellPipeline | undefined;
  readonly negated: boolean;
  readonly background: boolean;
  readonly inSubstitution: boolean;
  readonly blocks: readonly ShellBlock[];
  readonly before: ShellOperator | undefined;
  readonly after: ShellOperator | undefined;
}

/** Lists every simple command of a script, outer ones before those in their substitutions. */
export function collectCommands(script: ParsedScript, text: string, toRange: ToRange): ShellCommand[] {
  const commands: ShellCommand[] = [];
  const position: Position = {
    toRange,
    text,
    pipeline: undefined,
    negated: false,
    background: false,
    inSubstitution: false,
    blocks: [],
    before: undefined,
    after: undefined,
  };
  try {
    visitList(script.commands, { commands, position });
  } catch (error) {
    // Nested past the stack: the commands found so far will do.
    if (!(error instanceof RangeError)) throw error;
  }
  return commands;
}

interface Visit {
  readonly commands: ShellCommand[];
  readonly position: Position;
}

function at(visit: Visit, change: Partial<Position>): Visit {
  return { commands: visit.commands, position: { ...visit.position, ...change } };
}

function visitList(statements: readonly Statement[], visit: Visit): void {
  let before: ShellOperator | undefined;
  for (const [index, statement] of statements.entries()) {
    const next = statements[index + 1];
    const separator = next ? visit.position.text.slice(statement.end, next.pos) : "";
    const between = next ? (separator.includes(";") ? ";" : "newline") : undefined;
    const after = statement.background ? "&" : between;
    const background = statement.background === true;
    visitNode(
      statement.command,
      at(visit, { before, after, background, pipeline: undefined, negated: false }),
    );
    before = after;
  }
}

function visitNode(node: SyntaxNode, visit: Visit): void {
  switch (node.type) {
    case "Command":
      visitCommand(node, visit);
      return;
    case "AndOr":
      visitAndOr(node, visit);
      return;
    case "Pipeline":
      visitPipeline(node, visit);
      return;
    case "Script":
      visitScript(node, visit);
      return;
    case "Statement":
      visitList([node], visit);
      return;
    case "CompoundList":
      visitList(node.commands, visit);
      return;
    case "Subshell":
      visitList(node.body.commands, inBlock(visit, "subshell"));
      return;
    case "BraceGroup":
      visitList(node.body.commands, inBlock(visit, "group"));
      return;
    case "If":
    case "Elif":
      visitList(node.clause.commands, inBlock(visit, "if-condition"));
      visitList(node.then.commands, inBlock(visit, "if"));
      if (node.type === "If") {
        for (const branch of node.elif) visitNode(branch, visit);
        if (node.else) visitList(node.else.commands, inBlock(visit, "if"));
      }
      return;
    case "While":
      visitList(node.clause.commands, inBlock(visit, "loop-condition"));
      visitList(node.body.commands, inBlock(visit, "loop"));
      return;
    case "For":
    case "Select":
    case "ArithmeticFor":
      for (const child of childrenOf(node)) visitNode(child, inBlock(visit, "loop"));
      return;
    case "Case":
      for (const child of childrenOf(node)) visitNode(child, inBlock(visit, "case"));
      return;
    case "Function":
      visitNode(node.body, inBlock(visit, "function"));
      return;
    case "Word":
    case "Assignment":
      // A command in a word stands in backquotes or brackets; to look at the parts of others costs a pass over them.
      if (/[`(]/.test(node.text)) for (const child of childrenOf(node)) visitNode(child, visit);
      return;
    default:
      for (const child of childrenOf(node)) visitNode(child, visit);
  }
}

function inBlock(visit: Visit, block: ShellBlock): Visit {
  return at(visit, {
    blocks: [...visit.position.blocks, block],
    pipeline: undefined,
    negated: false,
    background: false,
  });
}

function visitAndOr(node: AndOr, visit: Visit): void {
  const { before, after } = visit.position;
  for (const [index, command] of node.commands.entries()) {
    visitNode(
      command,
      at(visit, {
        before: index === 0 ? before : node.operators[index - 1],
        after: index === node.commands.length - 1 ? after : node.operators[index],
      }),
    );
  }
}

function visitPipeline(node: Pipeline, visit: Visit): void {
  const { before, after, toRange } = visit.position;
  const members: ShellCommand[] = [];
  const pipeline = { commands: members, range: toRange(node.pos, node.end) };
  const negated = node.prefixes.some((prefix) => prefix.type === "Negation");
  for (const [index, command] of node.commands.entries()) {
    const first = visit.commands.length;
    visitNode(
      command,
      at(visit, {
        ...(node.commands.length > 1 ? { pipeline } : {}),
        negated,
        before: index === 0 ? before : node.operators[index - 1],
        after: index === node.commands.length - 1 ? after : node.operators[index],
      }),
    );
    const member = visit.commands[first];
    if (member && command.type === "Command") members.push(member);
  }
}

/** Positions inside escaped backquotes index a text of their own, so such a script is placed as a whole. */
function visitScript(node: ParsedScript, visit: Visit): void {
  const { toRange } = visit.position;
  const whole = node.source === undefined ? undefined : toRange(node.pos, node.end);
  visitList(
    node.commands,
    at(visit, {
      inSubstitution: true,
      blocks: [],
      ...(whole ? { toRange: () => whole, text: node.source ?? "" } : {}),
    }),
  );
}

function visitCommand(node: Command, visit: Visit): void {
  visit.commands.push(makeCommand(node, visit.position));
  const inner = at(visit, { pipeline: undefined, negated: false, background: false });
  for (const child of childrenOf(node)) visitNode(child, inner);
}

function makeCommand(node: Command, position: Position): ShellCommand {
  const { toRange } = position;
  const name = node.name ? makeWord(node.name, toRange) : undefined;
  const args = node.args.map((arg) =>
    arg.type === "Word" ? makeWord(arg, toRange) : assignmentWord(arg, toRange),
  );
  const prefix = node.prefix.filter((each) => each.type === "Assignment");
  const declaring = name !== undefined && DECLARING.has(name.text);
  const declared = declaring ? node.args.filter((each) => each.type === "Assignment") : [];
  return {
    name: name && !name.expanded ? name.text : undefined,
    words: name ? [name, ...args] : args,
    args,
    assignments: prefix.map((each) => makeAssignment(each, toRange)),
    declared: declared.map((each) => makeAssignment(each, toRange)),
    redirects: node.redirects.map((redirect) => makeRedirect(redirect, toRange)),
    range: toRange(node.pos, node.end),
    ...flagLookups(args),
    pipeline: position.pipeline,
    negated: position.negated,
    background: position.background,
    inSubstitution: position.inSubstitution,
    blocks: position.blocks,
    before: position.before,
    after: position.after,
    node,
  };
}

function makeAssignment(node: Assignment, toRange: ToRange): ShellAssignment {
  return {
    name: node.name,
    value: node.value.type === "Word" ? makeWord(node.value, toRange) : undefined,
    append: node.append === true,
    range: toRange(node.pos, node.end),
    node,
  };
}

function makeRedirect(node: Redirection, toRange: ToRange): ShellRedirect {
  const target = node.type === "HereDoc" ? undefined : node.target;
  return {
    operator: node.operator,
    fd: node.descriptor?.type === "FileDescriptor" ? node.descriptor.value : undefined,
    target: target ? makeWord(target, toRange) : undefined,
    range: toRange(node.pos, node.type === "HereDoc" ? (node.delimiter?.end ?? node.end) : node.end),
    node,
  };
}
