import { z } from "zod";
import { EngineError } from "../../security/errors.ts";
import type { ChatModel, Turn } from "./agent-loop.ts";
import { type Endpoint, postJson } from "./post-json.ts";

const reply = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        finish_reason: z.string().nullish(),
        message: z.looseObject({
          content: z.string().nullish(),
          tool_calls: z
            .array(
              z.looseObject({
                id: z.string(),
                function: z.looseObject({ name: z.string(), arguments: z.string() }),
              }),
            )
            .nullish(),
        }),
      }),
    )
    .min(1),
  // Some gateways report a cost beside the tokens.
  usage: z
    .looseObject({ prompt_tokens: z.number(), completion_tokens: z.number(), cost: z.number().optional() })
    .nullish(),
});

/** A model behind any endpoint that speaks OpenAI's chat completions. */
export function openaiModel(
  model: string,
  endpoint: { baseUrl: string; key: string; retryMs?: number },
): ChatModel {
  const target: Endpoint = {
    url: `${endpoint.baseUrl.replace(/\/+$/, "")}/chat/completions`,
    headers: endpoint.key === "" ? {} : { authorization: `Bearer ${endpoint.key}` },
    retryMs: endpoint.retryMs ?? 1000,
  };
  return async ({ system, turns, tools, maxTokens, seed, signal }) => {
    const body = {
      model,
      max_tokens: maxTokens,
      seed: seed % 2 ** 31,
      messages: [{ role: "system", content: system }, ...turns.flatMap(messagesOf)],
      ...(tools.length === 0
        ? {}
        : {
            tools: tools.map(({ name, description, inputSchema }) => ({
              type: "function",
              function: { name, description, parameters: inputSchema },
            })),
          }),
    };
    const read = reply.safeParse(await postJson(target, body, signal));
    const choice = read.data?.choices[0];
    if (choice === undefined)
      throw new EngineError("the answer is not a chat completion", "check --base-url");
    const usage = read.data?.usage;
    return {
      text: choice.message.content ?? "",
      calls: (choice.message.tool_calls ?? []).map((call) => ({
        id: call.id,
        name: call.function.name,
        input: parseArguments(call.function.arguments),
      })),
      inputTokens: usage?.prompt_tokens ?? 0,
      outputTokens: usage?.completion_tokens ?? 0,
      ...(usage?.cost === undefined ? {} : { costUSD: usage.cost }),
      cut: choice.finish_reason === "length",
    };
  };
}

/** Broken JSON goes on as text: the tool refuses it, and the model sees why. */
function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    return text;
  }
}

function messagesOf(turn: Turn): readonly unknown[] {
  switch (turn.role) {
    case "user":
      return [{ role: "user", content: turn.text }];
    case "assistant":
      return [
        {
          role: "assistant",
          content: turn.text,
          tool_calls: turn.calls.map(({ id, name, input }) => ({
            id,
            type: "function",
            function: { name, arguments: typeof input === "string" ? input : JSON.stringify(input) },
          })),
        },
      ];
    case "tools":
      return turn.results.map(({ id, text }) => ({ role: "tool", tool_call_id: id, content: text }));
  }
}
