// Time to read and generate for a project of 5,000 files, beside starting Node.js alone, both in this run.
// Run with: npx tsx bench/generate.ts [rounds]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { generate } from "../src/generate/generate.ts";
import { readProject } from "../src/project/read.ts";
import { defaultLimits } from "../src/security/limits.ts";

const rounds = Number(process.argv[2] ?? 15);
const budget = 100;

/** Sources in folders of fifty, a heavy tree that must not be walked, a manifest and its lock file. */
function makeProject(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "dockwright-bench-"));
  const put = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  const manifest = { name: "shop", scripts: { start: "node server.js" }, dependencies: { express: "5" } };
  put("package.json", JSON.stringify(manifest));
  put("package-lock.json", "{}");
  put("server.js", "require('express')().listen(process.env.PORT || 4000)\n");
  for (let index = 0; index < 4997; index++)
    put(`src/part${Math.floor(index / 50)}/file${index}.js`, `exports.value = ${index};\n`.repeat(20));
  for (let index = 0; index < 2000; index++) put(`node_modules/p${index}/index.js`, "");
  return folder;
}

/** Milliseconds until Node.js has started and ended. */
async function bareNode(): Promise<number> {
  const started = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
  return performance.now() - started;
}

/** Milliseconds to read the project and generate. */
async function once5000(folder: string): Promise<number> {
  const started = performance.now();
  const project = await readProject(folder, defaultLimits, new AbortController().signal);
  const parameters = { variant: "production", upgrade: false, tests: false, today: "2026-11-21" } as const;
  const result = generate({ project, parameters });
  if (result.kind !== "generated") throw new Error(result.reason);
  return performance.now() - started;
}

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

const folder = makeProject();
try {
  const first = await once5000(folder);
  const bare: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(await bareNode());
    whole.push(await once5000(folder));
  }
  const result = {
    files: 5000,
    rounds,
    firstMs: Math.round(first),
    medianMs: Math.round(median(whole)),
    bareNodeMs: Math.round(median(bare)),
    budgetMs: budget,
  };
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = result.medianMs > budget ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
