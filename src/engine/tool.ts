import { randomUUID } from "node:crypto";
import { type RunResult, runProcess } from "../security/process.ts";
import { askEngine, runEngine } from "./call.ts";
import { type EngineCall, runLabel } from "./types.ts";

/** A program that comes as a container image, run once. */
export interface ToolRun {
  /** An image the engine has. */
  readonly image: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Files of this machine that are copied into the container; engines elsewhere have no folders of ours. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
  readonly network: boolean;
  /** A volume that outlives the container, for databases. */
  readonly cache: { readonly volume: string; readonly path: string };
  readonly maxOutputBytes: number;
}

const cleanupMs = 20_000;

/** The newest image of a repository that the engine has; undefined when it has none. Nothing is pulled. */
export async function localImage(call: EngineCall, repository: string): Promise<string | undefined> {
  const { exitCode, stdout } = await runEngine(call, [
    "images",
    "--quiet",
    "--no-trunc",
    "--filter",
    `reference=${repository}`,
  ]);
  const [id = ""] = stdout.split("\n");
  return exitCode === 0 && id.trim() !== "" ? id.trim() : undefined;
}

/**
 * Runs a tool's container to its end and removes it, whatever happens; the exit code is the tool's. Root inside, for the
 * files that are copied in, with no capabilities, and no network unless it is asked for.
 * Throws EngineError when it cannot be made, LimitError, CancelledError.
 */
export async function runTool(call: EngineCall, request: ToolRun): Promise<RunResult> {
  const name = `dockwright-tool-${randomUUID().slice(0, 13)}`;
  const args = ["create", "--name", name, "--label", `${runLabel}=${name}`, "--user", "0:0"];
  args.push("--cap-drop=ALL", "--security-opt=no-new-privileges", "--pids-limit=512");
  args.push("--network", request.network ? "bridge" : "none");
  args.push("--volume", `${request.cache.volume}:${request.cache.path}`);
  // Names alone: values stay out of the list of processes.
  for (const variable of Object.keys(request.env)) args.push("--env", variable);
  args.push(request.image, ...request.args);
  const client = { program: call.engine.program, signal: call.signal, timeoutMs: call.timeoutMs };
  try {
    const made = await runProcess({ ...client, args, env: request.env });
    if (made.exitCode !== 0) return made;
    for (const { from, to } of request.files) await askEngine(call, ["cp", from, `${name}:${to}`]);
    return await runProcess({
      ...client,
      args: ["start", "--attach", name],
      maxOutputBytes: request.maxOutputBytes,
    });
  } finally {
    const last = { ...call, signal: new AbortController().signal, timeoutMs: cleanupMs };
    await runEngine(last, ["rm", "--force", "--volumes", name]).catch(() => undefined);
  }
}
