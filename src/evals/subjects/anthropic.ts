import { z } from "zod";
import { EngineError } from "../../security/errors.ts";
import type { ChatModel, Turn } from "./agent-loop.ts";
import { type Endpoint, postJson } from "./post-json.ts";

const reply = z.looseObject({
  content: z.array(
    z.union([
      z.looseObject({ type: z.literal("text"), text: z.string() }),
      z.looseObject({ type: z.literal("tool_use"), id: z.string(), name: z.string(), input: z.unknown() }),
      z.looseObject({ type: z.string() }),
    ]),
  ),
  stop_reason: z.string().nullable(),
  usage: z.looseObject({
    input_tokens: z.number(),
    output_tokens: z.number(),
    cache_creation_input_tokens: z.number().nullish(),
    cache_read_input_tokens: z.number().nullish(),
  }),
});

/** A model behind the Anthropic Messages API. */
export function anthropicModel(
  model: string,
  endpoint: { baseUrl: string; key: string; retryMs?: number },
): ChatModel {
  const target: Endpoint = {
    url: `${endpoint.baseUrl.replace(/\/+$/, "")}/v1/messages`,
    headers: { "x-api-key": endpoint.key, "anthropic-version": "2023-06-01" },
    retryMs: endpoint.retryMs ?? 1000,
  };
  return async ({ system, turns, tools, maxTokens, signal }) => {
    const body = {
      model,
      max_tokens: maxTokens,
      system,
      messages: turns.map(messageOf),
      tools: tools.map(({ name, description, inputSchema }) => ({
        name,
        description,
        input_schema: inputSchema,
      })),
    };
    const read = reply.safeParse(await postJson(target, body, signal));
    if (!read.success) throw new EngineError("the answer is not one of the Messages API", "check --base-url");
    const { content, stop_reason, usage } = read.data;
    return {
      text: content
        .flatMap((part) => (part.type === "text" && typeof part.text === "string" ? [part.text] : []))
        .join("\n"),
      calls: content.flatMap((part) =>
        part.type === "tool_use" && typeof part.id === "string" && typeof part.name === "string"
          ? [{ id: part.id, name: part.name, input: part.input }]
          : [],
      ),
      inputTokens:
        usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0),
      outputTokens: usage.output_tokens,
      cut: stop_reason === "max_tokens",
    };
  };
}

function messageOf(turn: Turn): unknown {
  switch (turn.role) {
    case "user":
      return { role: "user", content: turn.text };
    case "assistant":
      return {
        role: "assistant",
        content: [
          ...(turn.text === "" ? [] : [{ type: "text", text: turn.text }]),
          ...turn.calls.map(({ id, name, input }) => ({ type: "tool_use", id, name, input })),
        ],
      };
    case "tools":
      return {
        role: "user",
        content: turn.results.map(({ id, text, error }) => ({
          type: "tool_result",
          tool_use_id: id,
          content: text,
          is_error: error,
        })),
      };
  }
}
