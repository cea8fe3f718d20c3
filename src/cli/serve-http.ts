import { readFile } from "node:fs/promises";
import path from "node:path";
import { checkExposure } from "../mcp/http/address.ts";
import { listen } from "../mcp/http/listen.ts";
import { checkToken, makeToken } from "../mcp/http/token.ts";
import { serverFactory } from "../mcp/server.ts";
import type { ServerSettings } from "../mcp/settings.ts";
import { InputError, NotFoundError } from "../security/errors.ts";
import { errorCode } from "../security/paths.ts";
import { clean } from "../security/untrusted.ts";
import type { CliIo } from "./io.ts";

// Longer than any call's own deadline, so that the call can still say why it ended.
const exchangeSlackMs = 30_000;

/** `dockwright serve --http`: listens until the signal fires, then lets running calls end. */
export async function serveHttpCommand(
  options: Readonly<Record<string, unknown>>,
  settings: ServerSettings,
  io: CliIo,
): Promise<void> {
  const host = typeof options.host === "string" ? options.host : "127.0.0.1";
  const allowedHosts = list(options.allowedHost);
  const noToken = options.noToken === true;
  const own = await ownToken(options.tokenFile, io);
  checkExposure({ host, token: own, noToken, allowedHosts });
  const token = noToken ? undefined : (own ?? makeToken());
  const { limits } = settings;
  const handle = await listen(serverFactory(settings), {
    host,
    port: portOf(options.port),
    token,
    allowedHosts,
    allowedOrigins: list(options.allowedOrigin),
    exchangeMs:
      Math.max(limits.deadlineMs, settings.allow.build ? limits.buildDeadlineMs : 0) + exchangeSlackMs,
    now: settings.now,
    log: settings.log,
  });
  io.stderr.write(`listening on http://${host.includes(":") ? `[${host}]` : host}:${handle.port}/mcp\n`);
  if (token !== undefined && own === undefined) io.stderr.write(`token: ${token}\n`);
  if (token === undefined) io.stderr.write("no token is asked for: every program on this machine may call\n");
  if (options.allowBuild === true && !settings.allow.build) {
    io.stderr.write("builds are off: over HTTP they also need --allow-build-over-http\n");
  }
  if (!io.signal.aborted) {
    await new Promise<void>((resolve) =>
      io.signal.addEventListener("abort", () => resolve(), { once: true }),
    );
  }
  await handle.close();
}

async function ownToken(file: unknown, io: CliIo): Promise<string | undefined> {
  if (typeof file === "string") {
    const text = await readFile(path.resolve(io.cwd, file), "utf8").catch((error: unknown) => {
      throw new NotFoundError(
        `the token file ${clean(file)} cannot be read (${errorCode(error)})`,
        "check --token-file",
      );
    });
    return checkToken(text);
  }
  const text = io.env.DOCKWRIGHT_TOKEN;
  return text === undefined || text === "" ? undefined : checkToken(text);
}

function portOf(port: unknown): number {
  if (port === undefined) return 4711;
  if (typeof port === "number" && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InputError("--port must be a number from 0 to 65535", "write --port 4711");
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
