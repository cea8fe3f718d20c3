import {
  type CallToolResult,
  fromJsonSchema,
  type McpServer,
  ResourceTemplate,
} from "@modelcontextprotocol/server";
import { z } from "zod";

// The smallest valid files of their kinds: one pixel, no samples.
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const wav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

const text = (words: string) => ({ type: "text" as const, text: words });
const image = { type: "image" as const, data: png, mimeType: "image/png" };
const embedded = (uri: string, words: string) => ({
  type: "resource" as const,
  resource: { uri, mimeType: "text/plain", text: words },
});

/** Tools that answer at once, by the name the suite calls. */
const answers: Readonly<Record<string, CallToolResult["content"]>> = {
  test_simple_text: [text("plain words")],
  test_image_content: [image],
  test_audio_content: [{ type: "audio", data: wav, mimeType: "audio/wav" }],
  test_embedded_resource: [embedded("test://embedded-resource", "inside a result")],
  test_multiple_content_types: [text("three kinds"), image, embedded("test://mixed", "the third")],
  test_streaming_elicitation: [text("nothing was asked")],
};

/** Registers what the suite calls to see content, errors, progress and logs carried. */
export function registerContent(server: McpServer): void {
  for (const [name, content] of Object.entries(answers)) {
    server.registerTool(name, { description: "Answers at once" }, () => ({ content }));
  }
  server.registerTool("test_error_handling", { description: "Fails" }, () => ({
    content: [text("this tool always fails")],
    isError: true,
  }));
  const inputSchema = z.object({});
  server.registerTool(
    "test_tool_with_progress",
    { description: "Reports progress", inputSchema },
    async (_, context) => {
      const progressToken = context.mcpReq._meta?.progressToken;
      if (progressToken !== undefined) {
        for (const progress of [0, 50, 100]) {
          await context.mcpReq.notify({
            method: "notifications/progress",
            params: { progressToken, progress, total: 100 },
          });
        }
      }
      return { content: [text("done")] };
    },
  );
  server.registerTool(
    "test_logging_tool",
    { description: "Logs if asked to", inputSchema },
    async (_, context) => {
      await context.mcpReq.log("info", "working");
      return { content: [text("done")] };
    },
  );
  server.registerTool(
    "json_schema_2020_12_tool",
    { description: "A schema with every word of 2020-12", inputSchema: fromJsonSchema(wholeVocabulary) },
    () => ({ content: [text("fits")] }),
  );
  server.registerTool(
    "test_x_mcp_header",
    {
      description: "An argument that is also a header",
      inputSchema: fromJsonSchema(withHeader),
    },
    () => ({ content: [text("read")] }),
  );
}

// Not written in place: the type of a schema does not know the word.
const region = { type: "string" as const, "x-mcp-header": "Region" };
const withHeader = { type: "object" as const, properties: { region, level: { type: "integer" as const } } };

const wholeVocabulary = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: { street: { type: "string" }, city: { type: "string" } },
    },
  },
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" },
    email: { type: "string" },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
} as const;

/** Registers the resources the suite reads. */
export function registerFixtureResources(server: McpServer): void {
  const plain = (name: string, uri: string) =>
    server.registerResource(name, uri, { title: name, mimeType: "text/plain" }, () => ({
      contents: [{ uri, mimeType: "text/plain", text: `the text of ${name}` }],
    }));
  plain("static-text", "test://static-text");
  plain("watched-resource", "test://watched-resource");
  const binary = "test://static-binary";
  server.registerResource("static-binary", binary, { title: "binary", mimeType: "image/png" }, () => ({
    contents: [{ uri: binary, mimeType: "image/png", blob: png }],
  }));
  const template = new ResourceTemplate("test://template/{id}/data", { list: undefined });
  server.registerResource(
    "template",
    template,
    { title: "template", mimeType: "application/json" },
    (uri, { id }) => ({
      contents: [{ uri: uri.href, mimeType: "application/json", text: JSON.stringify({ id }) }],
    }),
  );
}

/** Registers the prompts the suite gets. */
export function registerFixturePrompts(server: McpServer): void {
  const user = <T>(content: T) => ({ role: "user" as const, content });
  server.registerPrompt("test_simple_prompt", { description: "Without arguments" }, () => ({
    messages: [user(text("plain words"))],
  }));
  server.registerPrompt(
    "test_prompt_with_arguments",
    { description: "With two", argsSchema: z.object({ arg1: z.string(), arg2: z.string() }) },
    ({ arg1, arg2 }) => ({ messages: [user(text(`first ${arg1}, second ${arg2}`))] }),
  );
  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    { description: "With a resource", argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => ({
      messages: [user(embedded(resourceUri, "inside a prompt")), user(text("read it"))],
    }),
  );
  server.registerPrompt("test_prompt_with_image", { description: "With an image" }, () => ({
    messages: [user(image), user(text("look at it"))],
  }));
}
