import { z } from "zod";
import { EngineError, InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { answerOf, filesInMarkdown } from "../answer.ts";
import { connectMcp, type RemoteTool } from "../mcp-client.ts";
import type { Scenario, Subject, TranscriptEvent } from "../types.ts";
import { changedFiles } from "./workspace.ts";

/** How an MCP server is asked. */
export interface McpSettings {
  readonly command: readonly string[];
  /** The tool; the one whose name speaks of generating or writing a Dockerfile unless given. */
  readonly tool?: string;
  /** JSON of its arguments; {directory} and {task} are put in. Made from its schema unless given. */
  readonly toolArguments?: string;
}

const filesOf = z.looseObject({
  files: z.array(z.looseObject({ path: z.string(), text: z.string() })),
});

/** Any MCP server over stdio: one call of one tool with the project's folder, and what it returns or writes. */
export function mcpSubject(name: string, { command, tool, toolArguments }: McpSettings): Subject {
  return {
    id: name,
    arms: ["mcp"],
    readsTask: true,
    sampled: false,
    async answer(scenario, { directory, signal, limits }) {
      if (directory === undefined) return undefined;
      const words = command.map((word) => word.replaceAll("{directory}", directory));
      const server = await connectMcp(words, { cwd: directory, signal, timeoutMs: limits.timeMs });
      try {
        const chosen = chooseTool(server.tools, tool);
        const input = argumentsFor(chosen, toolArguments, scenario, directory);
        const result = await server.call(chosen.name, input);
        const transcript: TranscriptEvent[] = [
          { kind: "tool_call", id: "1", name: chosen.name, input },
          { kind: "tool_result", id: "1", text: result.text, error: result.error },
        ];
        const structured = filesOf.safeParse(result.structured);
        const given = structured.success
          ? Object.fromEntries(structured.data.files.map((file) => [file.path, file.text]))
          : {};
        const files = {
          ...filesInMarkdown(result.text),
          ...given,
          ...(await changedFiles(scenario, directory)),
        };
        return { ...answerOf(files, result.text), transcript };
      } finally {
        await server.close();
      }
    },
  };
}

function chooseTool(tools: readonly RemoteTool[], wanted: string | undefined): RemoteTool {
  const names = tools.map(({ name }) => name).join(", ");
  if (wanted !== undefined) {
    const tool = tools.find(({ name }) => name === wanted);
    if (tool) return tool;
    throw new InputError(
      `the MCP server has no tool ${clean(wanted, 60)}`,
      `use one of ${clean(names, 300)}`,
    );
  }
  const likely = tools.find(({ name }) => /generate|write|create|make/i.test(name) && /docker/i.test(name));
  if (likely) return likely;
  throw new EngineError(
    "none of the MCP server's tools seems to write Dockerfiles",
    `name one with --tool: ${clean(names, 300)}`,
  );
}

function argumentsFor(
  tool: RemoteTool,
  given: string | undefined,
  scenario: Scenario,
  directory: string,
): Record<string, unknown> {
  if (given !== undefined) {
    const put = given
      .replaceAll("{directory}", JSON.stringify(directory).slice(1, -1))
      .replaceAll("{task}", JSON.stringify(scenario.task).slice(1, -1));
    const read = z.record(z.string(), z.unknown()).safeParse(parseJson(put));
    if (read.success) return read.data;
    throw new InputError("--tool-args is not a JSON object", "quote it for your shell");
  }
  const properties = z.record(z.string(), z.unknown()).safeParse(tool.inputSchema.properties);
  const input: Record<string, unknown> = {};
  for (const name of Object.keys(properties.success ? properties.data : {})) {
    if (
      /^(?:directory|dir|path|project|projectPath|project_path|projectDir|root|workspace|context|folder|cwd)$/i.test(
        name,
      )
    )
      input[name] ??= directory;
    else if (/^(?:task|prompt|description|requirements|request|instructions)$/i.test(name))
      input[name] = scenario.task;
  }
  return input;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
