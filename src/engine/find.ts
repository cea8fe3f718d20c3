import path from "node:path";
import { EngineError, InputError, MissingToolError } from "../security/errors.ts";
import { findProgram, runProcess } from "../security/process.ts";
import { clean } from "../security/untrusted.ts";
import type { Builder, Engine } from "./types.ts";

/** What is looked for. */
export interface FindOptions {
  readonly engine: "auto" | "docker" | "podman";
  /** A buildx builder by name. */
  readonly builder?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const versionFormat = "{{.Client.Version}} {{.Server.Version}}";

/**
 * Finds an engine that answers and a way to build with BuildKit: Docker with buildx, Docker before 23 with its
 * embedded BuildKit, or Podman. Throws MissingToolError when there is none, with what was tried.
 */
export async function findEngine(options: FindOptions): Promise<Engine> {
  if (options.builder !== undefined && !/^[a-z0-9][\w.-]*$/i.test(options.builder)) {
    throw new InputError(
      `${clean(options.builder, 60)} is not the name of a builder`,
      "docker buildx ls lists the builders",
    );
  }
  const tried: string[] = [];
  if (options.engine !== "podman") {
    for (const program of await dockerPrograms(options.env)) {
      const found = await tryDocker(program, options);
      if (typeof found !== "string") return found;
      tried.push(`${program}: ${found}`);
    }
  }
  if (options.engine !== "docker" && options.builder === undefined) {
    const program = await findProgram("podman");
    if (program !== undefined) {
      const found = await tryPodman(program, options);
      if (typeof found !== "string") return found;
      tried.push(`${program}: ${found}`);
    }
  }
  throw new MissingToolError(
    tried.length === 0
      ? "no container engine was found"
      : `no container engine can build here (${tried.join("; ")})`,
    "install and start Docker with buildx, or Podman; DOCKER_HOST names an engine elsewhere",
  );
}

/** Every `docker` on PATH: a newer one without buildx may stand before an older one that builds. */
async function dockerPrograms(env: FindOptions["env"]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of (env.PATH ?? "").split(path.delimiter).filter(path.isAbsolute)) {
    const program = await findProgram(path.join(folder, "docker"));
    if (program !== undefined && !found.includes(program)) found.push(program);
  }
  return found;
}

async function tryDocker(program: string, options: FindOptions): Promise<Engine | string> {
  const { signal } = options;
  const version = await ask(program, ["version", "--format", versionFormat], signal);
  if (version.exitCode !== 0) return clean(version.stderr, 160) || "the engine does not answer";
  const [client = "", server = ""] = version.stdout.trim().split(/\s+/);
  const builder = await dockerBuilder(program, client, options);
  if (typeof builder === "string") return builder;
  return { name: "docker", program, version: server, builder, local: isLocal(options.env.DOCKER_HOST) };
}

async function dockerBuilder(
  program: string,
  client: string,
  { builder, signal }: FindOptions,
): Promise<Builder | string> {
  const help = await ask(program, ["buildx", "build", "--help"], signal);
  if (help.exitCode === 0 && help.stdout.includes("--progress")) {
    if (builder !== undefined) {
      const known = await ask(program, ["buildx", "inspect", builder], signal);
      if (known.exitCode !== 0) {
        throw new EngineError(
          `builder ${builder} cannot be used: ${clean(known.stderr, 200)}`,
          "docker buildx ls lists the builders",
        );
      }
    }
    return {
      kind: "buildx",
      ...(builder === undefined ? {} : { name: builder }),
      progress: help.stdout.includes("rawjson") ? "rawjson" : "plain",
    };
  }
  if (builder !== undefined) return "a builder was named, and this client has no buildx";
  // From 23 on the client builds through the buildx plugin only; 18.09 brought BuildKit.
  const major = Number.parseInt(client, 10);
  if (major >= 18 && major < 23) return { kind: "embedded" };
  return `client ${client} needs the buildx plugin to build`;
}

async function tryPodman(program: string, options: FindOptions): Promise<Engine | string> {
  const info = await ask(program, ["version", "--format", "{{.Client.Version}}"], options.signal);
  if (info.exitCode !== 0) return clean(info.stderr, 160) || "podman does not answer";
  return {
    name: "podman",
    program,
    version: info.stdout.trim(),
    builder: { kind: "buildah" },
    local: isLocal(options.env.CONTAINER_HOST),
  };
}

function isLocal(host: string | undefined): boolean {
  return (
    host === undefined ||
    host === "" ||
    /^(?:unix|npipe|fd):/.test(host) ||
    /\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/.test(host)
  );
}

function ask(program: string, args: readonly string[], signal: AbortSignal): ReturnType<typeof runProcess> {
  return runProcess({ program, args, signal, timeoutMs: 20_000 });
}
