import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import type { EngineChoice } from "../types.ts";

/** How an engine's API is reached: a socket (or named pipe) or a host, with the client's certificates for TLS. */
export interface Endpoint {
  /** Where it was found, for messages. */
  readonly label: string;
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number;
  readonly tls?: {
    readonly ca?: Buffer;
    readonly cert?: Buffer;
    readonly key?: Buffer;
    readonly verify: boolean;
  };
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The engines to ask, in order: what DOCKER_HOST or the chosen context names, or else the usual sockets of Docker
 * (also rootless and Docker Desktop) and of Podman. Throws InputError for an address that cannot be used.
 */
export async function findEndpoints(choice: EngineChoice, env: Environment): Promise<Endpoint[]> {
  if (choice === "none") return [];
  const docker = choice === "podman" ? [] : await dockerEndpoints(env);
  const podman = choice === "docker" ? [] : await podmanEndpoints(env);
  return [...docker, ...podman];
}

async function dockerEndpoints(env: Environment): Promise<Endpoint[]> {
  const folder = env.DOCKER_CONFIG || path.join(env.HOME || homedir(), ".docker");
  if (env.DOCKER_HOST) {
    const verify = Boolean(env.DOCKER_TLS_VERIFY);
    const tls =
      verify || env.DOCKER_CERT_PATH ? await certificates(env.DOCKER_CERT_PATH || folder, verify) : undefined;
    return [parseHost(env.DOCKER_HOST, "DOCKER_HOST", tls)];
  }
  const context = env.DOCKER_CONTEXT || (await currentContext(folder));
  if (context !== undefined && context !== "default") return [await contextEndpoint(folder, context)];
  if (process.platform === "win32") return [{ label: "docker", socketPath: "\\\\.\\pipe\\docker_engine" }];
  return sockets("docker", [
    "/var/run/docker.sock",
    env.XDG_RUNTIME_DIR && path.join(env.XDG_RUNTIME_DIR, "docker.sock"),
    env.HOME && path.join(env.HOME, ".docker/run/docker.sock"),
  ]);
}

async function podmanEndpoints(env: Environment): Promise<Endpoint[]> {
  if (env.CONTAINER_HOST) return [parseHost(env.CONTAINER_HOST, "CONTAINER_HOST", undefined)];
  return sockets("podman", [
    env.XDG_RUNTIME_DIR && path.join(env.XDG_RUNTIME_DIR, "podman/podman.sock"),
    "/run/podman/podman.sock",
  ]);
}

function sockets(label: string, candidates: readonly (string | undefined)[]): Endpoint[] {
  return candidates.flatMap((socketPath) =>
    socketPath && existsSync(socketPath) ? [{ label, socketPath }] : [],
  );
}

/** Reads `unix:///run/docker.sock`, `tcp://host:2376` or `npipe:////./pipe/docker_engine`. */
export function parseHost(text: string, label: string, tls: Endpoint["tls"]): Endpoint {
  const shown = clean(text, 120);
  const [, scheme = "", rest = ""] = /^([a-z]+):\/\/(.*)$/.exec(text) ?? [];
  if (scheme === "unix" && rest !== "") return { label, socketPath: rest };
  if (scheme === "npipe" && rest !== "") return { label, socketPath: rest.replaceAll("/", "\\") };
  if (scheme === "tcp" || scheme === "http" || scheme === "https") {
    const url = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : undefined;
    if (url?.hostname) {
      const secure = tls ?? (scheme === "https" ? { verify: true } : undefined);
      const port = url.port === "" ? (secure ? 2376 : 2375) : Number(url.port);
      return { label, host: url.hostname.replace(/^\[|\]$/g, ""), port, ...(secure ? { tls: secure } : {}) };
    }
  }
  throw new InputError(
    `${label} ${shown} cannot be used here`,
    scheme === "ssh"
      ? "forward the socket (ssh -L /tmp/docker.sock:/var/run/docker.sock host) and set DOCKER_HOST=unix:///tmp/docker.sock"
      : "use unix:///path/to/docker.sock or tcp://host:port",
  );
}

async function currentContext(folder: string): Promise<string | undefined> {
  const config = await readJsonFile(path.join(folder, "config.json"));
  const name = field(config, "currentContext");
  return typeof name === "string" && name !== "" ? name : undefined;
}

async function contextEndpoint(folder: string, name: string): Promise<Endpoint> {
  // The store names a context's folder by the digest of its name.
  const id = createHash("sha256").update(name).digest("hex");
  const meta = await readJsonFile(path.join(folder, "contexts", "meta", id, "meta.json"));
  const docker = field(field(meta, "Endpoints"), "docker");
  const host = field(docker, "Host");
  if (typeof host !== "string") {
    throw new InputError(`docker context ${clean(name, 60)} is not known`, "see docker context ls");
  }
  const tlsFolder = path.join(folder, "contexts", "tls", id, "docker");
  const tls = existsSync(tlsFolder)
    ? await certificates(tlsFolder, field(docker, "SkipTLSVerify") !== true)
    : undefined;
  return parseHost(host, `docker context ${clean(name, 60)}`, tls);
}

async function certificates(folder: string, verify: boolean): Promise<NonNullable<Endpoint["tls"]>> {
  const read = (name: string): Promise<Buffer | undefined> =>
    readFile(path.join(folder, name)).catch(() => undefined);
  const [ca, cert, key] = await Promise.all([read("ca.pem"), read("cert.pem"), read("key.pem")]);
  return { verify, ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}

/** A JSON file of the user's own configuration; undefined when it is missing or malformed. */
export async function readJsonFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** `value[name]` when `value` is an object that has it. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
