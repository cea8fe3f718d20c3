import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { generate } from "../../src/generate/generate.ts";
import { readProject } from "../../src/project/read.ts";
import { defaultLimits } from "../../src/security/limits.ts";
import { docker, engineReady } from "./engine.ts";

const today = "2026-11-21";

/** One folder of test/fixtures/apps a row; `app` picks a package of a workspace, `secret` is passed to the build. */
const rows: readonly { name: string; what: string; app?: string; secret?: string }[] = [
  { name: "node-npm-express-private", what: "npm with a private registry's token", secret: "NPM_TOKEN" },
  { name: "node-pnpm-workspace", what: "a package of a pnpm workspace" },
  { name: "node-yarn-hono", what: "Yarn 4" },
  { name: "node-yarn-pnp", what: "Yarn's Plug'n'Play with ES modules" },
  { name: "node-bun-hono", what: "Bun" },
  { name: "node-vite-static", what: "a front end's files" },
  { name: "python-pip-native", what: "pip with a library that is compiled" },
  { name: "python-poetry-flask", what: "Poetry" },
  { name: "python-uv-workspace", what: "a uv workspace" },
  { name: "python-pipenv-flask", what: "Pipenv" },
  { name: "python-uv-fastapi", what: "FastAPI below src/, started by its own script" },
  { name: "python-pip-django", what: "Django with collected static files" },
  { name: "go-workspace", what: "a Go workspace" },
  { name: "go-vendor-embed", what: "vendored modules and an embedded front end" },
  { name: "go-embed-vite", what: "a front end that is built for the program first" },
  { name: "go-cgo-commands", what: "C, and the one command of several that serves" },
  { name: "rust-workspace", what: "a Cargo workspace" },
  { name: "rust-axum-openssl", what: "Axum with OpenSSL, one of two binaries" },
  { name: "java-maven-plain", what: "Maven without a framework" },
];

describe.skipIf(!engineReady)("small applications, generated, built and run", () => {
  it.each(rows)(
    "$name: $what answers, and not as root",
    async ({ name, app, secret }) => {
      const folder = mkdtempSync(path.join(tmpdir(), "dockwright-app-"));
      const image = `dockwright-app-${name}`;
      let container: string | undefined;
      try {
        cpSync(`test/fixtures/apps/${name}`, folder, { recursive: true });
        const project = await readProject(folder, defaultLimits, new AbortController().signal);
        const result = generate({
          project,
          parameters: {
            variant: "production",
            upgrade: false,
            tests: false,
            today,
            ...(app === undefined ? {} : { app }),
          },
        });
        if (result.kind !== "generated") throw new Error(`${result.kind}: ${result.reason}`);
        expect(result.findings).toEqual([]);
        expect(result.plan.inputs.map((input) => input.id)).toEqual(secret === undefined ? [] : [secret]);
        writeFileSync(path.join(folder, "Dockerfile"), result.dockerfile);
        writeFileSync(path.join(folder, ".dockerignore"), result.dockerignore);
        const token = path.join(folder, "..", `${path.basename(folder)}.token`);
        writeFileSync(token, "a-token-of-the-test");
        const secrets = secret === undefined ? [] : ["--secret", `id=${secret},src=${token}`];
        try {
          docker("build", ...secrets, "-t", image, folder);
        } finally {
          rmSync(token);
        }
        const { port, path: route = "/" } = result.plan.probe;
        if (port === undefined) throw new Error("no port was found");
        container = docker("run", "-d", "--cap-drop=ALL", "-p", `127.0.0.1:0:${port}`, image);
        const address = docker("port", container, String(port)).split("\n")[0];
        expect((await answer(`http://${address}${route}`)).status).toBe(200);
        expect(docker("inspect", "--format", "{{.Config.User}}", image)).toMatch(/^[1-9]\d*:\d+$/);
      } finally {
        if (container !== undefined) docker("rm", "-f", container);
        try {
          docker("rmi", "-f", image);
        } catch {
          // It was never built: the failure above is the one to read.
        }
        rmSync(folder, { recursive: true, force: true });
      }
    },
    300_000,
  );
});

/** The first answer within twenty seconds. */
async function answer(url: string): Promise<Response> {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      return await fetch(url, { signal: AbortSignal.timeout(2000) });
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
