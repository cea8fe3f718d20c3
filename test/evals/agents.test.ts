import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { layOutProject } from "../../src/evals/project.ts";
import { loadScenarios } from "../../src/evals/scenarios.ts";
import { anthropicModel } from "../../src/evals/subjects/anthropic.ts";
import { chatSubject } from "../../src/evals/subjects/chat.ts";
import { claudeCodeSubject } from "../../src/evals/subjects/claude-code.ts";
import { openaiModel } from "../../src/evals/subjects/openai.ts";
import { replaySubject } from "../../src/evals/subjects/replay.ts";
import type { AnswerRequest, Arm, Scenario } from "../../src/evals/types.ts";
import { type Scripted, scriptedEndpoint } from "./endpoint.ts";

const scenario = loadScenarios().find(({ id }) => id === "go-microservice-minimal") as Scenario;
const server = [process.execPath, path.resolve("test/evals/tiny-mcp-server.mjs")];
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "dockwright-agents-"));
  await layOutProject(scenario, path.join(folder, "project"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function request(arm: Arm, limits: Partial<AnswerRequest["limits"]> = {}): AnswerRequest {
  return {
    arm,
    trial: 1,
    seed: 42,
    directory: path.join(folder, "project"),
    signal: new AbortController().signal,
    limits: { turns: 10, outputTokens: 5000, timeMs: 30_000, ...limits },
  };
}

// The same conversation in both protocols: two calls in one turn, then an answer.
const calls = [
  { id: "c1", name: "read_file", input: { path: "go.mod" } },
  { id: "c2", name: "write_file", input: { path: "Dockerfile", text: "FROM scratch\nCOPY app /app\n" } },
];
const end = "Build it with `docker build -t rates .`";

function anthropicReply(text: string, uses: typeof calls = []): Scripted {
  return {
    body: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      content: [
        ...(text === "" ? [] : [{ type: "text", text }]),
        ...uses.map((use) => ({ type: "tool_use", ...use })),
      ],
      stop_reason: uses.length > 0 ? "tool_use" : "end_turn",
      usage: { input_tokens: 100, output_tokens: 20, cache_read_input_tokens: 5 },
    },
  };
}

function openaiReply(text: string, uses: typeof calls = []): Scripted {
  return {
    body: {
      object: "chat.completion",
      choices: [
        {
          index: 0,
          finish_reason: uses.length > 0 ? "tool_calls" : "stop",
          message: {
            role: "assistant",
            content: text === "" ? null : text,
            ...(uses.length === 0
              ? {}
              : {
                  tool_calls: uses.map(({ id, name, input }) => ({
                    id,
                    type: "function",
                    function: { name, arguments: JSON.stringify(input) },
                  })),
                }),
          },
        },
      ],
      usage: { prompt_tokens: 105, completion_tokens: 20, total_tokens: 125 },
    },
  };
}

const protocols = [
  {
    name: "Anthropic Messages",
    reply: anthropicReply,
    model: (url: string) => anthropicModel("m", { baseUrl: url, key: "k-secret", retryMs: 1 }),
    path: "/v1/messages",
  },
  {
    name: "OpenAI chat completions",
    reply: openaiReply,
    model: (url: string) => openaiModel("m", { baseUrl: url, key: "k-secret", retryMs: 1 }),
    path: "/chat/completions",
  },
];

describe.each(protocols)("$name", ({ reply, model, path: route }) => {
  async function ask(
    script: readonly Scripted[],
    arm: Arm = "baseline",
    limits: Partial<AnswerRequest["limits"]> = {},
  ) {
    const endpoint = await scriptedEndpoint(script);
    try {
      const answer = await chatSubject("m", model(endpoint.url), () => server).answer(
        scenario,
        request(arm, limits),
      );
      if (answer === undefined) throw new Error("no answer");
      return { answer, received: endpoint.received };
    } finally {
      await endpoint.close();
    }
  }

  it("runs every call of a turn and hands in what was written", async () => {
    const { answer, received } = await ask([reply("", calls), reply(end)]);
    expect(answer.files).toEqual({ Dockerfile: "FROM scratch\nCOPY app /app\n" });
    expect(answer.text).toBe(end);
    expect(answer.transcript.map(({ kind }) => kind)).toEqual([
      "message",
      "tool_call",
      "tool_result",
      "tool_call",
      "tool_result",
      "message",
    ]);
    expect(answer.usage).toEqual({ inputTokens: 210, outputTokens: 40, turns: 2, toolCalls: 2 });
    expect(received.map((each) => each.path)).toEqual([route, route]);
    expect(JSON.stringify(received[1]?.body)).toContain("module example.com/rates");
  });

  it("tries again when the service is overloaded", async () => {
    const { answer, received } = await ask([
      { status: 529, body: {} },
      { status: 429, headers: { "retry-after": "0.01" }, body: {} },
      reply(end),
    ]);
    expect(answer.text).toBe(end);
    expect(received).toHaveLength(3);
  });

  it("takes a refusal for an error of the surroundings, without the key", async () => {
    await expect(ask([{ status: 401, body: { error: "bad key" } }])).rejects.toMatchObject({
      kind: "engine",
      message: expect.not.stringContaining("k-secret"),
    });
  });

  it("grades what is there when a limit is hit", async () => {
    const { answer } = await ask([reply("", calls)], "baseline", { turns: 1 });
    expect(answer.stopped).toBe("stopped after 1 turns");
    expect(Object.keys(answer.files)).toEqual(["Dockerfile"]);
  });

  it("answers a call that cannot be with an error the model sees", async () => {
    const wrong = [
      { id: "c1", name: "write_file", input: { path: "../outside", text: "x" } },
      { id: "c2", name: "rm_rf", input: { path: "x" } },
    ];
    const { answer } = await ask([reply("", wrong as typeof calls), reply(end)]);
    expect(answer.files).toEqual({});
    expect(answer.transcript.filter((each) => each.kind === "tool_result").map(({ text }) => text)).toEqual([
      "outside the project: not written",
      "there is no tool rm_rf",
    ]);
  });

  it("gives each arm its tools and nothing else", async () => {
    const told: Record<string, { tools: string; skill: boolean }> = {};
    for (const arm of ["baseline", "skill", "mcp", "both"] as const) {
      const { received } = await ask([reply(end)], arm);
      const text = JSON.stringify(received[0]?.body);
      const names = ["write_file", "read_skill_file", "say_hello"].filter((name) =>
        text.includes(`"name":"${name}"`),
      );
      told[arm] = { tools: names.join(" "), skill: text.includes("- writing-dockerfiles:") };
    }
    expect(told).toEqual({
      baseline: { tools: "write_file", skill: false },
      skill: { tools: "write_file read_skill_file", skill: true },
      mcp: { tools: "write_file say_hello", skill: false },
      both: { tools: "write_file read_skill_file say_hello", skill: true },
    });
  });

  it("calls the MCP server and the skill's files when the model does", async () => {
    const uses = [
      { id: "c1", name: "say_hello", input: { name: "Ada" } },
      { id: "c2", name: "read_skill_file", input: { skill: "writing-dockerfiles" } },
      {
        id: "c3",
        name: "read_skill_file",
        input: { skill: "writing-dockerfiles", path: "../../package.json" },
      },
    ];
    const { answer } = await ask([reply("", uses as unknown as typeof calls), reply(end)], "both");
    const results = answer.transcript.filter((each) => each.kind === "tool_result");
    expect(results[0]?.text).toBe("Hello, Ada");
    expect(results[1]?.text).toMatch(/^---\nname: writing-dockerfiles/);
    expect(results[2]).toMatchObject({ error: true });
  });
});

describe("Claude Code", () => {
  const events = [
    { type: "system", subtype: "init", session_id: "s" },
    {
      type: "assistant",
      message: {
        role: "assistant",
        content: [
          { type: "text", text: "Looking." },
          { type: "tool_use", id: "t1", name: "Read", input: { file_path: "go.mod" } },
        ],
      },
    },
    {
      type: "user",
      message: {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "t1", content: "module example.com/rates" }],
      },
    },
    { type: "something-new", payload: 1 },
    {
      type: "result",
      subtype: "success",
      is_error: false,
      result: end,
      num_turns: 2,
      total_cost_usd: 0.0123,
      usage: { input_tokens: 10, output_tokens: 7, cache_read_input_tokens: 90 },
    },
  ];

  /** A program of that name first on PATH that leaves its words behind and prints the events. */
  async function withClaude<T>(
    lines: readonly unknown[],
    work: () => Promise<T>,
    code = 0,
  ): Promise<{ result: T; words: readonly string[]; saw: { skills: boolean } }> {
    const bin = path.join(folder, "claude");
    writeFileSync(
      bin,
      `#!${process.execPath}
const { existsSync, writeFileSync, readFileSync } = require("node:fs");
const config = process.argv[process.argv.indexOf("--mcp-config") + 1];
writeFileSync(${JSON.stringify(path.join(folder, "words.json"))}, JSON.stringify({ words: process.argv.slice(2), config: JSON.parse(readFileSync(config, "utf8")), skills: existsSync(".claude/skills/writing-dockerfiles/SKILL.md") }));
writeFileSync("Dockerfile", "FROM scratch\\n");
for (const event of ${JSON.stringify(lines)}) console.log(JSON.stringify(event));
console.log("not json");
process.exitCode = ${code};
`,
    );
    chmodSync(bin, 0o755);
    const before = process.env.PATH;
    process.env.PATH = `${folder}${path.delimiter}${before}`;
    try {
      const result = await work();
      const { words, skills } = JSON.parse(readFileSync(path.join(folder, "words.json"), "utf8"));
      return { result, words, saw: { skills } };
    } finally {
      process.env.PATH = before;
    }
  }

  const subject = claudeCodeSubject({ model: "m", serverCommand: () => server, env: {} });

  it("is started without a person, and its stream becomes the answer", async () => {
    const { result, words, saw } = await withClaude(events, () =>
      subject.answer(scenario, request("both", { budgetUSD: 2 })),
    );
    expect(result).toMatchObject({
      text: end,
      files: { Dockerfile: "FROM scratch\n" },
      usage: { inputTokens: 100, outputTokens: 7, turns: 2, toolCalls: 1, costUSD: 0.0123 },
    });
    expect(result?.transcript.map(({ kind }) => kind)).toEqual(["message", "tool_call", "tool_result"]);
    expect(words.slice(0, 2)).toEqual(["-p", scenario.task]);
    expect(words).toEqual(
      expect.arrayContaining([
        "--output-format",
        "stream-json",
        "--strict-mcp-config",
        "--max-budget-usd",
        "2",
      ]),
    );
    expect(saw.skills).toBe(true);
  });

  it.each([
    ["baseline", false, true, false],
    ["skill", true, false, false],
    ["mcp", false, true, true],
    ["both", true, false, true],
  ] as const)("%s: skills %s, without slash commands %s, server %s", async (arm, skills, disabled, mcp) => {
    const { words, saw } = await withClaude(events, () => subject.answer(scenario, request(arm)));
    const { config } = JSON.parse(readFileSync(path.join(folder, "words.json"), "utf8"));
    expect({
      skills: saw.skills,
      disabled: words.includes("--disable-slash-commands"),
      mcp: Object.keys(config.mcpServers).length === 1,
    }).toEqual({ skills, disabled, mcp });
  });

  it("that ends without a result is an error of the surroundings, not a grade", async () => {
    await expect(
      withClaude(events.slice(0, 1), () => subject.answer(scenario, request("baseline")), 1),
    ).rejects.toMatchObject({ kind: "engine" });
  });
});

