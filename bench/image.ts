/*
 * Runs bench/image-measure.ts bundled as the package is: loaders that compile on the fly slow hot code down.
 *   npx tsx bench/image.ts [sample.tar] [--dive path/to/dive]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const folder = mkdtempSync(path.join(import.meta.dirname, "../node_modules/.bench-"));
const outfile = path.join(folder, "image.mjs");
try {
  await build({
    entryPoints: [path.join(import.meta.dirname, "image-measure.ts")],
    outfile,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
  process.exitCode =
    spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
