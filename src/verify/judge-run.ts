import { askEngine } from "../engine/call.ts";
import {
  type ContainerRequest,
  containerLimits,
  createNetwork,
  removeContainer,
} from "../engine/container.ts";
import type { ImageConfig, ImageHandle } from "../image/types.ts";
import { clean } from "../security/untrusted.ts";
import type { Run } from "./build.ts";
import { userNumber } from "./image-user.ts";
import { defaultPatience, type Observation, observe } from "./observe.ts";
import { describeProbe, type ResolvedProbe, resolveProbe } from "./probe.ts";
import { startServices } from "./services.ts";
import type { Patience } from "./types.ts";

const runClaims = [
  "starts",
  "runs-as-non-root",
  "answers-probe",
  "healthcheck-healthy",
  "stops-on-sigterm",
  "read-only-root",
] as const;

/** Runs the image as production would, then once more with a read-only root, and judges what it did. */
export async function judgeRuns(run: Run, tag: string, handle: ImageHandle): Promise<void> {
  const { config } = handle;
  const { recorder, session, input } = run;
  if (runClaims.every((id) => recorder.has(id))) return;
  const probe = resolveProbe(input.probe, config);
  const needsPort = probe?.kind === "http" || probe?.kind === "tcp";
  if (needsPort && !session.engine.local) {
    for (const id of runClaims) {
      recorder.add(id, "not-tested", {
        reason: "the engine runs on another machine, whose published ports cannot be reached from here",
      });
    }
    return;
  }
  run.progress.say("run", "starting the container");
  const network = session.name("net");
  await createNetwork(session.call, network, session.runId);
  await startServices(run, network);
  const request: ContainerRequest = {
    name: session.name("app"),
    image: tag,
    runId: session.runId,
    network,
    env: input.env ?? {},
    command: input.command ?? (probe?.kind === "exits" ? probe.arguments : undefined) ?? [],
    ports: needsPort ? [probe.port] : [],
    hardened: true,
    readOnly: false,
    healthInterval: 1,
    ...(input.platform === undefined ? {} : { platform: input.platform }),
  };
  const began = performance.now();
  const seen = await observe(session.call, request, probe, patienceOf(run), true);
  const ms = performance.now() - began;
  if (await isForeign(run, seen, config)) {
    const platform = clean(input.platform ?? config.architecture, 60);
    for (const id of runClaims) {
      recorder.add(id, "not-tested", {
        reason: `this engine cannot run programs of ${platform}: verify on such a machine, or register an emulator (binfmt, QEMU)`,
      });
    }
    return;
  }
  judgeStart(run, seen, probe, ms);
  judgeUser(run, seen, config, await userNumber(handle));
  judgeProbe(run, seen, probe);
  judgeHealth(run, seen, config);
  judgeStop(run, seen, config);
  await removeContainer(session.call, request.name);
  await judgeReadOnly(run, { ...request, name: session.name("readonly"), readOnly: true }, probe, seen);
}

/** True when the processor of this engine is another than the image's, and that is why nothing runs. */
async function isForeign({ session, input }: Run, seen: Observation, config: ImageConfig): Promise<boolean> {
  if (input.platform === undefined || !/exec format error/i.test(`${seen.refused ?? ""} ${seen.log}`))
    return false;
  const docker = session.engine.name === "docker";
  const format = docker ? "{{.Server.Arch}}" : "{{.Host.Arch}}";
  const own = await askEngine(session.call, [docker ? "version" : "info", "--format", format]);
  return own.trim() !== config.architecture;
}

function patienceOf({ input }: Run): Patience {
  return { ...defaultPatience, ...input.patience };
}

/** True when the container did what it is for: it stayed up, or ended well where that is expected. */
function works(seen: Observation, probe: ResolvedProbe | undefined): boolean {
  if (seen.refused !== undefined) return false;
  if (seen.ended && (seen.ended.exitCode !== 0 || seen.ended.oomKilled)) return false;
  return probe === undefined || seen.probe?.ok === true;
}

