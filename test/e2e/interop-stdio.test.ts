import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client as CurrentClient } from "@modelcontextprotocol/client";
import { StdioClientTransport as CurrentStdioTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = path.resolve("dist/cli/main.js");
let root = "";
let client: OldClient;

beforeAll(async () => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "dockwright-stdio-")));
  mkdirSync(path.join(root, "empty"));
  writeFileSync(path.join(root, "big.Dockerfile"), `FROM scratch\n${"# comment\n".repeat(1024 * 1024)}`);
  writeFileSync(path.join(root, "binary.Dockerfile"), Buffer.from([0x46, 0, 1, 2, 0xff, 0xfe]));
  writeFileSync(path.join(root, "Dockerfile"), "FROM node\nRUN npm install\n");
  symlinkSync("/etc/hostname", path.join(root, "link.Dockerfile"));
  client = new OldClient({ name: "an old host", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [main, "serve", "--root", root],
      stderr: "ignore",
    }),
  );
});
afterAll(async () => {
  await client.close();
  rmSync(root, { recursive: true, force: true });
});

async function call(name: string, args: Record<string, unknown>) {
  const result = await client.callTool({ name, arguments: args });
  const [content] = Array.isArray(result.content) ? result.content : [];
  const text: string = typeof content?.text === "string" ? content.text : "";
  return { isError: result.isError, structuredContent: result.structuredContent, text };
}

describe("an old client (SDK 1.x) over stdio", () => {
  it("lists the tools with schemas, annotations and instructions", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["analyze_image_size", "generate_dockerfile", "validate_dockerfile"]),
    );
    for (const tool of tools) {
      expect(tool.inputSchema.type).toBe("object");
      expect(tool.outputSchema?.type).toBe("object");
      expect(tool.annotations).toMatchObject({
        readOnlyHint: expect.any(Boolean),
        destructiveHint: expect.any(Boolean),
        idempotentHint: expect.any(Boolean),
        openWorldHint: expect.any(Boolean),
      });
    }
    expect(client.getInstructions()).toContain("generate_dockerfile");
    expect(client.getServerVersion()?.name).toBe("dockwright");
  });

  it("gets findings as text and as data that fits the published schema", async () => {
    const result = await call("validate_dockerfile", { path: "Dockerfile" });
    expect(result.isError).toBeUndefined();
    expect(result.text).toMatch(/^Failed: Dockerfile/);
    expect(result.structuredContent).toMatchObject({ passed: false, files: [{ file: "Dockerfile" }] });
  });

  it("gets a Dockerfile without a directory", async () => {
    const result = await call("generate_dockerfile", { language: "go", port: 8080 });
    expect(result.isError, result.text).toBeUndefined();
    expect(result.text).toMatch(/^FROM .*golang:/m);
  });

  it.each([
    [
      "a path outside the roots",
      "validate_dockerfile",
      { path: "/etc/passwd" },
      /outside the allowed directories/,
    ],
    ["a way up", "generate_dockerfile", { directory: "../.." }, /outside the allowed directories/],
    [
      "a link that leads out",
      "validate_dockerfile",
      { path: "link.Dockerfile" },
      /outside the allowed directories/,
    ],
    ["a missing directory", "generate_dockerfile", { directory: "nowhere" }, /nowhere does not exist/],
    ["a 10 MB Dockerfile", "validate_dockerfile", { path: "big.Dockerfile" }, /at most 1048576/],
    ["binary bytes", "validate_dockerfile", { path: "binary.Dockerfile" }, /not a text file/],
    ["an unknown language", "generate_dockerfile", { language: "cobol" }, /cobol is not one of node, python/],
    ["contradictory arguments", "validate_dockerfile", { path: ".", dockerfile: "FROM x" }, /contradict/],
    ["an unknown argument", "validate_dockerfile", { dockerfle: "FROM x" }, /Did you mean dockerfile\?/],
    ["writing without leave", "generate_dockerfile", { directory: ".", write: true }, /--allow-write/],
  ])("answers %s with one clear line", async (_, name, args, message) => {
    const result = await call(name, args);
    expect(result.isError).toBe(true);
    expect(result.text).toMatch(message);
    expect(result.text).not.toMatch(/\n|\bat \S+:\d+|node_modules/);
    expect(result.text.length).toBeLessThan(400);
  });

  it("says what is missing where there is no project", async () => {
    const result = await call("generate_dockerfile", { directory: "empty" });
    expect(result.isError).toBeUndefined();
    expect(result.structuredContent).toMatchObject({ status: "refused", files: [] });
    expect(result.text).toMatch(/^No Dockerfile: /);
  });

  it("offers documents, templates with completion, and prompts", async () => {
    const { resources } = await client.listResources();
    // What hosts may put before a model: the pages of single rules are not in it, their index is.
    expect(countTokens(JSON.stringify(resources))).toBeLessThanOrEqual(5500);
    expect(resources.map((resource) => resource.uri)).toContain("dockwright://reference/rules");
    const uri = resources.find((resource) => resource.uri.startsWith("dockwright://reference/"))?.uri ?? "";
    const { contents } = await client.readResource({ uri });
    expect(contents[0]).toMatchObject({
      uri,
      mimeType: "text/markdown",
      text: expect.stringContaining("# "),
    });
    await expect(client.readResource({ uri: "dockwright://reference/nothing" })).rejects.toThrow(
      /not found/i,
    );

    const completed = await client.complete({
      ref: { type: "ref/resource", uri: "dockwright://patterns/{language}/{name}" },
      argument: { name: "language", value: "py" },
    });
    expect(completed.completion.values).toEqual(["python"]);

    const language = await client.complete({
      ref: { type: "ref/prompt", name: "containerize" },
      argument: { name: "language", value: "g" },
    });
    expect(language.completion.values).toEqual(["go"]);

    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toContain("containerize");
    const prompt = await client.getPrompt({ name: "containerize", arguments: { language: "go" } });
    expect(JSON.stringify(prompt.messages)).toContain("language: go");
  });
});

