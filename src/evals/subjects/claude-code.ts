import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { EngineError, LimitError } from "../../security/errors.ts";
import { runProcess } from "../../security/process.ts";
import { clean } from "../../security/untrusted.ts";
import { answerOf, filesInMarkdown } from "../answer.ts";
import {
  type Answer,
  type AnswerRequest,
  arms,
  type Subject,
  type TranscriptEvent,
  type Usage,
} from "../types.ts";
import { skillsFolder } from "./skills.ts";
import { changedFiles } from "./workspace.ts";

/** How Claude Code is started. */
export interface ClaudeCodeSettings {
  readonly model?: string;
  /** The MCP server under test, for the arms that have it. */
  serverCommand(directory: string): readonly string[];
  /** Variables it needs beside the usual ones: keys, endpoints. */
  readonly env: Readonly<Record<string, string>>;
}

const block = z.union([
  z.looseObject({ type: z.literal("text"), text: z.string() }),
  z.looseObject({ type: z.literal("tool_use"), id: z.string(), name: z.string(), input: z.unknown() }),
  z.looseObject({
    type: z.literal("tool_result"),
    tool_use_id: z.string(),
    content: z.unknown(),
    is_error: z.boolean().optional(),
  }),
  z.looseObject({ type: z.string() }),
]);
const line = z.union([
  z.looseObject({ type: z.literal("system"), cwd: z.string() }),
  z.looseObject({
    type: z.enum(["assistant", "user"]),
    message: z.looseObject({ content: z.union([z.string(), z.array(block)]) }),
  }),
  z.looseObject({
    type: z.literal("result"),
    subtype: z.string().optional(),
    is_error: z.boolean().optional(),
    result: z.string().optional(),
    num_turns: z.number().optional(),
    total_cost_usd: z.number().optional(),
    usage: z
      .looseObject({
        input_tokens: z.number(),
        output_tokens: z.number(),
        cache_creation_input_tokens: z.number().nullish(),
        cache_read_input_tokens: z.number().nullish(),
      })
      .optional(),
  }),
]);

/** Claude Code without a person: `claude -p` in the project's folder, its stream read event by event. */
export function claudeCodeSubject(settings: ClaudeCodeSettings): Subject {
  return {
    id: settings.model === undefined ? "claude-code" : `claude-code:${settings.model}`,
    arms,
    readsTask: true,
    sampled: true,
    async answer(scenario, request) {
      const own = await mkdtemp(path.join(os.tmpdir(), "dockwright-claude-"));
      const directory = request.directory ?? path.join(own, "empty");
      try {
        await mkdir(directory, { recursive: true });
        if (request.arm === "skill" || request.arm === "both")
          await cp(skillsFolder(), path.join(directory, ".claude", "skills"), { recursive: true });
        const config = path.join(own, "mcp.json");
        await writeFile(config, JSON.stringify(mcpConfig(settings, request, directory)));
        const answer = await run(settings, request, scenario.task, directory, config);
        return { ...answer, files: { ...answer.files, ...(await changedFiles(scenario, directory)) } };
      } finally {
        await rm(own, { recursive: true, force: true });
      }
    },
  };
}

/** The words after `claude`; each arm differs in its tools and skills only. */
export function claudeArguments(
  settings: Pick<ClaudeCodeSettings, "model">,
  { arm, limits }: Pick<AnswerRequest, "arm" | "limits">,
  prompt: string,
  config: string,
): readonly string[] {
  const tools = ["Read", "Write", "Edit", "Glob", "Grep"];
  if (arm === "skill" || arm === "both") tools.push("Skill");
  if (arm === "mcp" || arm === "both") tools.push("mcp__dockwright__*");
  return [
    "-p",
    prompt,
    "--output-format",
    "stream-json",
    "--verbose",
    ...(settings.model === undefined ? [] : ["--model", settings.model]),
    "--strict-mcp-config",
    "--mcp-config",
    config,
    "--setting-sources",
    "project",
    "--allowed-tools",
    tools.join(","),
    "--permission-mode",
    "dontAsk",
    "--no-session-persistence",
    ...(limits.budgetUSD === undefined ? [] : ["--max-budget-usd", String(limits.budgetUSD)]),
    ...(arm === "baseline" || arm === "mcp" ? ["--disable-slash-commands"] : []),
  ];
}

function mcpConfig(settings: ClaudeCodeSettings, { arm }: AnswerRequest, directory: string): unknown {
  if (arm !== "mcp" && arm !== "both") return { mcpServers: {} };
  const [command, ...args] = settings.serverCommand(directory);
  return { mcpServers: { dockwright: { command, args } } };
}

async function run(
  settings: ClaudeCodeSettings,
  request: AnswerRequest,
  prompt: string,
  directory: string,
  config: string,
): Promise<Answer> {
  const reading = readStream();
  const options = {
    program: "claude",
    args: claudeArguments(settings, request, prompt, config),
    cwd: directory,
    env: settings.env,
    signal: request.signal,
    timeoutMs: request.limits.timeMs,
    onLine: (text: string, stream: "stdout" | "stderr") => {
      if (stream === "stdout") reading.take(text);
    },
  };
  try {
    const { exitCode, stderr } = await runProcess(options);
    if (!reading.ended) {
      throw new EngineError(
        `claude ended with code ${exitCode ?? "unknown"} before a result: ${clean(stderr, 200)}`,
        "run claude -p by hand; check that it is logged in",
      );
    }
    return reading.answer();
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    return { ...reading.answer(), stopped: error.message };
  }
}

