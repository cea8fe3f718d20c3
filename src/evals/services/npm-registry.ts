import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { packageRoot } from "../../data/package-files.ts";
import { EngineError } from "../../security/errors.ts";
import { runProcess } from "../../security/process.ts";
import { clean } from "../../security/untrusted.ts";

/** Where the scenario's files say the registry is; replaced by the real address when they are laid out. */
export const registryPlaceholder = "npm.example.test:4873";

/** A private npm registry that runs until it is stopped. */
export interface NpmRegistry {
  /** `172.17.0.1:41234`: what replaces the placeholder. */
  readonly host: string;
  /** A token that may read. */
  readonly token: string;
  /** Subresource integrity of the published private packages, by name. */
  readonly integrity: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

// The newest version that starts on every Node.js we support.
const version = "6.1.6";
// One of its dependencies asks for a dist-tag that not every registry has.
const manifest = {
  name: "dockwright-eval-registry",
  private: true,
  dependencies: { verdaccio: version },
  overrides: { "node-fetch": "2.7.0" },
};
const packages = ["greeting"];

/** Where the registry listens, and the name under which the steps of a build find it. */
export interface RegistryAddress {
  readonly listen: string;
  readonly name: string;
}

/**
 * Installs Verdaccio once into the user's cache, starts it with authentication, makes an account and
 * publishes the packages of evals/registry/. Other packages come from the registry npm is configured for.
 * Throws EngineError when it does not come up, MissingToolError without npm.
 */
export async function startNpmRegistry(address: RegistryAddress, signal: AbortSignal): Promise<NpmRegistry> {
  const program = await installed(signal);
  const folder = await mkdtemp(path.join(os.tmpdir(), "dockwright-eval-registry-"));
  const controller = new AbortController();
  const port = await freePort(address.listen);
  const host = `${address.listen}:${port}`;
  const log: string[] = [];
  await writeFile(path.join(folder, "config.yaml"), configuration(await upstream(signal)));
  const running = runProcess({
    program: process.execPath,
    args: [program, "--config", path.join(folder, "config.yaml"), "--listen", host],
    cwd: folder,
    signal: AbortSignal.any([signal, controller.signal]),
    timeoutMs: 6 * 60 * 60_000,
    onLine: (line) => {
      log.push(line);
      if (log.length > 40) log.shift();
    },
  });
  let ended: unknown;
  running.then(
    (result) => {
      ended = new Error(`ended with code ${result.exitCode}`);
    },
    (error: unknown) => {
      ended = error;
    },
  );
  const stop = async (): Promise<void> => {
    controller.abort();
    await running.catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answering(`http://${host}/-/ping`, () => ended, signal);
    const token = await makeAccount(host, signal);
    for (const name of packages) await publish(name, host, token, folder, signal);
    return {
      host: `${address.name}:${port}`,
      token,
      integrity: await integrities(host, token, signal),
      stop,
    };
  } catch (error) {
    await stop();
    if (signal.aborted) throw error;
    throw new EngineError(
      `the npm registry for the scenario did not start: ${clean(error instanceof Error ? error.message : String(error))} ${clean(log.at(-1) ?? "")}`,
      "check that npm can install verdaccio here",
      { cause: error },
    );
  }
}

async function installed(signal: AbortSignal): Promise<string> {
  const cache = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache");
  const target = path.join(cache, "dockwright", `verdaccio-${version}`);
  const program = path.join(target, "node_modules", "verdaccio", "bin", "verdaccio");
  if (existsSync(program)) return program;
  await mkdir(path.dirname(target), { recursive: true });
  const folder = await mkdtemp(`${target}-`);
  try {
    await writeFile(path.join(folder, "package.json"), JSON.stringify(manifest));
    const result = await runProcess({
      program: "npm",
      args: ["install", "--omit=dev", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
      cwd: folder,
      signal,
      timeoutMs: 5 * 60_000,
    });
    if (result.exitCode !== 0) {
      throw new EngineError(
        `npm could not install verdaccio ${version}: ${clean(result.stderr)}`,
        "check npm's registry and network",
      );
    }
    // Another run may have been quicker; its copy is as good.
    await rename(folder, target).catch(() => undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return program;
}

function configuration(registry: string): string {
  return [
    "storage: ./storage",
    "auth: { htpasswd: { file: ./htpasswd, max_users: 10 } }",
    `uplinks: { npm: { url: ${JSON.stringify(registry)} } }`,
    "packages:",
    "  '@acme/*': { access: $authenticated, publish: $authenticated }",
    "  '**': { access: $authenticated, proxy: npm }",
    "log: { type: stdout, format: pretty, level: warn }",
    "web: { enable: false }",
    "",
  ].join("\n");
}

async function upstream(signal: AbortSignal): Promise<string> {
  const result = await runProcess({
    program: "npm",
    args: ["config", "get", "registry"],
    signal,
    timeoutMs: 30_000,
  });
  const url = result.stdout.trim();
  return /^https?:\/\/\S+$/.test(url) ? url : "https://registry.npmjs.org/";
}

/** A port nobody uses now; the registry takes it a moment later. */
async function freePort(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, address, resolve);
  });
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (bound === null || typeof bound === "string") throw new Error(`no port on ${address}`);
  return bound.port;
}

async function answering(url: string, ended: () => unknown, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    const failure = ended();
    if (failure !== undefined) throw failure;
    const answered = await fetch(url, { signal }).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await wait(200, undefined, { signal });
  }
  throw new Error("no answer within 30 s");
}

async function makeAccount(host: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`http://${host}/-/user/org.couchdb.user:ci`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "ci", password: crypto.randomUUID() }),
    signal,
  });
  return z.object({ token: z.string().min(8) }).parse(await response.json()).token;
}

async function publish(
  name: string,
  host: string,
  token: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const settings = path.join(folder, "npmrc");
  await writeFile(settings, `//${host}/:_authToken=${token}\n`, { mode: 0o600 });
  const result = await runProcess({
    program: "npm",
    args: [
      "publish",
      path.join(packageRoot(), "evals", "registry", name),
      "--registry",
      `http://${host}/`,
      "--access",
      "restricted",
    ],
    cwd: folder,
    env: { npm_config_userconfig: settings },
    signal,
    timeoutMs: 60_000,
  });
  if (result.exitCode !== 0) throw new Error(`npm publish ${name}: ${clean(result.stderr)}`);
}

async function integrities(
  host: string,
  token: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const folder of packages) {
    const file = path.join(packageRoot(), "evals", "registry", folder, "package.json");
    const { name, version: number } = z
      .object({ name: z.string(), version: z.string() })
      .parse(JSON.parse(await readFile(file, "utf8")));
    const response = await fetch(`http://${host}/${name.replace("/", "%2f")}`, {
      headers: { authorization: `Bearer ${token}` },
      signal,
    });
    const document = z
      .object({ versions: z.record(z.string(), z.object({ dist: z.object({ integrity: z.string() }) })) })
      .parse(await response.json());
    const integrity = document.versions[number]?.dist.integrity;
    if (integrity !== undefined) found.set(name, integrity);
  }
  return found;
}