describe("a recorded stream of Claude Code", () => {
  it("leads to the files that its calls wrote", async () => {
    const call = (id: string, name: string, input: unknown) => ({
      type: "assistant",
      message: { content: [{ type: "tool_use", id, name, input }] },
    });
    const file = "/home/dev/rates/Dockerfile";
    const events = [
      { type: "system", subtype: "init", cwd: "/home/dev/rates" },
      call("1", "Write", { file_path: file, content: "FROM golang:latest\nFROM scratch\n" }),
      call("2", "Edit", { file_path: file, old_string: "golang:latest", new_string: "golang:1.27" }),
      call("3", "Edit", { file_path: "go.mod", old_string: "go 1", new_string: "go  1" }),
      call("4", "Write", { file_path: "/etc/motd", content: "outside" }),
      call("5", "Write", { file_path: "/home/dev/rates/.dockerignore", content: ".git\n" }),
      {
        type: "user",
        message: {
          content: [{ type: "tool_result", tool_use_id: "5", content: "denied", is_error: true }],
        },
      },
      { type: "result", subtype: "success", result: "Done." },
    ];
    writeFileSync(
      path.join(folder, `${scenario.id}.skill.jsonl`),
      events.map((event) => JSON.stringify(event)).join("\n"),
    );
    const recorded = replaySubject(folder);
    const answer = await recorded.answer(scenario, request("skill"));
    expect(Object.keys(answer?.files ?? {})).toEqual(["Dockerfile", "go.mod"]);
    expect(answer?.files.Dockerfile).toBe("FROM golang:1.27\nFROM scratch\n");
    expect(answer?.files["go.mod"]).toMatch(/^go {2}1/m);
    expect(await recorded.answer(scenario, request("baseline"))).toBeUndefined();
  });
});
