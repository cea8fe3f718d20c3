import { realpath } from "node:fs/promises";
import { createServer, isIP } from "node:net";
import os from "node:os";
import { DockwrightError } from "../security/errors.ts";
import { defaultLimits } from "../security/limits.ts";
import { runProcess } from "../security/process.ts";
import type { EvalIo } from "./io.ts";
import type { RunRequest } from "./run.ts";
import { type RegistryAddress, startNpmRegistry } from "./services/npm-registry.ts";

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
    startRegistry: async () => startNpmRegistry(await registryAddress(found.name, io.signal), io.signal),
  };
}

/**
 * An address of this machine that the steps of a build reach: the gateway of the engine's bridge; where that is
 * inside a virtual machine, loopback under the name the engine gives its host.
 */
async function registryAddress(program: string, signal: AbortSignal): Promise<RegistryAddress> {
  const args = [
    "network",
    "inspect",
    "bridge",
    "--format",
    "{{range .IPAM.Config}}{{.Gateway}} {{.Subnet}} {{end}}",
  ];
  const result = await runProcess({ program, args, signal, timeoutMs: 20_000 });
  for (const word of result.stdout.trim().split(/\s+/)) {
    // Old engines name the gateway only once a container ran; it is the subnet's first address.
    const gateway = word.replace(/\.0\/\d+$/, ".1");
    if (isIP(gateway) === 4 && (await canListen(gateway))) return { listen: gateway, name: gateway };
  }
  return {
    listen: "127.0.0.1",
    name: program === "podman" ? "host.containers.internal" : "host.docker.internal",
  };
}

function canListen(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
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
