import type { AnswerRequest, TranscriptEvent, Usage } from "../types.ts";

/** A tool a model may call. */
export interface AgentTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  call(input: unknown): Promise<{ readonly text: string; readonly error: boolean }>;
}

/** A conversation, the same for every provider. */
export type Turn =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "assistant"; readonly text: string; readonly calls: readonly ToolCall[] }
  | { readonly role: "tools"; readonly results: readonly ToolAnswer[] };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}
export interface ToolAnswer {
  readonly id: string;
  readonly text: string;
  readonly error: boolean;
}

/** What a model said in one turn. */
export interface Reply {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUSD?: number;
  /** The reply was cut at its token limit. */
  readonly cut: boolean;
}

/** A provider's way to ask for one turn. */
export type ChatModel = (request: {
  readonly system: string;
  readonly turns: readonly Turn[];
  readonly tools: readonly AgentTool[];
  readonly maxTokens: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}) => Promise<Reply>;

/** What an agent left behind. */
export interface AgentRun {
  /** The last thing it said. */
  readonly text: string;
  readonly transcript: readonly TranscriptEvent[];
  readonly usage: Usage;
  readonly stopped?: string;
}

const maxResultChars = 60_000;

/**
 * Lets a model work until it has nothing more to call. All calls of a turn are run, in order. A limit (turns,
 * tokens, time) ends it: what is there by then is the answer.
 */
export async function runAgent(
  model: ChatModel,
  task: { readonly system: string; readonly prompt: string; readonly tools: readonly AgentTool[] },
  { signal, limits, seed }: Pick<AnswerRequest, "signal" | "limits" | "seed">,
): Promise<AgentRun> {
  const turns: Turn[] = [{ role: "user", text: task.prompt }];
  const transcript: TranscriptEvent[] = [{ kind: "message", role: "user", text: task.prompt }];
  const total = { inputTokens: 0, outputTokens: 0, turns: 0, toolCalls: 0 };
  let cost: number | undefined;
  let text = "";
  const deadline = AbortSignal.timeout(limits.timeMs);
  const either = AbortSignal.any([signal, deadline]);
  const ended = (stopped?: string): AgentRun => ({
    text,
    transcript,
    usage: { ...total, ...(cost === undefined ? {} : { costUSD: cost }) },
    ...(stopped === undefined ? {} : { stopped }),
  });
  while (total.turns < limits.turns) {
    const left = limits.outputTokens - total.outputTokens;
    if (left <= 0) return ended(`stopped after ${limits.outputTokens} output tokens`);
    let reply: Reply;
    try {
      reply = await model({
        system: task.system,
        turns,
        tools: task.tools,
        maxTokens: left,
        seed,
        signal: either,
      });
    } catch (error) {
      if (deadline.aborted && !signal.aborted) return ended(`stopped after ${limits.timeMs / 1000} s`);
      throw error;
    }
    total.turns++;
    total.inputTokens += reply.inputTokens;
    total.outputTokens += reply.outputTokens;
    if (reply.costUSD !== undefined) cost = (cost ?? 0) + reply.costUSD;
    if (reply.text !== "") {
      text = reply.text;
      transcript.push({ kind: "message", role: "assistant", text });
    }
    if (limits.budgetUSD !== undefined && cost !== undefined && cost >= limits.budgetUSD)
      return ended(`stopped at ${limits.budgetUSD} USD`);
    if (reply.calls.length === 0)
      return ended(reply.cut ? "the last reply was cut at its token limit" : undefined);
    turns.push({ role: "assistant", text: reply.text, calls: reply.calls });
    const results: ToolAnswer[] = [];
    for (const call of reply.calls) {
      total.toolCalls++;
      transcript.push({ kind: "tool_call", ...call });
      const tool = task.tools.find(({ name }) => name === call.name);
      const result = tool
        ? await tool.call(call.input)
        : { text: `there is no tool ${call.name}`, error: true };
      const shown = { id: call.id, text: result.text.slice(0, maxResultChars), error: result.error };
      transcript.push({ kind: "tool_result", ...shown });
      results.push(shown);
    }
    turns.push({ role: "tools", results });
  }
  return ended(`stopped after ${limits.turns} turns`);
}
