import { setTimeout as pause } from "node:timers/promises";
import { runEngine } from "../engine/call.ts";
import {
  type ContainerRequest,
  type ContainerState,
  containerLog,
  inspectContainer,
  processUsers,
  publishedPort,
  startContainer,
  stopContainer,
} from "../engine/container.ts";
import type { EngineCall } from "../engine/types.ts";
import { CancelledError, EngineError, LimitError } from "../security/errors.ts";
import type { RunResult } from "../security/process.ts";
import { type Listening, listeningPorts } from "./listening.ts";
import { type ProbeTry, type ResolvedProbe, tryHttp, tryTcp } from "./probe.ts";
import type { Patience } from "./types.ts";

/** What is waited unless a request says otherwise. */
export const defaultPatience: Patience = {
  startMs: 60_000,
  elsewhereMs: 6000,
  stayMs: 3000,
  graceSeconds: 10,
};

/** What a container did. Text is raw. */
export interface Observation {
  /** The engine's refusal to start it. */
  readonly refused?: string;
  /** It ended by itself before it was asked to. */
  readonly ended?: { readonly exitCode: number; readonly oomKilled: boolean; readonly afterMs: number };
  /** Undefined without a probe. */
  readonly probe?: ProbeTry & { readonly ms: number };
  /** Undefined without a health check. */
  readonly health?: { readonly status: string; readonly output: string; readonly ms: number };
  /** Users of its processes while it ran. */
  readonly users: readonly string[];
  readonly listening?: readonly Listening[];
  readonly log: string;
  /** Undefined when it had ended before. */
  readonly stop?: { readonly ms: number; readonly exitCode: number };
}

/** Starts a container, waits for its probe and its health check, and stops it. Throws CancelledError, LimitError. */
export async function observe(
  call: EngineCall,
  request: ContainerRequest,
  probe: ResolvedProbe | undefined,
  patience: Patience,
  stop: boolean,
): Promise<Observation> {
  try {
    await startContainer(call, request);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { refused: error.message, users: [], log: await containerLog(call, request.name, 40) };
  }
  const seen = await watch(call, request, probe, patience);
  const log = await containerLog(call, request.name, 60);
  if (seen.ended || !stop) return { ...seen, log };
  const ms = await stopContainer(call, request.name, patience.graceSeconds);
  const { exitCode } = await inspectContainer(call, request.name);
  return { ...seen, log: await containerLog(call, request.name, 60), stop: { ms, exitCode } };
}

async function watch(
  call: EngineCall,
  request: ContainerRequest,
  probe: ResolvedProbe | undefined,
  patience: Patience,
): Promise<Omit<Observation, "log" | "stop">> {
  const started = performance.now();
  const elapsed = (): number => performance.now() - started;
  const hostPort =
    probe?.kind === "http" || probe?.kind === "tcp"
      ? await publishedPort(call, request.name, probe.port)
      : undefined;
  let answer: (ProbeTry & { ms: number }) | undefined;
  let health: Observation["health"];
  let users: readonly string[] = [];
  let listening: readonly Listening[] | undefined;
  for (;;) {
    if (call.signal.aborted) throw new CancelledError();
    const state = await inspectContainer(call, request.name);
    if (!state.running) return { ...ending(state, probe, elapsed()), users, ...known(listening) };
    if (users.length === 0) users = await processUsers(call, request.name);
    if (!answer?.ok && probe && probe.kind !== "exits") {
      answer = { ...(await tryOnce(call, request.name, probe, hostPort)), ms: elapsed() };
    }
    listening = await listeningPorts(state.pid);
    if (state.health && health?.status !== "healthy") {
      health = { status: state.health.status, output: state.health.output, ms: elapsed() };
    }
    const probed = probe === undefined ? elapsed() >= patience.stayMs : answer?.ok === true;
    const healthy = state.health === undefined || health?.status === "healthy";
    const late =
      elapsed() >= patience.startMs ||
      (elapsed() >= patience.elsewhereMs && isElsewhere(probe, answer, listening)) ||
      // The application answers and its own check still fails: more waiting changes nothing.
      (probed && elapsed() >= (answer?.ms ?? 0) + patience.startMs / 3);
    if ((probed && healthy) || late) {
      users = await processUsers(call, request.name);
      return {
        users,
        ...(answer ? { probe: answer } : probe?.kind === "exits" ? { probe: stillUp(elapsed()) } : {}),
        ...(health ? { health } : {}),
        ...known(listening),
      };
    }
    await pause(200);
  }
}

function known(listening: readonly Listening[] | undefined): { listening?: readonly Listening[] } {
  return listening === undefined ? {} : { listening };
}

function stillUp(ms: number): ProbeTry & { ms: number } {
  return { ok: false, detail: `it still runs after ${Math.round(ms / 1000)} s`, ms };
}

function ending(
  state: ContainerState,
  probe: ResolvedProbe | undefined,
  ms: number,
): Pick<Observation, "ended" | "probe"> {
  const detail = state.oomKilled
    ? "it was killed for using more memory than its limit"
    : `it ended with code ${state.exitCode}`;
  const ok = state.exitCode === 0 && !state.oomKilled && (probe === undefined || probe.kind === "exits");
  return {
    ended: { exitCode: state.exitCode, oomKilled: state.oomKilled, afterMs: ms },
    ...(probe ? { probe: { ok, detail, ms } } : {}),
  };
}

/** It listens, but not where the probe asks. */
function isElsewhere(
  probe: ResolvedProbe | undefined,
  answer: ProbeTry | undefined,
  listening: readonly Listening[] | undefined,
): boolean {
  if (answer?.ok !== false || !listening?.length || (probe?.kind !== "http" && probe?.kind !== "tcp"))
    return false;
  return !listening.some(({ port, loopbackOnly }) => port === probe.port && !loopbackOnly);
}

/** What came of a command, or why nobody waited for it. */
async function endOf(running: Promise<RunResult>): Promise<RunResult | string> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof LimitError) return error.message;
    throw error;
  }
}

async function tryOnce(
  call: EngineCall,
  name: string,
  probe: Exclude<ResolvedProbe, { kind: "exits" }>,
  hostPort: number | undefined,
): Promise<ProbeTry> {
  if (probe.kind === "command") {
    const result = await endOf(runEngine({ ...call, timeoutMs: 30_000 }, ["exec", name, ...probe.command]));
    if (typeof result === "string") return { ok: false, detail: result };
    const said = `${result.stdout}${result.stderr}`.trim().slice(-300);
    return {
      ok: result.exitCode === 0,
      detail: `exit code ${result.exitCode}${said === "" ? "" : `: ${said}`}`,
    };
  }
  if (hostPort === undefined) return { ok: false, detail: `port ${probe.port} is not published` };
  return probe.kind === "http" ? tryHttp(hostPort, probe.path, probe.status) : tryTcp(hostPort);
}
