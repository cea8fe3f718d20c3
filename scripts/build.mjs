// Bundles src/ into dist/ with esbuild: one file a face plus shared chunks, so that a start
// reads few files and heavy parts (image, scan, verify, evals) load only when they are called.
import { readFileSync, rmSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const pkg = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
rmSync("dist", { recursive: true, force: true });
const result = await build({
  entryPoints: {
    "cli/main": "src/cli/main.ts",
    index: "src/index.ts",
    "validate-worker": "src/tools/validate/worker.ts",
  },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minifySyntax: true,
  legalComments: "none",
  metafile: true,
  chunkNames: "chunks/[name]-[hash]",
  // The form that holds its WebAssembly itself: the other looks for a file beside it.
  alias: {
    "sql.js": fileURLToPath(new URL("../node_modules/sql.js/dist/sql-wasm-inline.js", import.meta.url)),
  },
  define: { __DOCKWRIGHT_VERSION__: JSON.stringify(pkg.version) },
  banner: {
    // Bundled CommonJS packages call require() for Node's own modules.
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: "warning",
});
await chmod("dist/cli/main.js", 0o755);
await mkdir("dist", { recursive: true });
await writeFile("dist/THIRD-PARTY.txt", thirdParty(result.metafile));

/** Licence texts of every package whose code is in the bundle (they ask to be kept with it). */
function thirdParty(metafile) {
  const roots = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) roots.add(match[1]);
  }
  const parts = [];
  for (const root of [...roots].sort()) {
    const meta = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
    let text = "";
    for (const name of ["LICENSE", "LICENSE.md", "LICENSE.txt", "license", "License.txt", "LICENSE-MIT"]) {
      try {
        text = readFileSync(`${root}/${name}`, "utf8").trim();
        break;
      } catch {}
    }
    // Without a file of its own, what its code begins with.
    if (text === "" && /\.c?js$/.test(meta.main ?? "")) {
      text = /^\/\*![\s\S]*?\*\//.exec(readFileSync(`${root}/${meta.main}`, "utf8"))?.[0] ?? "";
    }
    parts.push(`${meta.name} ${meta.version} (${meta.license ?? "see text"})\n\n${text}\n`);
  }
  return parts.join(`\n${"-".repeat(72)}\n\n`);
}