describe("a current client (SDK 2.x) over stdio", () => {
  it.each(["legacy", "auto"] as const)("lists and calls in era %s", async (mode) => {
    const current = new CurrentClient({ name: "a host", version: "1.0.0" }, { versionNegotiation: { mode } });
    const command = { command: process.execPath, args: [main, "serve", "--root", root] };
    await current.connect(new CurrentStdioTransport({ ...command, stderr: "ignore" }));
    try {
      const { tools } = await current.listTools();
      expect(tools.map(({ name }) => name)).toContain("validate_dockerfile");
      const result = await current.callTool({
        name: "validate_dockerfile",
        arguments: { path: "Dockerfile" },
      });
      expect(result.structuredContent).toMatchObject({ passed: false });
    } finally {
      await current.close();
    }
  });
});

describe("standard output over stdio", () => {
  it("carries nothing but JSON-RPC, whatever comes in, and ends with its input", async () => {
    const child = spawn(process.execPath, [main, "serve", "--root", root], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    const messages = [
      JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "initialize",
        params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } },
      }),
      JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }),
      "this is not JSON",
      JSON.stringify({ jsonrpc: "2.0", id: 2, method: "no/such/method" }),
      JSON.stringify({
        jsonrpc: "2.0",
        id: 3,
        method: "tools/call",
        params: { name: "validate_dockerfile", arguments: { dockerfile: "RUN \u001B[31m\u0000" } },
      }),
      JSON.stringify({ jsonrpc: "2.0", id: 4, method: "tools/call", params: { name: "nothing" } }),
    ];
    child.stdin.write(`${messages.join("\n")}\n`);
    let text = "";
    child.stdout.setEncoding("utf8");
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    for await (const chunk of child.stdout) {
      text += String(chunk);
      const ids = text.match(/"id":[1-4]/g) ?? [];
      if (new Set(ids).size === 4 && !child.stdin.writableEnded) child.stdin.end();
    }
    const lines = text.trim().split("\n");
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
    expect(await exited).toBe(0);
  });
});