/** Collects the events of a stream; unknown ones are left out. */
function readStream() {
  const transcript: TranscriptEvent[] = [];
  let text = "";
  let usage: Usage | undefined;
  let stopped: string | undefined;
  let ended = false;
  let cwd = "";
  return {
    get cwd() {
      return cwd;
    },
    get ended() {
      return ended;
    },
    take(raw: string): void {
      const read = line.safeParse(parseJson(raw));
      if (!read.success) return;
      const event = read.data;
      if (event.type === "system") {
        cwd ||= event.cwd;
        return;
      }
      if (event.type === "result") {
        ended = true;
        if (typeof event.result === "string") text = event.result;
        if (event.is_error === true || (typeof event.subtype === "string" && event.subtype !== "success"))
          stopped = clean(String(event.subtype ?? "error"), 80);
        usage = usageOf(event, transcript);
        return;
      }
      const { content } = event.message;
      const role = event.type;
      if (typeof content === "string") {
        transcript.push({ kind: "message", role, text: content });
        return;
      }
      for (const part of content) transcript.push(...eventOf(part, role));
    },
    answer(): Answer {
      return {
        ...answerOf(filesInMarkdown(text), text),
        transcript,
        ...(usage === undefined ? {} : { usage }),
        ...(stopped === undefined ? {} : { stopped }),
      };
    },
  };
}

function eventOf(part: z.output<typeof block>, role: "user" | "assistant"): TranscriptEvent[] {
  if (part.type === "text" && typeof part.text === "string")
    return [{ kind: "message", role, text: part.text }];
  if (part.type === "tool_use" && typeof part.id === "string" && typeof part.name === "string")
    return [{ kind: "tool_call", id: part.id, name: part.name, input: part.input }];
  if (part.type === "tool_result" && typeof part.tool_use_id === "string") {
    const text = typeof part.content === "string" ? part.content : JSON.stringify(part.content ?? "");
    return [{ kind: "tool_result", id: part.tool_use_id, text, error: part.is_error === true }];
  }
  return [];
}

function usageOf(
  event: Extract<z.output<typeof line>, { type: "result" }>,
  transcript: readonly TranscriptEvent[],
): Usage {
  const { usage, num_turns, total_cost_usd } = event;
  return {
    inputTokens:
      (usage?.input_tokens ?? 0) +
      (usage?.cache_creation_input_tokens ?? 0) +
      (usage?.cache_read_input_tokens ?? 0),
    outputTokens: usage?.output_tokens ?? 0,
    turns: num_turns ?? 0,
    toolCalls: transcript.filter(({ kind }) => kind === "tool_call").length,
    ...(total_cost_usd === undefined ? {} : { costUSD: total_cost_usd }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a recorded stream (one JSON event a line) as the answer it led to: the files are those its Write and Edit
 * calls made. Throws for a file that cannot be read.
 */
export async function recordedStream(
  file: string,
  project: Readonly<Record<string, string>>,
): Promise<Answer> {
  const reading = readStream();
  for (const each of (await readFile(file, "utf8")).split("\n")) reading.take(each);
  const answer = reading.answer();
  return { ...answer, files: { ...answer.files, ...writtenFiles(answer.transcript, reading.cwd, project) } };
}

const written = z.looseObject({ file_path: z.string(), content: z.string() });
const edited = z.looseObject({
  file_path: z.string(),
  old_string: z.string(),
  new_string: z.string(),
  replace_all: z.boolean().optional(),
});

/** What the calls that did not fail made of the project's files; paths are relative to the session's folder. */
function writtenFiles(
  transcript: readonly TranscriptEvent[],
  cwd: string,
  project: Readonly<Record<string, string>>,
): Record<string, string> {
  const refused = new Set(
    transcript.flatMap((event) => (event.kind === "tool_result" && event.error ? [event.id] : [])),
  );
  const files: Record<string, string> = {};
  for (const event of transcript) {
    if (event.kind !== "tool_call" || refused.has(event.id)) continue;
    const whole = event.name === "Write" ? written.safeParse(event.input) : undefined;
    const part = event.name === "Edit" ? edited.safeParse(event.input) : undefined;
    const named = whole?.data?.file_path ?? part?.data?.file_path;
    if (named === undefined) continue;
    const name = path
      .relative(cwd || "/", path.resolve(cwd || "/", named))
      .split(path.sep)
      .join("/");
    if (name === "" || name.startsWith("..")) continue;
    if (whole?.data) files[name] = whole.data.content;
    else if (part?.data) {
      const { old_string: before, new_string: after, replace_all: all } = part.data;
      const text = files[name] ?? project[name] ?? "";
      files[name] = all === true ? text.replaceAll(before, () => after) : text.replace(before, () => after);
    }
  }
  return files;
}