function judgeStart(
  { recorder }: Run,
  seen: Observation,
  probe: ResolvedProbe | undefined,
  ms: number,
): void {
  const measurement = {
    memory: containerLimits.memory,
    cpus: containerLimits.cpus,
    pids: containerLimits.pids,
  };
  const wrongEnd =
    seen.ended && (seen.ended.exitCode !== 0 || seen.ended.oomKilled || (probe && probe.kind !== "exits"));
  if (seen.refused !== undefined) {
    recorder.add("starts", "refuted", { reason: seen.refused, log: seen.log, ms });
  } else if (probe === undefined && wantsArguments(seen)) {
    recorder.add("starts", "not-tested", {
      reason: `it printed its usage and ended with code ${seen.ended?.exitCode}, as a command-line tool without arguments does: probe it with some, exits:--help`,
      log: seen.log,
      ms,
    });
  } else if (wrongEnd && seen.ended) {
    recorder.add("starts", "refuted", {
      reason: seen.ended.oomKilled
        ? `it was killed for using more than ${containerLimits.memory} of memory`
        : `it ended with code ${seen.ended.exitCode} after ${Math.round(seen.ended.afterMs)} ms; its log says why`,
      log: seen.log,
      measurement: { ...measurement, exitCode: seen.ended.exitCode },
      ms,
    });
  } else recorder.add("starts", "proved", { measurement, ms });
}

/** True when what ended was a tool that nobody told what to do. 64 is EX_USAGE of sysexits.h. */
function wantsArguments({ ended, log }: Observation): boolean {
  return ended !== undefined && [1, 2, 64].includes(ended.exitCode) && /^\s*usage\b/im.test(log);
}

function judgeUser(
  { recorder }: Run,
  seen: Observation,
  config: ImageConfig,
  number: number | undefined,
): void {
  const [user = ""] = config.user.split(":");
  const declared = user === "" ? "none (root)" : clean(user, 60);
  const users = seen.users.map((name) => clean(name, 40));
  const measurement = {
    declaredUser: declared,
    ...(number === undefined ? {} : { userId: number }),
    ...(users.length === 0 ? {} : { processUsers: users.join(" ") }),
  };
  const asRoot = users.some((name) => name === "root" || name === "0");
  if (number === 0 || asRoot) {
    recorder.add("runs-as-non-root", "refuted", {
      reason:
        user === ""
          ? "the image declares no user, so it runs as root: add USER with a numeric id"
          : `it runs as root (USER ${declared}): use a user of its own`,
      measurement,
    });
  } else if (seen.refused !== undefined) {
    recorder.add("runs-as-non-root", "not-tested", { reason: "the container does not start", measurement });
  } else if (users.length === 0 && number === undefined) {
    recorder.add("runs-as-non-root", "not-tested", {
      reason: `it ended before its processes were seen, and the image does not say which number ${declared} is: use a number in USER`,
      measurement,
    });
  } else recorder.add("runs-as-non-root", "proved", { measurement });
}

function judgeProbe({ recorder }: Run, seen: Observation, probe: ResolvedProbe | undefined): void {
  if (probe === undefined) {
    recorder.add("answers-probe", "not-tested", {
      reason: "nothing says how to see that it works: EXPOSE a port, add a HEALTHCHECK, or give a probe",
    });
    return;
  }
  const measurement = {
    probe: clean(describeProbe(probe), 160),
    ...(seen.probe ? { answerMs: Math.round(seen.probe.ms), answer: clean(seen.probe.detail, 160) } : {}),
  };
  const ms = seen.probe?.ms ?? 0;
  if (seen.probe?.ok) {
    recorder.add("answers-probe", "proved", { measurement, ms });
    return;
  }
  recorder.add("answers-probe", "refuted", {
    reason: `${describeProbe(probe)}: ${seen.refused === undefined ? (seen.probe?.detail ?? "no answer") : "the container does not start"}${elsewhere(seen, probe)}`,
    measurement,
    log: seen.log,
    ms,
  });
}

