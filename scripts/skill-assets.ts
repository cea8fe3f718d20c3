// Writes the Dockerfile templates of the docker-multi-stage skill with the generator:
// `npm run skill-assets`; `--check` fails when a file is not what the generator prints today.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Parameters } from "../src/ecosystems/types.ts";
import { generate } from "../src/generate/generate.ts";

const folder = fileURLToPath(new URL("../skills/docker-multi-stage/assets/", import.meta.url));
const defaults = { variant: "production", upgrade: false, tests: false, today: "2026-11-21" } as const;
const assets: Readonly<Record<string, Parameters>> = {
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

let stale = false;
for (const [name, parameters] of Object.entries(assets)) {
  const result = generate({ parameters });
  if (result.kind !== "generated") throw new Error(`${name}: ${result.reason}`);
  const file = `${folder}${name}`;
  if (existsSync(file) && readFileSync(file, "utf8") === result.dockerfile) continue;
  if (process.argv.includes("--check")) {
    console.error(`${name} is stale: npm run skill-assets`);
    stale = true;
    continue;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, result.dockerfile);
}
process.exit(stale ? 1 : 0);
