import { randomUUID } from "node:crypto";
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  type InputRequests,
  inputRequired,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";

/** Signs the state that travels through the client; servers check it before a handler sees it. */
export const stateCodec = createRequestStateCodec<Record<string, unknown>>({
  key: crypto.getRandomValues(new Uint8Array(32)),
});

const capabilities = z
  .looseObject({
    [CLIENT_CAPABILITIES_META_KEY]: z
      .looseObject({ elicitation: z.unknown(), sampling: z.unknown(), roots: z.unknown() })
      .partial()
      .optional(),
  })
  .optional();

const ask = (message: string, property: string) =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: "object", properties: { [property]: { type: "string" } }, required: [property] },
  });
const confirm = () =>
  inputRequired.elicit({
    message: "Go on?",
    requestedSchema: { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] },
  });
const complete = (words: string) =>
  inputRequired.createMessage({
    messages: [{ role: "user", content: { type: "text", text: words } }],
    maxTokens: 50,
  });
const said = (words: string) => ({ content: [{ type: "text" as const, text: words }] });

const answered = (context: ServerContext, key: string): boolean =>
  context.mcpReq.inputResponses?.[key] !== undefined;
const field = (context: ServerContext, key: string, name: string): unknown =>
  acceptedContent<Record<string, unknown>>(context.mcpReq.inputResponses, key)?.[name];

type Round = (context: ServerContext) => Promise<ReturnType<typeof said> | ReturnType<typeof inputRequired>>;

/** Tools that need the client's answer before they have one (SEP-2322), by the name the suite calls. */
const rounds: Readonly<Record<string, Round>> = {
  test_missing_capability: async (context) =>
    answered(context, "answer")
      ? said("answered")
      : inputRequired({ inputRequests: { answer: complete("Say pong") } }),

  test_input_required_result_elicitation: async (context) => {
    const name = field(context, "user_name", "name");
    if (typeof name === "string") return said(`hello ${name}`);
    return inputRequired({ inputRequests: { user_name: ask("What is your name?", "name") } });
  },

  test_input_required_result_sampling: async (context) =>
    answered(context, "capital_question")
      ? said(JSON.stringify(context.mcpReq.inputResponses?.capital_question))
      : inputRequired({ inputRequests: { capital_question: complete("What is the capital of France?") } }),

  test_input_required_result_list_roots: async (context) =>
    answered(context, "client_roots")
      ? said(JSON.stringify(context.mcpReq.inputResponses?.client_roots))
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } }),

  test_input_required_result_request_state: async (context) =>
    answered(context, "confirm") && context.mcpReq.requestState() !== undefined
      ? said("state-ok")
      : inputRequired({
          inputRequests: { confirm: confirm() },
          requestState: await stateCodec.mint({ nonce: randomUUID() }),
        }),

  test_input_required_result_tampered_state: async (context) =>
    answered(context, "confirm") && context.mcpReq.requestState() !== undefined
      ? said("integrity-ok")
      : inputRequired({
          inputRequests: { confirm: confirm() },
          requestState: await stateCodec.mint({ nonce: randomUUID() }),
        }),

  test_input_required_result_multiple_inputs: async (context) =>
    ["user_name", "greeting", "client_roots"].every((key) => answered(context, key))
      ? said("all three came")
      : inputRequired({
          inputRequests: {
            user_name: ask("What is your name?", "name"),
            greeting: complete("Greet somebody"),
            client_roots: inputRequired.listRoots(),
          },
          requestState: await stateCodec.mint({ nonce: randomUUID() }),
        }),

  test_input_required_result_multi_round: async (context) => {
    const round = context.mcpReq.requestState<{ round?: number }>()?.round ?? 0;
    if (round >= 2) return said(`finished after ${round} rounds`);
    const next = round + 1;
    return inputRequired({
      inputRequests: {
        [`step${next}`]: next === 1 ? ask("Your name?", "name") : ask("Your colour?", "color"),
      },
      requestState: await stateCodec.mint({ round: next, nonce: randomUUID() }),
    });
  },

  test_input_required_result_capabilities: async (context) => {
    if (context.mcpReq.inputResponses !== undefined) return said("asked only for what there is");
    const can = capabilities.parse(context.mcpReq.envelope)?.[CLIENT_CAPABILITIES_META_KEY];
    const inputRequests: InputRequests = {
      ...(can?.elicitation === undefined ? {} : { user_name: ask("What is your name?", "name") }),
      ...(can?.sampling === undefined ? {} : { greeting: complete("Greet somebody") }),
      ...(can?.roots === undefined ? {} : { client_roots: inputRequired.listRoots() }),
    };
    return Object.keys(inputRequests).length === 0
      ? said("nothing to ask with")
      : inputRequired({ inputRequests });
  },
};

/** Registers the tools and the prompt that take several rounds. */
export function registerRounds(server: McpServer): void {
  const inputSchema = z.object({});
  for (const [name, round] of Object.entries(rounds)) {
    server.registerTool(name, { description: "Asks the client", inputSchema }, (_, context) =>
      round(context),
    );
  }
  server.registerPrompt(
    "test_input_required_result_prompt",
    { description: "Asks before it renders", argsSchema: z.object({}) },
    async (_, context) => {
      const words = field(context, "user_context", "context");
      if (typeof words !== "string") {
        return inputRequired({ inputRequests: { user_context: ask("In what context?", "context") } });
      }
      return {
        messages: [
          { role: "user" as const, content: { type: "text" as const, text: `in context: ${words}` } },
        ],
      };
    },
  );
}
