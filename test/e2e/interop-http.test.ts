import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type StartedServer, startServer } from "../mcp/http-server.ts";

let server: StartedServer;

beforeAll(async () => {
  server = await startServer(["--root", "examples"]);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

describe.each(["legacy", "auto"] as const)("a current client (SDK 2.x) over HTTP, era %s", (mode) => {
  async function connected<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ name: "a host", version: "1.0.0" }, { versionNegotiation: { mode } });
    const headers = { authorization: `Bearer ${server.token}` };
    await client.connect(new StreamableHTTPClientTransport(server.url, { requestInit: { headers } }));
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  it("lists the tools in a stable order", async () => {
    const [first, second] = await connected(async (client) => [
      await client.listTools(),
      await client.listTools(),
    ]);
    const names = first?.tools.map(({ name }) => name) ?? [];
    expect(names).toContain("validate_dockerfile");
    expect(names).toEqual([...names].sort());
    expect(JSON.stringify(second?.tools)).toBe(JSON.stringify(first?.tools));
  });

  it("generates for a directory and validates the result", async () => {
    await connected(async (client) => {
      const made = await client.callTool({
        name: "generate_dockerfile",
        arguments: { directory: "go-microservice" },
      });
      expect(made.isError).toBeUndefined();
      const { files } = z
        .object({ files: z.array(z.object({ text: z.string() })) })
        .parse(made.structuredContent);
      const checked = await client.callTool({
        name: "validate_dockerfile",
        arguments: { dockerfile: files[0]?.text, failOn: "warning" },
      });
      expect(checked.structuredContent).toMatchObject({ passed: true });
    });
  });

  it("reports progress to a client that asks for it", async () => {
    const seen: number[] = [];
    await connected((client) =>
      client.callTool(
        { name: "validate_dockerfile", arguments: { dockerfile: "FROM scratch\n" } },
        { onprogress: ({ progress }) => seen.push(progress) },
      ),
    );
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it("does not build over HTTP without being told so twice", async () => {
    const result = await connected((client) =>
      client.callTool({ name: "verify_dockerfile", arguments: { context: "go-microservice" } }),
    );
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result.content)).toContain("--allow-build-over-http");
  });
});
