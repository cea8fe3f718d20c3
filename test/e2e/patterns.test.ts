import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { openKnowledge } from "../../src/knowledge/index.ts";
import { docker, engineReady } from "./engine.ts";

/** A pattern of a reference page, with a small project it is for. */
interface Case {
  readonly pattern: string;
  readonly project: string;
  readonly port: number;
  readonly route: string;
  /** Ready the copied project. */
  readonly prepare?: (folder: string) => void;
  /** The program leaves SIGTERM to the system, which process 1 does not get: the engine's init stands before it. */
  readonly init?: boolean;
  /** HEALTHCHECK NONE. */
  readonly unprobed?: boolean;
}

const python = { project: "test/fixtures/patterns/python", port: 8000, route: "/" };
const node = { project: "test/fixtures/patterns/node", port: 3000, route: "/" };
const go = { project: "test/fixtures/patterns/go", port: 8080, route: "/health" };
const rust = { project: "test/fixtures/patterns/rust", port: 8080, route: "/health", init: true };
const java = {
  project: "examples/java-spring",
  port: 8080,
  route: "/articles/7",
  unprobed: true,
  prepare: (folder: string) => nameJar(path.join(folder, "pom.xml")),
};
// Dependencies without the builder; Node.js projects answer any path, /health too.
const cases: readonly Case[] = [
  { pattern: "python/quick", ...python },
  { pattern: "python/production", project: "examples/python-fastapi", port: 8000, route: "/orders/7" },
  { pattern: "python/production-uv", ...python },
  { pattern: "python/production-pip", ...python },
  { pattern: "python/hardened", ...python },
  { pattern: "node/quick", ...node },
  { pattern: "node/production", ...node, prepare: entry },
  { pattern: "node/production-pnpm", ...node, prepare: entry },
  { pattern: "node/production-yarn", ...node, prepare: entry },
  { pattern: "node/hardened", ...node, prepare: entry },
  { pattern: "go/production", ...go },
  { pattern: "go/cgo", ...go },
  { pattern: "rust/quick", ...rust },
  { pattern: "rust/production", ...rust },
  { pattern: "java/production", ...java },
  { pattern: "java/hardened", ...java },
];

/** The production patterns start dist/index.js, which the sample's build makes. */
function entry(folder: string): void {
  rmSync(path.join(folder, "server.js"));
}

function nameJar(file: string): void {
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("<build>", "<build>\n    <finalName>app</finalName>"));
}

describe.skipIf(!engineReady)("patterns of the reference pages, built and run", () => {
  const knowledge = openKnowledge();
  const made: { container?: string; image: string; folder: string }[] = [];
  afterAll(() => {
    for (const one of made) {
      if (one.container) docker("rm", "-f", one.container);
      docker("rmi", "-f", one.image);
      rmSync(one.folder, { recursive: true, force: true });
    }
  });

  it.each(cases)(
    "$pattern serves, is healthy, is not root and needs no writable file system",
    async ({ pattern, project, port, route, prepare, unprobed, init }) => {
      const page = knowledge.readDocument(`dockwright://patterns/${pattern}`) ?? "";
      const dockerfile = /^```dockerfile\n([\s\S]*?)^```$/m.exec(page)?.[1];
      if (dockerfile === undefined) throw new Error(`there is no pattern ${pattern}`);
      const folder = mkdtempSync(path.join(tmpdir(), "dockwright-pattern-"));
      const one: (typeof made)[number] = { image: `dockwright-pattern-${pattern.replace("/", "-")}`, folder };
      made.push(one);
      cpSync(project, folder, { recursive: true });
      rmSync(path.join(folder, ".dockerignore"), { force: true });
      prepare?.(folder);
      // Probes every second, so that the test need not wait half a minute for the first.
      writeFileSync(path.join(folder, "Dockerfile"), dockerfile.replace("--interval=30s", "--interval=1s"));

      docker("build", "-t", one.image, folder);
      one.container = docker(
        ...[
          "run",
          "-d",
          "--read-only",
          "--tmpfs",
          "/tmp",
          "--cap-drop=ALL",
          "--security-opt=no-new-privileges",
        ],
        ...(init === true ? ["--init"] : []),
        ...["-p", `127.0.0.1:0:${port}`, one.image],
      );
      const address = docker("port", one.container, String(port)).split("\n")[0];
      const response = await answers(`http://${address}${route}`, one.container);
      expect(response.status).toBe(200);
      const processes = docker("top", one.container, "-eo", "pid,uid").split("\n").slice(1);
      expect(processes.map((line) => line.trim().split(/\s+/)[1])).not.toContain("0");
      if (unprobed !== true) expect(await health(one.container)).toBe("healthy");
      docker("stop", "-t", "10", one.container);
      const code = Number(docker("inspect", "-f", "{{.State.ExitCode}}", one.container));
      // 137 would mean that SIGTERM did not reach the program.
      expect(code).not.toBe(137);
    },
    600_000,
  );
});

async function answers(url: string, container: string): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      // The engine's proxy may take a connection before the program listens, and then never answer it.
      return await fetch(url, { signal: AbortSignal.timeout(2000) });
    } catch {
      const running = docker("inspect", "-f", "{{.State.Running}}", container) === "true";
      if (attempt > 150 || !running) throw new Error(`no answer: ${docker("logs", container)}`);
      await wait(200);
    }
  }
}

async function health(container: string): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const state = docker("inspect", "-f", "{{.State.Health.Status}}", container);
    if (state !== "starting" || attempt > 100) return state;
    await wait(300);
  }
}
