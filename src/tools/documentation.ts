import { z } from "zod";
import { type ListedTool, tools } from "./list.ts";

/** `docs/tools.md`: every tool with its arguments, as hosts and the command line get them. */
export function toolsMarkdown(): string {
  return [
    "# Tools",
    "",
    "Made from `src/tools/` by `npm run docs`; a test fails when it is out of date.",
    "",
    "Each tool is a verb of the command line (`dockwright <verb> --help`), an MCP tool, and a function of the",
    "package. Arguments are spelled as in MCP; on the command line `failOn` is `--fail-on`. Paths are relative to the",
    "first `--root` of a server, or to the current directory. Arguments marked ¹ are not published to MCP hosts, to",
    "save their tokens; they are accepted all the same.",
    "",
    ...tools.flatMap(toolSection),
  ].join("\n");
}

function toolSection(tool: ListedTool): string[] {
  const { annotations } = tool;
  const needs = [
    ...(tool.writes.length > 0
      ? [`\`--allow-write\` for ${tool.writes.map((name) => `\`${name}\``).join(", ")}`]
      : []),
    ...(tool.builds ? ["`--allow-build` (over HTTP also `--allow-build-over-http`)"] : []),
  ];
  const hints = Object.entries(annotations)
    .filter(([, value]) => value)
    .map(([name]) => `\`${name}\``);
  return [
    `## ${tool.name}`,
    "",
    tool.description,
    "",
    `Command line: \`dockwright ${tool.verb}\`. Hints: ${hints.join(", ")}.${needs.length > 0 ? ` A server needs ${needs.join("; ")}.` : ""}`,
    "",
    "| argument | type | default | meaning |",
    "|---|---|---|---|",
    ...argumentRows(tool),
    "",
    `Result: ${resultFields(tool)}.`,
    "",
  ];
}

function argumentRows(tool: ListedTool): string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(tool.input, { io: "input" });
  return Object.entries(properties).map(([name, schema]) => {
    const property = typeof schema === "object" ? schema : {};
    const mark = tool.unpublished.includes(name) ? "¹" : "";
    const normal = required.includes(name)
      ? "required"
      : property.default === undefined
        ? ""
        : `\`${String(property.default)}\``;
    return `| \`${name}\`${mark} | ${typeOf(property)} | ${normal} | ${cell(property.description ?? "")} |`;
  });
}

function typeOf(property: z.core.JSONSchema.BaseSchema): string {
  if (property.enum) return property.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (property.type === "array") return "list of strings";
  return typeof property.type === "string" ? property.type : "any";
}

function resultFields(tool: ListedTool): string {
  return Object.entries(tool.output.shape)
    .map(([name, schema]) => `\`${name}\`${schema instanceof z.ZodOptional ? "?" : ""}`)
    .join(", ");
}

function cell(text: string): string {
  return text.replace(/\|/g, "\\|").replace(/</g, "&lt;");
}
