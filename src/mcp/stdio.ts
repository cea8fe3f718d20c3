import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { serverFactory } from "./server.ts";
import type { ServerSettings } from "./settings.ts";

/** Serves one client over standard input and output until it closes its end or `signal` fires. */
export function serveOverStdio(settings: ServerSettings, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const handle = serveStdio(serverFactory(settings), {
      onerror: (error) => settings.log(`protocol: ${error.message}`),
    });
    const stop = (): void => {
      handle.close().then(resolve, resolve);
    };
    process.stdin.once("end", stop);
    process.stdin.once("close", stop);
    // A client that died takes the pipe with it; there is nobody to tell.
    process.stdout.on("error", stop);
    signal.addEventListener("abort", stop, { once: true });
  });
}
