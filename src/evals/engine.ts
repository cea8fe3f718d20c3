import { realpath } from "node:fs/promises";
import os from "node:os";
import { DockwrightError } from "../security/errors.ts";
import { defaultLimits } from "../security/limits.ts";
import { runProcess } from "../security/process.ts";
import type { EvalIo } from "./cli.ts";
import type { RunRequest } from "./run.ts";
import { startNpmRegistry } from "./services/npm-registry.ts";

type Engine = NonNullable<RunRequest["engine"]> & {
  /** For the report: which engine, and where its images came from. */
  readonly about: string;
};

/** The container engine, when one answers; otherwise the reason why nothing can be built. */
export async function findEngine(
  io: Pick<EvalIo, "signal" | "env">,
): Promise<Engine | { readonly missing: string }> {
  const found = await version(io.signal);
  if ("missing" in found) return found;
  const { verify } = await import("../verify/verify.ts");
  const roots = { directories: [await realpath(os.tmpdir())] };
  const today = new Date().toISOString().slice(0, 10);
  return {
    about: `engine: ${found.name} ${found.version}; sizes are those of the base images this engine has`,
    verify,
    context: {
      signal: io.signal,
      progress: () => undefined,
      limits: defaultLimits,
      roots,
      today,
      env: io.env,
    },
    // The build's steps reach this machine's loopback: they run on the host's network.
    startRegistry: () => startNpmRegistry("127.0.0.1", io.signal),
  };
}

async function version(
  signal: AbortSignal,
): Promise<{ name: string; version: string } | { missing: string }> {
  for (const name of ["docker", "podman"]) {
    try {
      const args = ["version", "--format", "{{.Server.Version}}"];
      const result = await runProcess({ program: name, args, signal, timeoutMs: 20_000 });
      const text = result.stdout.trim();
      if (result.exitCode === 0 && text !== "") return { name, version: text };
    } catch (error) {
      if (signal.aborted || !(error instanceof DockwrightError)) throw error;
    }
  }
  return { missing: "no container engine answers (docker, podman)" };
}
