import type { ListedTool } from "../tools/list.ts";
import type { OptionSpec } from "./options.ts";
import type { Paint } from "./terminal.ts";
import { commands, type Verb, verbs } from "./verbs.ts";

/** A group of lines in two columns. */
function columns(rows: readonly (readonly [string, string])[], indent = "  "): string[] {
  const width = Math.min(Math.max(...rows.map(([left]) => left.length)), 34);
  return rows.flatMap(([left, right]) =>
    left.length > width
      ? [`${indent}${left}`, `${indent}${" ".repeat(width)}  ${right}`]
      : [`${indent}${left.padEnd(width)}  ${right}`.trimEnd()],
  );
}

/** `dockwright --help`. */
export function overview(paint: Paint, available: ReadonlySet<string>): string {
  const tools = verbs.filter(({ verb }) => available.has(verb));
  const rows = [...tools.map((verb) => [verb.verb, verb.summary] as const)];
  const lines = [
    "Writes, checks, repairs, proves and measures Dockerfiles.",
    "",
    `${paint.bold("Usage:")} dockwright <verb> [what] [options]`,
    "",
    paint.bold("Verbs:"),
    ...columns([...rows, ...commands.map(({ verb, summary }) => [verb, summary] as const)]),
    "",
    paint.bold("Options:"),
    ...columns([
      ["--help, -h", "This text; after a verb, its options"],
      ["--version, -V", "The version"],
    ]),
    "",
    paint.bold("Examples:"),
    ...columns(tools.flatMap(({ examples }) => examples.slice(0, 1))),
    ...columns([["dockwright serve --root .", "for an agent's MCP settings"]]),
    "",
    paint.bold("Exit codes:"),
    ...columns(exitCodeRows),
    "",
  ];
  return lines.join("\n");
}

const exitCodeRows = [
  ["0", "fine"],
  ["1", "findings at the threshold, or a target missed"],
  ["2", "wrong arguments or input"],
  ["3", "a program or service that is needed is missing"],
  ["4", "internal error"],
  ["130", "interrupted"],
] as const;

/** `dockwright <verb> --help`. */
export function verbHelp(
  verb: Verb,
  tool: ListedTool,
  specs: readonly OptionSpec[],
  common: readonly OptionSpec[],
  paint: Paint,
): string {
  const own = specs.filter(({ name }) => name !== verb.positional);
  return [
    tool.description,
    "",
    `${paint.bold("Usage:")} dockwright ${verb.verb} ${verb.usage} [options]`,
    "",
    paint.bold("Options:"),
    ...columns(own.map(optionRow)),
    "",
    paint.bold("Common options:"),
    ...columns([...common.map(optionRow), ["--help, -h", "This text"]]),
    "",
    paint.bold("Examples:"),
    ...columns(verb.examples),
    "",
  ].join("\n");
}

/** `dockwright serve --help`, and whatever else has options but is no tool. */
export function commandHelp(
  summary: string,
  usage: string,
  specs: readonly OptionSpec[],
  examples: Verb["examples"],
  paint: Paint,
): string {
  return [
    summary,
    "",
    `${paint.bold("Usage:")} ${usage}`,
    "",
    paint.bold("Options:"),
    ...columns(specs.map(optionRow)),
    "",
    paint.bold("Examples:"),
    ...columns(examples),
    "",
  ].join("\n");
}

function optionRow(spec: OptionSpec): readonly [string, string] {
  const values = spec.values?.join(", ");
  const parts = [
    spec.description,
    ...(values === undefined ? [] : [values]),
    ...(spec.default === undefined ? [] : [`default ${spec.default}`]),
    ...(spec.kind === "list" ? ["repeatable"] : []),
  ].filter((part) => part !== "");
  return [`--${spec.flag}${placeholder(spec)}`, parts.join("; ")];
}

function placeholder(spec: OptionSpec): string {
  switch (spec.kind) {
    case "flag":
      return "";
    case "number":
      return " <number>";
    case "record":
      return " <key=value>";
    default:
      return spec.values === undefined ? " <text>" : " <choice>";
  }
}