/** Where it listens instead, when that explains the failure. */
function elsewhere({ listening }: Observation, probe: ResolvedProbe): string {
  if (listening === undefined || (probe.kind !== "http" && probe.kind !== "tcp")) return "";
  if (listening.length === 0) return "; nothing listens on any port";
  const own = listening.find(({ port }) => port === probe.port);
  if (own?.loopbackOnly) return "; it listens on 127.0.0.1 only: bind to 0.0.0.0";
  if (own) return "";
  return `; it listens on ${listening.map(({ port }) => port).join(", ")}`;
}

function judgeHealth({ recorder }: Run, seen: Observation, config: ImageConfig): void {
  const test = config.healthcheck?.test ?? [];
  if (test.length === 0 || test[0] === "NONE") {
    recorder.add("healthcheck-healthy", "not-tested", { reason: "the image has no health check" });
  } else if (seen.health?.status === "healthy") {
    recorder.add("healthcheck-healthy", "proved", {
      measurement: { healthyAfterMs: Math.round(seen.health.ms) },
      ms: seen.health.ms,
    });
  } else {
    const ended = seen.refused !== undefined || seen.ended !== undefined;
    recorder.add("healthcheck-healthy", "refuted", {
      reason: ended
        ? "the container ended before it was healthy"
        : `still ${clean(seen.health?.status ?? "unknown", 20)} after ${Math.round((seen.health?.ms ?? 0) / 1000)} s: run its command inside the image, the tool it calls may be missing`,
      log: seen.health?.output ?? "",
      ms: seen.health?.ms ?? 0,
    });
  }
}

function judgeStop(run: Run, seen: Observation, config: ImageConfig): void {
  const { recorder } = run;
  const signal = clean(config.stopSignal ?? "SIGTERM", 20);
  if (!seen.stop) {
    recorder.add("stops-on-sigterm", "not-tested", {
      reason: seen.ended ? "it had ended by itself" : "the container does not start",
    });
    return;
  }
  const { ms, exitCode } = seen.stop;
  const measurement = { signal, exitMs: Math.round(ms), exitCode };
  // 137 is 128 + SIGKILL: the engine's patience was over.
  const killed = exitCode === 137;
  recorder.add("stops-on-sigterm", killed ? "refuted" : "proved", {
    measurement,
    ms,
    ...(killed
      ? {
          reason: `it ignores ${signal} and was killed after ${patienceOf(run).graceSeconds} s: start it directly (JSON form, exec in scripts), handle the signal, or run it under an init such as tini`,
          log: seen.log.split("\n").slice(-8),
        }
      : {}),
  });
}

async function judgeReadOnly(
  run: Run,
  request: ContainerRequest,
  probe: ResolvedProbe | undefined,
  before: Observation,
): Promise<void> {
  const { recorder, session } = run;
  if (recorder.has("read-only-root")) return;
  if (!works(before, probe)) {
    recorder.add("read-only-root", "not-tested", { reason: "it does not work with a writable root either" });
    return;
  }
  run.progress.say("readOnly", "starting it with a read-only root file system");
  const began = performance.now();
  const seen = await observe(
    session.call,
    request,
    probe,
    { ...patienceOf(run), startMs: Math.min(30_000, patienceOf(run).startMs) },
    false,
  );
  await removeContainer(session.call, request.name);
  const ms = performance.now() - began;
  if (works(seen, probe)) recorder.add("read-only-root", "proved", { ms });
  else {
    recorder.add("read-only-root", "refuted", {
      reason: `${seen.refused ?? seen.probe?.detail ?? "it ends"}: give what it writes a volume or a tmpfs`,
      log: seen.log,
      ms,
    });
  }
}
