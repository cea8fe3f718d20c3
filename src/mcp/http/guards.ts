import type { IncomingMessage, ServerResponse } from "node:http";
import { hostHeaderValidation, originValidation } from "@modelcontextprotocol/node";
import type { RateLimit } from "./rate.ts";
import { isAuthorized } from "./token.ts";

/** Answers a request that may not go on and returns false; returns true without touching the others. */
export type Guard = (request: IncomingMessage, response: ServerResponse) => boolean;

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/** What the guards of one server know. */
export interface GuardSettings {
  /** Names beside the loopback ones; without ports, IPv6 in brackets. */
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Undefined: no token is asked for. */
  readonly token: string | undefined;
  readonly maxBodyBytes: number;
  readonly rateLimit: RateLimit;
}

/**
 * The gates before the protocol, cheapest first: a browser that was lured here (Host, Origin), too many
 * requests, a body that is too big, a wrong token.
 */
export function makeGuards(settings: GuardSettings): readonly Guard[] {
  const host = hostHeaderValidation([...loopbackNames, ...settings.allowedHosts]);
  const origin = originValidation([...loopbackNames, ...settings.allowedHosts, ...settings.allowedOrigins]);
  const rate: Guard = (request, response) => {
    if (settings.rateLimit(request.socket.remoteAddress ?? "unknown")) return true;
    response.setHeader("Retry-After", "1");
    return refuse(response, 429, "too many requests; wait a second and send again");
  };
  const size: Guard = (request, response) => {
    const length = Number(request.headers["content-length"] ?? 0);
    if (length <= settings.maxBodyBytes) return true;
    return refuse(response, 413, `the body has ${length} bytes; at most ${settings.maxBodyBytes} are read`);
  };
  const { token } = settings;
  const authorization: Guard = (request, response) => {
    if (token === undefined || isAuthorized(request.headers.authorization, token)) return true;
    response.setHeader("WWW-Authenticate", 'Bearer realm="dockwright"');
    return refuse(response, 401, "send the token the server was started with: Authorization: Bearer <token>");
  };
  return [host, origin, rate, authorization, size];
}

/** Answers with a JSON-RPC error that belongs to no request, and ends the connection. */
export function refuse(response: ServerResponse, status: number, message: string): false {
  // What the client still sends is not read.
  response.setHeader("Connection", "close");
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", error: { code: -32000, message }, id: null }));
  return false;
}
