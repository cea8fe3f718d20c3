import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { findEngine } from "../engine/find.ts";
import { type Janitor, startJanitor } from "../engine/janitor.ts";
import type { Engine, EngineCall } from "../engine/types.ts";
import type { VerifyContext, VerifyInput } from "./types.ts";

/** One run: its engine, its id, its folder, and what cleans up after it. */
export interface Session {
  readonly runId: string;
  readonly engine: Engine;
  /** Temporary files of the run; only we can read it. */
  readonly folder: string;
  readonly janitor: Janitor;
  /** For builds. */
  readonly build: EngineCall;
  /** For everything that has to answer soon. */
  readonly call: EngineCall;
  /** A name of our own for an image, container or network. */
  name(what: string): string;
}

/** Finds the engine and starts the janitor. Throws MissingToolError when nothing can build here. */
export async function openSession(input: VerifyInput, context: VerifyContext): Promise<Session> {
  const engine = await findEngine({
    engine: input.engine ?? "auto",
    ...(input.builder === undefined ? {} : { builder: input.builder }),
    env: context.env,
    signal: context.signal,
  });
  const runId = randomBytes(6).toString("hex");
  const folder = await mkdtemp(path.join(tmpdir(), `dockwright-verify-${runId}-`));
  const janitor = startJanitor(engine.program, runId, folder);
  const call = { engine, signal: context.signal, timeoutMs: 180_000 };
  return {
    runId,
    engine,
    folder,
    janitor,
    call,
    build: { ...call, timeoutMs: context.limits.buildDeadlineMs },
    name: (what) => `dockwright-${runId}-${what}`,
  };
}

/** How an engine builds, in words. */
export function describeBuilder({ builder }: Engine): string {
  if (builder.kind === "buildx") return builder.name === undefined ? "buildx" : `buildx (${builder.name})`;
  return builder.kind === "embedded" ? "embedded BuildKit" : "buildah";
}
