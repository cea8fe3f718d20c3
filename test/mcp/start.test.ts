import { build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

// What a start reads is what makes it fast (bench/start.ts measures it): nothing a tool needs only when it is
// called may be in it. Bundled here as scripts/build.mjs does, without writing anything.
let metafile: Metafile;

beforeAll(async () => {
  const result = await build({
    entryPoints: { "cli/main": "src/cli/main.ts" },
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  metafile = result.metafile;
});

/** The source files in the chunks that are loaded with these modules, without what they import on demand. */
function loadedWith(...sources: readonly string[]): string[] {
  const outputs = metafile.outputs;
  const pending = Object.keys(outputs).filter((file) => {
    const { entryPoint, inputs } = outputs[file] ?? { inputs: {} };
    return sources.some((source) => entryPoint === source || source in inputs);
  });
  const seen = new Set<string>();
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { path, kind } of outputs[file]?.imports ?? [])
      if (kind === "import-statement") pending.push(path);
  }
  return [...seen].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
}

const heavy =
  /node_modules\/(handlebars|dockerfile-ast|unbash|yaml|execa|tar-stream|zstddec|smol-toml|picomatch|semver|@modelcontextprotocol\/client)\/|src\/(rules|project|plan|ecosystems|validate|generate|image|scan|engine|verify|evals)\/|reference\/data/;

describe("the start of the server", () => {
  it("over stdio loads the protocol, the schemas and nothing that only a call needs", () => {
    const files = loadedWith(
      "src/cli/main.ts",
      "src/cli/dispatch.ts",
      "src/cli/serve.ts",
      "src/mcp/stdio.ts",
    );
    expect(files).toContain("src/tools/list.ts");
    expect(files.filter((file) => heavy.test(file))).toEqual([]);
    expect(files.filter((file) => file.startsWith("src/mcp/http/"))).toEqual([]);
  });

  it("answers --version before it loads anything else", () => {
    const files = loadedWith("src/cli/main.ts");
    expect(files.filter((file) => file.includes("node_modules"))).toEqual([]);
    expect(files.length).toBeLessThan(12);
  });

  it("loads the code of a tool with the tool", () => {
    expect(
      loadedWith("src/tools/generate.ts").some((file) => file.includes("node_modules/handlebars/")),
    ).toBe(true);
  });
});
