/*
 * How far the image analysis is from what the hardware allows, in one run on one machine; bench/image.ts starts it.
 * Floors: reading every tar header once (nothing kept), sha256 over the whole file. Ratios count; seconds do not.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { analyzeImage } from "../src/image/analyze.ts";
import { openImage } from "../src/image/open.ts";
import { defaultLimits } from "../src/security/limits.ts";
import { makeRoots } from "../src/security/paths.ts";
import { writeSample } from "./image-sample.ts";

const rounds = 7;

/** Reads each header of a `docker save` archive and of its layers; returns how many. The least work that sees every entry. */
function readHeaders(file: string): number {
  const fd = openSync(file, "r");
  const { size } = fstatSync(fd);
  const buffer = Buffer.allocUnsafeSlow(512);
  const walk = (start: number, end: number, nested: boolean): number => {
    let count = 0;
    for (let at = start; at + 512 <= end; ) {
      readSync(fd, buffer, 0, 512, at);
      if (buffer[0] === 0) break;
      let length = 0;
      for (let index = 124; index < 135; index++) length = length * 8 + (buffer[index] ?? 48) - 48;
      count++;
      if (nested && buffer.toString("latin1", 0, 100).includes("/layer.tar"))
        count += walk(at + 512, at + 512 + length, false);
      at += 512 + Math.ceil(length / 512) * 512;
    }
    return count;
  };
  const count = walk(0, size, true);
  closeSync(fd);
  return count;
}

function hashFile(file: string): string {
  const fd = openSync(file, "r");
  const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  const hash = createHash("sha256");
  for (let got = readSync(fd, buffer); got > 0; got = readSync(fd, buffer))
    hash.update(buffer.subarray(0, got));
  closeSync(fd);
  return hash.digest("hex");
}

async function analyze(file: string, contents: boolean): Promise<number> {
  const handle = await openImage(file, {
    signal: new AbortController().signal,
    limits: defaultLimits,
    roots: await makeRoots(["/"]),
  });
  try {
    return (await analyzeImage(handle, { contents })).size.total;
  } finally {
    await handle.dispose();
  }
}

async function milliseconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The least of several rounds: what the machine can do when nobody disturbs it. */
function least(values: readonly number[]): number {
  return Math.min(...values);
}

const given = process.argv[2];
const sample = given && !given.startsWith("--") ? given : path.join(tmpdir(), "dockwright-bench-image.tar");
if (!existsSync(sample)) console.log("sample", JSON.stringify(writeSample(sample)));

if (process.argv.includes("--once")) {
  // A process of its own, so that the peak memory is that of one analysis.
  await analyze(sample, true);
  console.log(process.resourceUsage().maxRSS);
  process.exit(0);
}

const tasks = {
  headers: () => readHeaders(sample),
  sha256: () => hashFile(sample),
  sizes: () => analyze(sample, false),
  contents: () => analyze(sample, true),
};
const times: Record<keyof typeof tasks, number[]> = { headers: [], sha256: [], sizes: [], contents: [] };
for (let round = 0; round < rounds; round++) {
  for (const name of ["headers", "sizes", "sha256", "contents"] as const)
    times[name].push(await milliseconds(tasks[name]));
}
const [headers, sha256, sizes, contents] = [times.headers, times.sha256, times.sizes, times.contents].map(
  least,
);
const once = spawnSync(process.execPath, [...process.execArgv, process.argv[1] ?? "", sample, "--once"], {
  encoding: "utf8",
});
const report: Record<string, string> = {
  "headers once": `${headers?.toFixed(0)} ms`,
  "sha256 of the file": `${sha256?.toFixed(0)} ms`,
  sizes: `${sizes?.toFixed(0)} ms = ${((sizes ?? 0) / (headers ?? 1)).toFixed(2)} x headers (target 3)`,
  "with contents": `${contents?.toFixed(0)} ms = ${((contents ?? 0) / (sha256 ?? 1)).toFixed(2)} x sha256 (target 2)`,
  "peak memory": `${(Number(once.stdout.trim()) / 1000).toFixed(0)} MB (target 200)`,
};
const dive = process.argv[process.argv.indexOf("--dive") + 1];
if (process.argv.includes("--dive") && dive !== undefined) {
  const divided = await milliseconds(() =>
    spawnSync(dive, ["--source", "docker-archive", sample, "--json", "/dev/null"], { stdio: "ignore" }),
  );
  report.dive = `${(divided / 1000).toFixed(1)} s = ${(divided / (contents ?? 1)).toFixed(0)} x ours with contents, ${(divided / (sizes ?? 1)).toFixed(0)} x ours without (target 100)`;
}
for (const [name, value] of Object.entries(report)) console.log(`${name.padEnd(20)} ${value}`);
