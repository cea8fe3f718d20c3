import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "./cli.ts";
import { docker, engineReady } from "./engine.ts";

const cases = [
  { name: "python-fastapi", what: "a Poetry FastAPI service", path: "/orders/7", answer: { number: 7 } },
  { name: "nodejs-express", what: "an npm Express service", path: "/hello/ada", answer: { hello: "ada" } },
  { name: "go-microservice", what: "a Go service with a module", path: "/health", answer: undefined },
];

describe.skipIf(!engineReady)("generate -> build -> run, for real", () => {
  const made: { container?: string; image: string; folder: string }[] = [];
  afterAll(() => {
    for (const one of made) {
      if (one.container) docker("rm", "-f", one.container);
      docker("rmi", "-f", one.image);
      rmSync(one.folder, { recursive: true, force: true });
    }
  });

  it.each(cases)(
    "$what answers from a container whose process is not root",
    async ({ name, path: route, answer }) => {
      const folder = mkdtempSync(path.join(tmpdir(), "dockwright-e2e-"));
      const image = `dockwright-e2e-${name}`;
      const one: (typeof made)[number] = { image, folder };
      made.push(one);
      cpSync(`examples/${name}`, folder, { recursive: true });
      const generated = runCli(["generate", ".", "--write", "--force", "--json"], { cwd: folder });
      expect(generated.status, generated.stderr).toBe(0);
      const { findings, plan } = JSON.parse(
        runCli(["generate", ".", "--json", "--detail", "full"], { cwd: folder }).stdout,
      );
      expect(findings).toEqual([]);

      docker("build", "-t", image, folder);
      const port = plan.probe.port;
      one.container = docker(
        "run",
        "-d",
        "--cap-drop=ALL",
        "--security-opt=no-new-privileges",
        "-p",
        `127.0.0.1:0:${port}`,
        image,
      );
      const address = docker("port", one.container, String(port)).split("\n")[0];
      const response = await answers(`http://${address}${route}`);
      expect(response.status).toBe(200);
      if (answer) expect(await response.json()).toEqual(answer);
      const uids = docker("top", one.container, "-eo", "pid,uid")
        .split("\n")
        .slice(1)
        .map((line) => line.trim().split(/\s+/)[1]);
      expect(uids.length).toBeGreaterThan(0);
      expect(uids).not.toContain("0");
    },
    600_000,
  );
});

async function answers(url: string): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetch(url, { signal: AbortSignal.timeout(2000) });
    } catch (error) {
      if (attempt > 50) throw error;
      await wait(200);
    }
  }
}
