import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../e2e/cli.ts";
import { type StartedServer, startServer } from "./http-server.ts";

const token = "a-token-of-our-own-0123456789";
let server: StartedServer;

beforeAll(async () => {
  server = await startServer([], { DOCKWRIGHT_TOKEN: token });
});
afterAll(() => server.stop());

const list = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** One raw request: fetch would refuse to send a false Host. */
function send(
  options: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: "127.0.0.1",
        port: server.url.port,
        method: options.method ?? "POST",
        path: options.path ?? "/mcp",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          authorization: `Bearer ${token}`,
          ...options.headers,
        },
      },
      (response) => {
        let body = "";
        response.on("data", (chunk) => {
          body += String(chunk);
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
        response.on("error", reject);
      },
    );
    call.on("error", reject);
    call.end(options.body ?? list);
  });
}

describe("requests that should not get through", () => {
  it("lets a good one through, so that the others mean something", async () => {
    const answer = await send();
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("validate_dockerfile");
  });

  it.each([
    ["a Host that was rebound", { headers: { host: "evil.example" } }, 403],
    ["a Host that only begins like ours", { headers: { host: "127.0.0.1.evil.example" } }, 403],
    ["a page of another site", { headers: { origin: "https://evil.example" } }, 403],
    ["an opaque origin", { headers: { origin: "null" } }, 403],
    ["no token", { headers: { authorization: "" } }, 401],
    ["a wrong token", { headers: { authorization: "Bearer a-token-of-our-own-0123456788" } }, 401],
    ["the token in another scheme", { headers: { authorization: `Basic ${token}` } }, 401],
    ["the token in the address", { path: `/mcp?token=${token}`, headers: { authorization: "" } }, 401],
    ["another path", { path: "/" }, 404],
    ["a path that only begins like ours", { path: "/mcp/../admin" }, 404],
    ["GET", { method: "GET", body: "" }, 405],
    ["DELETE", { method: "DELETE", body: "" }, 405],
    ["a body that is no JSON", { body: "{" }, 400],
    ["another content type", { headers: { "content-type": "text/plain" } }, 415],
  ])("refuses %s", async (_, options, status) => {
    const answer = await send(options);
    expect(answer.status, answer.body).toBe(status);
    expect(answer.body).not.toContain("validate_dockerfile");
    expect(answer.body).not.toMatch(/\bat \S+:\d+/);
    if (status === 401) expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
  });

  it("refuses a body over 1 MiB, said or streamed", async () => {
    const body = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/list",
      pad: "x".repeat(1024 * 1024),
    });
    expect(await statusOf({ body, headers: { "content-length": String(body.length) } })).toBe(413);
    expect(await statusOf({ body, headers: { "transfer-encoding": "chunked" } })).toBe(413);
    expect((await send()).status).toBe(200);
  });

  it("answers health checks without a token and says nothing else", async () => {
    expect(
      await send({ method: "GET", path: "/health", headers: { authorization: "" }, body: "" }),
    ).toMatchObject({
      status: 200,
      body: "ok\n",
    });
  });

  it("is not held up by connections that send nothing", async () => {
    const idle = Array.from({ length: 20 }, () => connect(Number(server.url.port), "127.0.0.1"));
    try {
      expect((await send()).status).toBe(200);
    } finally {
      for (const socket of idle) socket.destroy();
    }
  });

  it("slows down a client that hammers, and recovers", async () => {
    const wrong = { headers: { authorization: "Bearer wrong-wrong-wrong-wrong" } };
    const statuses: number[] = [];
    for (let round = 0; round < 8; round++) {
      statuses.push(...(await Promise.all(Array.from({ length: 50 }, () => statusOf(wrong)))));
    }
    expect(statuses).toContain(429);
    await expect.poll(() => statusOf({}), { timeout: 10_000, interval: 300 }).toBe(200);
  });
});

/** The status, or 413 when the server hung up on a body it did not want to read. */
async function statusOf(options: Parameters<typeof send>[0]): Promise<number> {
  try {
    return (await send(options)).status;
  } catch (error) {
    if (error instanceof Error && /EPIPE|ECONNRESET/.test(error.message)) return 413;
    throw error;
  }
}

describe("starting a server", () => {
  const refused = (args: readonly string[], env: Record<string, string> = {}) =>
    runCli(["serve", "--http", "--port", "0", ...args], { env });

  it.each([
    ["every address without a token", ["--host", "0.0.0.0"], {}, /needs a token/],
    ["every address without names", ["--host", "0.0.0.0"], { DOCKWRIGHT_TOKEN: token }, /--allowed-host/],
    [
      "another address without asking for a token",
      ["--host", "::", "--no-token"],
      {},
      /--no-token does not go/,
    ],
    ["a token that can be guessed", [], { DOCKWRIGHT_TOKEN: "secret" }, /at least 16/],
    ["a token file that is not there", ["--token-file", "nowhere"], {}, /cannot be read/],
    ["a port that is none", ["--port", "70000"], {}, /--port/],
    ["a root that is none", ["--root", "nowhere"], {}, /not a directory/],
  ])("refuses %s", (_, args, env, message) => {
    const result = refused(args, env);
    expect(result.stderr).toMatch(message);
    expect(result.stderr.trim().split("\n")).toHaveLength(1);
    expect(result.status).toBe(2);
    expect(result.stdout).toBe("");
  });

  it("makes up a token of its own that nobody can guess", async () => {
    const one = await startServer();
    const other = await startServer();
    try {
      expect(one.token).toMatch(/^[\w-]{43}$/);
      expect(one.token).not.toBe(other.token);
    } finally {
      expect(await one.stop()).toBe(0);
      await other.stop();
    }
  });

  it("says which port is taken", async () => {
    const result = refused(["--port", server.url.port]);
    expect(result.status).toBe(3);
    expect(result.stderr).toMatch(/cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\)/);
  });
});
