import { z } from "zod";
import { EngineError, LimitError } from "../security/errors.ts";
import { askEngine, runEngine } from "./call.ts";
import { type EngineCall, runLabel } from "./types.ts";
import { passVariables } from "./variables.ts";

/** A container as production would start it. */
export interface ContainerRequest {
  readonly name: string;
  readonly image: string;
  readonly runId: string;
  readonly network: string;
  /** Host name on the network. */
  readonly alias?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  /** Container ports published on random ports of the loopback address. */
  readonly ports: readonly number[];
  /** No capabilities, no new privileges, bounds on memory, processors and processes. */
  readonly hardened: boolean;
  /** Nothing but /tmp can be written. */
  readonly readOnly: boolean;
  /** Seconds between health checks; the image's own interval when undefined. */
  readonly healthInterval?: number;
  readonly platform?: string;
}

/** Bounds a container runs under. */
export const containerLimits = { memory: "1g", cpus: "1", pids: "512" } as const;

const stateSchema = z.looseObject({
  State: z.looseObject({
    Status: z.string(),
    Running: z.boolean(),
    ExitCode: z.number(),
    OOMKilled: z.boolean().nullish(),
    Error: z.string().nullish(),
    Pid: z.number().nullish(),
    Health: z
      .looseObject({
        Status: z.string(),
        Log: z.array(z.looseObject({ ExitCode: z.number(), Output: z.string() })).nullish(),
      })
      .nullish(),
  }),
  Config: z.looseObject({ ExposedPorts: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

/** What the engine says of a container now. Text is raw. */
export interface ContainerState {
  readonly running: boolean;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly error: string;
  /** Process id on the engine's machine; 0 when it does not run. */
  readonly pid: number;
  /** TCP ports that the image declares. */
  readonly exposed: readonly number[];
  /** Undefined when the image has no health check. */
  readonly health?: { readonly status: string; readonly output: string; readonly exitCode: number };
}

/** Starts a container in the background. Throws EngineError when the engine refuses. */
export async function startContainer(call: EngineCall, request: ContainerRequest): Promise<void> {
  const args = ["run", "--detach", "--name", request.name, "--label", `${runLabel}=${request.runId}`];
  args.push("--network", request.network);
  if (request.alias !== undefined) args.push("--network-alias", request.alias);
  if (request.platform !== undefined) args.push("--platform", request.platform);
  if (request.hardened) {
    args.push("--cap-drop=ALL", "--security-opt=no-new-privileges");
    args.push(`--memory=${containerLimits.memory}`, `--cpus=${containerLimits.cpus}`);
    args.push(`--pids-limit=${containerLimits.pids}`);
  }
  if (request.readOnly) args.push("--read-only", "--tmpfs", "/tmp");
  if (request.healthInterval !== undefined) {
    // Checked more often, so that nobody waits half a minute; patience is ours, not the retry count's.
    args.push(`--health-interval=${request.healthInterval}s`, "--health-retries=1000");
  }
  for (const port of request.ports) args.push("--publish", `127.0.0.1::${port}`);
  const env: Record<string, string> = {};
  passVariables("--env", request.env, args, env);
  args.push(request.image, ...request.command);
  await askEngine(call, args, env);
}

/** Throws EngineError when there is no such container. */
export async function inspectContainer(call: EngineCall, name: string): Promise<ContainerState> {
  const text = await askEngine(call, ["container", "inspect", name]);
  const parsed = z.array(stateSchema).min(1).safeParse(JSON.parse(text));
  const [described] = parsed.success ? parsed.data : [];
  if (described === undefined) {
    throw new EngineError("the engine describes the container in an unknown way", "update the engine");
  }
  const state = described.State;
  const last = state.Health?.Log?.at(-1);
  return {
    running: state.Running,
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled === true,
    error: state.Error ?? "",
    pid: state.Pid ?? 0,
    exposed: Object.keys(described.Config?.ExposedPorts ?? {}).flatMap((port) =>
      /^\d+\/tcp$/.test(port) ? [Number.parseInt(port, 10)] : [],
    ),
    ...(state.Health && state.Health.Status !== "none" && state.Health.Status !== ""
      ? {
          health: {
            status: state.Health.Status,
            output: last?.Output ?? "",
            exitCode: last?.ExitCode ?? 0,
          },
        }
      : {}),
  };
}

/** The port on our loopback address behind which a container's port is; undefined when it is not published. */
export async function publishedPort(
  call: EngineCall,
  name: string,
  port: number,
): Promise<number | undefined> {
  const result = await runEngine(call, ["port", name, `${port}/tcp`]);
  const [, found] = /:(\d+)\s*$/m.exec(result.stdout) ?? [];
  return result.exitCode === 0 && found !== undefined ? Number(found) : undefined;
}

/** The last lines a container printed, both streams. Raw. Lines without an end are no reason to fail. */
export async function containerLog(call: EngineCall, name: string, lines: number): Promise<string> {
  try {
    const result = await runEngine(call, ["logs", "--tail", String(lines), name]);
    return `${result.stdout}${result.stderr}`;
  } catch (error) {
    if (error instanceof LimitError) return `(the log cannot be read: ${error.message})`;
    throw error;
  }
}

/** User ids (or names the engine's machine has for them) of a container's processes; empty when nobody can say. */
export async function processUsers(call: EngineCall, name: string): Promise<readonly string[]> {
  const format = call.engine.name === "podman" ? ["pid", "uid"] : ["-eo", "pid,uid"];
  const result = await runEngine(call, ["top", name, ...format]);
  if (result.exitCode !== 0) return [];
  return [
    ...new Set(
      result.stdout
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.trim().split(/\s+/)[1] ?? "")
        .filter((user) => user !== ""),
    ),
  ];
}

/** Asks a container to stop as orchestrators do: its stop signal, then a kill after `graceSeconds`. Milliseconds taken. */
export async function stopContainer(call: EngineCall, name: string, graceSeconds: number): Promise<number> {
  const started = performance.now();
  await askEngine(call, ["stop", "--time", String(graceSeconds), name]);
  return performance.now() - started;
}

/** Removes a container and its anonymous volumes; one that is gone is fine. */
export async function removeContainer(call: EngineCall, name: string): Promise<void> {
  await runEngine(call, ["rm", "--force", "--volumes", name]);
}

/** Makes a network of our own. */
export async function createNetwork(call: EngineCall, name: string, runId: string): Promise<void> {
  await askEngine(call, ["network", "create", "--label", `${runLabel}=${runId}`, name]);
}
