/*
 * Secrets: how fast they are looked for, and how often there are none; bench/scan.ts starts it.
 *   speed         the 1.9 GB sample, its files holding text, against Trivy's secret scan of the same archive
 *   false alarms  100 MB of text in which there is no secret
 * Ratios count; seconds do not.
 */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { openImage } from "../src/image/open.ts";
import { scanImage } from "../src/scan/own.ts";
import type { ScanResult } from "../src/scan/types.ts";
import { defaultLimits } from "../src/security/limits.ts";
import { makeRoots } from "../src/security/paths.ts";
import { dockerArchive, type Entry } from "../test/image/make.ts";
import { makeCorpus } from "./corpus.ts";
import { poolSize, writeSample } from "./image-sample.ts";

const { values: options } = parseArgs({
  options: {
    trivy: { type: "string", default: process.env.DOCKWRIGHT_TRIVY },
    sources: { type: "string", default: "node_modules,/usr/lib/python3/dist-packages" },
    keep: { type: "string", default: tmpdir() },
    only: { type: "string" },
    rounds: { type: "string", default: "3" },
    once: { type: "string" },
  },
});
const corpusBytes = 100_000_000;
const seed = 20_261_121;

async function scan(file: string): Promise<ScanResult> {
  const handle = await openImage(file, {
    signal: new AbortController().signal,
    limits: defaultLimits,
    roots: await makeRoots(["/"]),
  });
  try {
    return await scanImage(handle, "2026-11-21");
  } finally {
    await handle.dispose();
  }
}

/** Seconds of Trivy's secret scan, and how many secrets it reports. */
function trivy(program: string, file: string): { seconds: number; secrets: number } {
  const began = performance.now();
  const result = spawnSync(
    program,
    [
      "image",
      "--input",
      file,
      "--scanners",
      "secret",
      "--format",
      "json",
      "--quiet",
      "--skip-db-update",
      "--skip-java-db-update",
      "--offline-scan",
      "--skip-version-check",
      "--disable-telemetry",
      "--timeout",
      "30m",
      "--cache-backend",
      "memory",
    ],
    { encoding: "utf8", maxBuffer: 512 * 1024 * 1024 },
  );
  const seconds = (performance.now() - began) / 1000;
  if (result.status !== 0) throw new Error(`${program}: ${result.stderr.slice(-2000)}`);
  const report: { Results?: { Secrets?: unknown[] }[] } = JSON.parse(result.stdout);
  const secrets = (report.Results ?? []).reduce((sum, one) => sum + (one.Secrets?.length ?? 0), 0);
  return { seconds, secrets };
}

function textPool(): Buffer {
  const files = [...makeCorpus(poolSize * 1.5, seed, [])].map(({ data }) => data);
  return Buffer.concat(files).subarray(0, poolSize);
}

async function speed(): Promise<void> {
  const sample = path.join(options.keep, "dockwright-bench-scan.tar");
  if (!existsSync(sample)) console.log("sample", JSON.stringify(writeSample(sample, textPool())));
  const times: number[] = [];
  const processor: number[] = [];
  let result: ScanResult | undefined;
  for (let round = 0; round < Number(options.rounds); round++) {
    const began = performance.now();
    const used = process.cpuUsage();
    result = await scan(sample);
    times.push((performance.now() - began) / 1000);
    const { user, system } = process.cpuUsage(used);
    processor.push((user + system) / 1e6);
  }
  const ours = Math.min(...times);
  const megabytes = statSync(sample).size / 1e6;
  console.log(
    `ours   ${ours.toFixed(2)} s (processor ${Math.min(...processor).toFixed(2)} s, ${(megabytes / ours).toFixed(0)} MB/s), ${count(result)} secrets, ${result?.searched.files} files, ${((result?.searched.bytes ?? 0) / 1e6).toFixed(0)} MB of text, peak ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB`,
  );
  if (options.trivy === undefined) return;
  const theirs = trivy(options.trivy, sample);
  console.log(
    `trivy  ${theirs.seconds.toFixed(1)} s, ${theirs.secrets} secrets = ${(theirs.seconds / ours).toFixed(1)} x ours (target 5)`,
  );
}

async function falseAlarms(): Promise<void> {
  const entries: Entry[] = [];
  let bytes = 0;
  for (const { path: name, data } of makeCorpus(
    corpusBytes,
    seed,
    options.sources.split(",").filter(existsSync),
  )) {
    entries.push({ path: name, data, gnuLong: Buffer.byteLength(name) > 99 });
    bytes += data.length;
  }
  mkdirSync(options.keep, { recursive: true });
  const file = path.join(options.keep, "dockwright-bench-corpus.tar");
  const archive = dockerArchive({ layers: [{ entries, createdBy: "COPY . /srv" }], config: { User: "1" } });
  const fd = openSync(file, "w");
  for (let at = 0; at < archive.length; ) at += writeSync(fd, archive, at);
  closeSync(fd);
  const result = await scan(file);
  const alarms = result.findings.filter(({ kind }) => kind === "secret");
  console.log(
    `false alarms: ${alarms.length} in ${(bytes / 1e6).toFixed(0)} MB of ${entries.length} files (target: fewer than 5)`,
  );
  for (const { id, path: where = "", line = 0 } of alarms) console.log(`  ${id} ${where}:${line}`);
  if (options.trivy !== undefined) console.log(`trivy: ${trivy(options.trivy, file).secrets}`);
}

function count(result: ScanResult | undefined): number {
  return result?.findings.filter(({ kind }) => kind === "secret").length ?? 0;
}

if (options.only !== "speed") await falseAlarms();
if (options.only !== "alarms") await speed();
