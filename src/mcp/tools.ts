import type { McpServer, ServerContext, StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import { type ListedTool, tools } from "../tools/list.ts";
import {
  type PublishedSchema,
  publishedAnnotations,
  publishedInput,
  publishedOutput,
} from "../tools/publish.ts";
import { callTool } from "../tools/run.ts";
import { progressOf } from "./progress.ts";
import type { ServerSettings } from "./settings.ts";
import type { Turnstile } from "./turnstile.ts";

interface Definition {
  readonly tool: ListedTool;
  readonly input: StandardSchemaWithJSON<unknown, unknown>;
  readonly output: StandardSchemaWithJSON<unknown, unknown>;
}

// Servers are made for each HTTP request; the schemas are converted once.
let definitions: readonly Definition[] | undefined;

function allDefinitions(): readonly Definition[] {
  definitions ??= tools.map((tool) => ({
    tool,
    input: unchecked(publishedInput(tool)),
    output: unchecked(publishedOutput(tool)),
  }));
  return definitions;
}

/** Registers every tool; calls go through `callTool`, which checks the arguments itself and words the errors. */
export function registerTools(server: McpServer, settings: ServerSettings, turnstile: Turnstile): void {
  for (const { tool, input, output } of allDefinitions()) {
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: tool.description,
        inputSchema: input,
        outputSchema: output,
        annotations: publishedAnnotations(tool, settings.allow),
      },
      (args, context) => turnstile(context.mcpReq.signal, () => call(tool, args, context, settings)),
    );
  }
}

async function call(tool: ListedTool, args: unknown, context: ServerContext, settings: ServerSettings) {
  const result = await callTool(tool, args, {
    signal: context.mcpReq.signal,
    roots: settings.roots,
    limits: settings.limits,
    allow: settings.allow,
    now: settings.now,
    bounded: true,
    onUnexpected: (id, error) => settings.log(`internal error ${id} in ${tool.name}: ${detailsOf(error)}`),
    ...progressOf(context),
  });
  const content = [{ type: "text" as const, text: result.text }];
  return result.ok ? { content, structuredContent: result.data } : { content, isError: true };
}

/** A schema that publishes itself and lets every value through. */
function unchecked(schema: PublishedSchema): StandardSchemaWithJSON<unknown, unknown> {
  return {
    "~standard": {
      version: 1,
      vendor: "dockwright",
      validate: (value) => ({ value }),
      jsonSchema: { input: () => schema, output: () => schema },
    },
  };
}

function detailsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
