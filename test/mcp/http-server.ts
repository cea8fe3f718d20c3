import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** A server started as users start it. */
export interface StartedServer {
  readonly url: URL;
  /** Made up by the server unless one was given. */
  readonly token: string;
  readonly log: () => string;
  stop(): Promise<number | null>;
}

/** Starts `dockwright serve --http` from dist/ on a free port and waits until it listens. */
export async function startServer(
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<StartedServer> {
  const main = path.resolve("dist/cli/main.js");
  const child: ChildProcess = spawn(process.execPath, [main, "serve", "--http", "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let log = "";
  const listening = new Promise<URL>((resolve, reject) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      const found = /listening on (\S+)\n/.exec(log)?.[1];
      if (
        found !== undefined &&
        (log.includes("token: ") || log.includes("no token") || env.DOCKWRIGHT_TOKEN)
      ) {
        resolve(new URL(found));
      }
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${log}`)));
  });
  const url = await listening;
  return {
    url,
    token: /token: (\S+)/.exec(log)?.[1] ?? env.DOCKWRIGHT_TOKEN ?? "",
    log: () => log,
    stop: async () => {
      if (child.exitCode !== null) return child.exitCode;
      child.kill("SIGTERM");
      const [code] = await once(child, "exit");
      return typeof code === "number" ? code : null;
    },
  };
}
