/*
 * Runs bench/scan-measure.ts bundled as the package is.
 *   npm run bench:scan -- [--trivy path/to/trivy] [--sources folder,folder] [--keep folder]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const folder = mkdtempSync(path.join(import.meta.dirname, "../node_modules/.bench-"));
const outfile = path.join(folder, "scan.mjs");
try {
  await build({
    entryPoints: [path.join(import.meta.dirname, "scan-measure.ts")],
    outfile,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
  process.exitCode =
    spawnSync(
      process.execPath,
      [...process.execArgv.filter((one) => one.startsWith("--cpu-prof")), outfile, ...process.argv.slice(2)],
      {
        stdio: "inherit",
      },
    ).status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
