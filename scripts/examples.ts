// Writes with the generator what the repository shows of it: Dockerfile and .dockerignore of each example, and the
// templates of the docker-multi-stage skill. `npm run examples` writes; `--check` fails when something is stale.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Parameters } from "../src/ecosystems/types.ts";
import { generate } from "../src/generate/generate.ts";
import { readProject } from "../src/project/read.ts";
import { defaultLimits } from "../src/security/limits.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
const stale: string[] = [];
const defaults = { variant: "production", upgrade: false, tests: false, today: "2026-11-21" } as const;

const templates: Readonly<Record<string, Parameters>> = {
  "Dockerfile.node-multistage": {
    ...defaults,
    language: "node",
    packageManager: "npm",
    framework: "express",
  },
  "Dockerfile.python-multistage": {
    ...defaults,
    language: "python",
    packageManager: "pip",
    framework: "fastapi",
  },
};
for (const [name, parameters] of Object.entries(templates)) {
  const made = generate({ parameters });
  if (made.kind !== "generated") throw new Error(`${name}: ${made.reason}`);
  write(`skills/docker-multi-stage/assets/${name}`, made.dockerfile);
}

for (const name of readdirSync(path.join(root, "examples"), { withFileTypes: true })) {
  if (!name.isDirectory()) continue;
  const folder = path.join(root, "examples", name.name);
  const project = await readProject(folder, defaultLimits, new AbortController().signal);
  const made = generate({ project, parameters: defaults });
  if (made.kind !== "generated") throw new Error(`examples/${name.name}: ${made.reason}`);
  write(`examples/${name.name}/Dockerfile`, made.dockerfile);
  write(`examples/${name.name}/.dockerignore`, made.dockerignore);
}

if (stale.length > 0) {
  console.error(`stale, run npm run examples: ${stale.join(", ")}`);
  process.exit(1);
}

function write(file: string, text: string): void {
  const target = path.join(root, file);
  if (existsSync(target) && readFileSync(target, "utf8") === text) return;
  if (check) stale.push(file);
  else {
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}
