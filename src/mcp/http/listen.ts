import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, type McpServerFactory } from "@modelcontextprotocol/server";
import { EngineError } from "../../security/errors.ts";
import { errorCode } from "../../security/paths.ts";
import { clean } from "../../security/untrusted.ts";
import { makeGuards, refuse } from "./guards.ts";
import { makeRateLimit } from "./rate.ts";

/** How a server listens. */
export interface HttpSettings {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Undefined: no token is asked for. */
  readonly token: string | undefined;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Milliseconds after which an exchange is cut off, whatever it does. */
  readonly exchangeMs: number;
  now(): number;
  log(line: string): void;
}

/** A listening server. */
export interface HttpHandle {
  readonly port: number;
  /** Stops accepting, lets running calls end for `graceMs`, then cuts them off. */
  close(graceMs?: number): Promise<void>;
}

const maxBodyBytes = 1024 * 1024;
const path = "/mcp";
// A browser page or a stuck agent is stopped; a busy one is not.
const burst = 200;
const perSecond = 50;

/**
 * Serves MCP at /mcp over Streamable HTTP, both protocol eras, without sessions. `/health` answers without a
 * token for load balancers and says nothing. Throws EngineError when the port cannot be had.
 */
export async function listen(factory: McpServerFactory, settings: HttpSettings): Promise<HttpHandle> {
  const onerror = (error: Error): void => settings.log(`http: ${clean(error.message)}`);
  const handler = createMcpHandler(factory, { maxRequestBodySize: maxBodyBytes, onerror });
  const serve = toNodeHandler(handler, { maxRequestBodySize: maxBodyBytes, onerror });
  const guards = makeGuards({
    allowedHosts: settings.allowedHosts,
    allowedOrigins: settings.allowedOrigins,
    token: settings.token,
    maxBodyBytes,
    rateLimit: makeRateLimit(burst, perSecond, settings.now),
  });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader("X-Content-Type-Options", "nosniff");
    const target = (request.url ?? "").split("?")[0];
    if (target === "/health" && request.method === "GET") {
      response.writeHead(200, { "Content-Type": "text/plain" }).end("ok\n");
      return;
    }
    if (target !== path) {
      refuse(response, 404, `there is nothing here; the endpoint is ${path}`);
      return;
    }
    for (const guard of guards) if (!guard(request, response)) return;
    const timer = setTimeout(() => response.destroy(), settings.exchangeMs);
    response.on("close", () => clearTimeout(timer));
    const complete = Object.assign(request, { method: request.method ?? "", url: target });
    serve(complete, response).catch((error: unknown) => {
      onerror(error instanceof Error ? error : new Error(String(error)));
      if (!response.headersSent) refuse(response, 500, "internal error; the details are in the server's log");
      else response.destroy();
    });
  };
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024 },
    answer,
  );
  server.maxConnections = 256;
  const port = await open(server, settings);
  return {
    port,
    close: async (graceMs = 5_000) => {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => {
        handler.close().catch(() => undefined);
        server.closeAllConnections();
      }, graceMs);
      await closed;
      clearTimeout(timer);
      await handler.close();
    },
  };
}

async function open(server: Server, { host, port }: HttpSettings): Promise<number> {
  server.listen(port, host.replace(/^\[(.*)\]$/, "$1"));
  try {
    await once(server, "listening");
  } catch (error) {
    throw new EngineError(
      `cannot listen on ${clean(host, 80)}:${port} (${errorCode(error)})`,
      "choose another --port or --host",
      { cause: error },
    );
  }
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}
