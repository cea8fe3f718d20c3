import http from "node:http";
import net from "node:net";
import type { ImageConfig } from "../image/types.ts";
import type { Probe } from "./types.ts";

/** A probe with the container's port it goes to. */
export type ResolvedProbe =
  | { readonly kind: "http"; readonly port: number; readonly path: string; readonly status?: number }
  | { readonly kind: "tcp"; readonly port: number }
  | { readonly kind: "command"; readonly command: readonly string[] }
  | { readonly kind: "exits"; readonly arguments?: readonly string[] };

/** One try. */
export interface ProbeTry {
  readonly ok: boolean;
  /** What was seen: `200`, `connection refused`. Raw. */
  readonly detail: string;
}

/**
 * The probe to use: the given one with its port filled in from EXPOSE, or what the health check asks for, or a TCP
 * connection to the first exposed port. Undefined when nothing says how to see that it works.
 */
export function resolveProbe(probe: Probe | undefined, config: ImageConfig): ResolvedProbe | undefined {
  const exposed = firstTcpPort(config);
  const checked = urlOf(config.healthcheck?.test ?? []);
  if (probe === undefined) {
    if (checked) return { kind: "http", ...checked };
    return exposed === undefined ? undefined : { kind: "tcp", port: exposed };
  }
  if (probe.kind === "command" || probe.kind === "exits") return probe;
  const port = probe.port ?? exposed ?? checked?.port;
  return port === undefined ? undefined : { ...probe, port };
}

function firstTcpPort(config: ImageConfig): number | undefined {
  for (const text of config.exposedPorts) {
    const [, port] = /^(\d+)(?:\/tcp)?$/.exec(text) ?? [];
    if (port !== undefined) return Number(port);
  }
  return undefined;
}

/** The address on the container itself that a health check's command names. */
function urlOf(test: readonly string[]): { readonly port: number; readonly path: string } | undefined {
  const [, port, path] =
    /http:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d{1,5}))?(\/[\w\-./~%?&=]*)?/.exec(
      test.join(" "),
    ) ?? [];
  if ((port === undefined && path === undefined) || Number(port ?? 80) > 65_535) return undefined;
  return { port: Number(port ?? 80), path: path ?? "/" };
}

/** Asks once over HTTP, for at most three seconds; any status below 400 is good unless one is expected. Redirects are not followed. */
export function tryHttp(hostPort: number, path: string, status: number | undefined): Promise<ProbeTry> {
  return new Promise((resolve) => {
    const request = http.get(
      {
        host: "127.0.0.1",
        port: hostPort,
        path: sendable(path),
        signal: AbortSignal.timeout(3000),
        agent: false,
      },
      (response) => {
        response.resume();
        const got = response.statusCode ?? 0;
        resolve({
          ok: status === undefined ? got >= 200 && got < 400 : got === status,
          detail: `HTTP ${got}`,
        });
      },
    );
    request.on("error", (error) => resolve({ ok: false, detail: reasonOf(error) }));
  });
}

/** A path as it can be sent: what is not ASCII is percent-encoded, what is encoded already stays. */
function sendable(path: string): string {
  return Buffer.from(path, "utf8")
    .toString("latin1")
    .replace(/[^\x21-\x7e]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`);
}

/**
 * Connects once. The engine's own proxy accepts a connection for a port nobody listens on and drops it at once, so
 * one that is closed within half a second does not count.
 */
export function tryTcp(hostPort: number): Promise<ProbeTry> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: "127.0.0.1", port: hostPort });
    const settle = (ok: boolean, detail: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ok, detail });
    };
    const timer = setTimeout(() => settle(!socket.connecting, "connected and held"), 500);
    socket.on("data", () => settle(true, "connected, data came"));
    socket.on("end", () => settle(false, "the connection was closed at once"));
    socket.on("error", (error) => settle(false, reasonOf(error)));
  });
}

function reasonOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  if (error.name === "AbortError") return "no answer within 3 s";
  if (code === "ECONNREFUSED") return "connection refused";
  // What a published port does when nobody listens behind it.
  if (code === "ECONNRESET" || /socket hang up/.test(error.message))
    return "the connection was closed without an answer";
  return error.message;
}

/** The probe in words: `GET :8080/health`. */
export function describeProbe(probe: ResolvedProbe): string {
  switch (probe.kind) {
    case "http":
      return `GET :${probe.port}${probe.path}${probe.status === undefined ? "" : ` = ${probe.status}`}`;
    case "tcp":
      return `TCP :${probe.port}`;
    case "command":
      return `command ${probe.command.join(" ")}`;
    case "exits":
      return `ends with code 0${probe.arguments ? `, started with ${probe.arguments.join(" ")}` : ""}`;
  }
}
