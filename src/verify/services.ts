import { setTimeout as pause } from "node:timers/promises";
import { type ContainerState, containerLog, inspectContainer, startContainer } from "../engine/container.ts";
import type { EngineCall } from "../engine/types.ts";
import { clean } from "../security/untrusted.ts";
import type { Run } from "./build.ts";
import { listeningPorts } from "./listening.ts";

const pollMs = 500;
const patienceSeconds = 60;

/**
 * Starts the servers an application needs and waits for each: until its health check is content or, without one, until it
 * listens on a port its image declares (official database images have no health check, and an application that finds
 * nobody listening ends). One that is not ready in a minute is a note; the application is tried all the same.
 */
export async function startServices(
  { input, session, progress, notes, redact }: Run,
  network: string,
): Promise<void> {
  const call = session.build;
  for (const [index, service] of (input.services ?? []).entries()) {
    const name = session.name(`service${index}`);
    progress.say("run", `starting ${service.alias} (${service.image})`);
    await startContainer(call, {
      name,
      image: service.image,
      runId: session.runId,
      network,
      alias: service.alias,
      env: service.env ?? {},
      command: service.command ?? [],
      ports: [],
      hardened: false,
      readOnly: false,
      healthInterval: 1,
    });
    const trouble = await untilReady(call, name);
    if (trouble === undefined) continue;
    const said = (await containerLog(call, name, 5)).trim();
    notes.push(
      clean(
        redact(`the service ${service.alias} (${service.image}) ${trouble}${said === "" ? "" : `: ${said}`}`),
        400,
      ),
    );
  }
}

/** Undefined when the container is ready; else what is wrong with it. */
async function untilReady(call: EngineCall, name: string): Promise<string | undefined> {
  for (let tries = 0; ; tries++) {
    const state = await inspectContainer(call, name);
    if (!state.running) return `ended with code ${state.exitCode}`;
    const waiting = await waitsFor(state);
    if (waiting === undefined) return undefined;
    if (tries * pollMs >= patienceSeconds * 1000) return `${waiting} after ${patienceSeconds} s`;
    await pause(pollMs, undefined, { signal: call.signal });
  }
}

/** What a running container is not yet; undefined when it is ready, or when nobody can say. */
async function waitsFor({ health, exposed, pid }: ContainerState): Promise<string | undefined> {
  if (health !== undefined) return health.status === "healthy" ? undefined : `is still ${health.status}`;
  const open = exposed.length === 0 ? undefined : await listeningPorts(pid);
  if (open === undefined || open.some(({ port, loopbackOnly }) => !loopbackOnly && exposed.includes(port)))
    return undefined;
  return `does not listen on ${exposed.join(" or ")}`;
}
