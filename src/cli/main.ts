#!/usr/bin/env node
import module from "node:module";
import { homedir } from "node:os";
import path from "node:path";
import { dispatch } from "./dispatch.ts";
import { exitCodes } from "./exit.ts";

// Node.js 22 keeps compiled code between runs. In the user's own folder: what lies in a shared one may be another's.
if ("enableCompileCache" in module && typeof module.enableCompileCache === "function") {
  const caches = process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache");
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE || path.join(caches, "dockwright", "compiled"));
}

// A reader that had enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.ok);
  throw error;
});
// A server whose log nobody reads any more goes on serving.
process.stderr.on("error", () => undefined);

const controller = new AbortController();
const stop = (): void => {
  // The second time nobody wants to wait for an orderly end.
  if (controller.signal.aborted) process.exit(exitCodes.interrupted);
  controller.abort();
};
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
// The terminal was closed.
process.on("SIGHUP", stop);

const code = await dispatch(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: controller.signal,
});
// Work that was given up may still hold the process; what was printed must still arrive.
for (const stream of [process.stdout, process.stderr]) {
  if (stream.writableLength > 0) await new Promise((resolve) => stream.write("", resolve));
}
process.exit(code);
