import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../src/dockerfile/edits.ts";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { type AnalyzedImage, analyzeWithModel } from "../../src/image/analyze.ts";
import { compareImages } from "../../src/image/compare.ts";
import { openImage } from "../../src/image/open.ts";
import { defaultLimits } from "../../src/security/limits.ts";
import { noise } from "./make.ts";
import { makeFolder } from "./open.ts";

const run = promisify(execFile);
const docker = process.env.DOCKWRIGHT_TEST_DOCKER ?? "/usr/bin/docker";
const base = "debian:bookworm-slim";
const ready = await run(docker, ["image", "inspect", base]).then(
  () => true,
  () => false,
);
const folder = await makeFolder();

// Builds need a running engine with the stand-in base image: test/bases/engine start.
describe.skipIf(!ready)("a bloated image", () => {
  it("loses the bytes its proposed edits promise", { timeout: 300_000 }, async () => {
    const context = path.join(folder, "context");
    await cp(path.join(import.meta.dirname, "bloated"), context, { recursive: true });
    for (const [name, bytes] of [
      ["app/main.py", 40_000],
      ["app/tests/fixture", 3_000_000],
      ["app/.git/pack", 4_000_000],
      ["app/model", 5_000_000],
    ] as const) {
      await mkdir(path.dirname(path.join(context, name)), { recursive: true });
      await writeFile(path.join(context, name), noise(bytes, bytes));
    }
    const text = await readFile(path.join(context, "Dockerfile"), "utf8");
    const before = await build(context, "dockwright-image-test:before", text);
    const { edits } = before.analysis;
    const changed = applyEdits(
      text,
      edits.flatMap((edit) => edit.edits ?? []),
    );
    await writeFile(path.join(context, "Dockerfile"), changed);
    await writeFile(
      path.join(context, ".dockerignore"),
      `${edits.flatMap((edit) => edit.ignore ?? []).join("\n")}\n`,
    );
    const after = await build(context, "dockwright-image-test:after", changed);

    const predicted = edits.reduce((sum, edit) => sum + edit.saves, 0);
    const measured = before.analysis.size.total - after.analysis.size.total;
    expect(predicted).toBeGreaterThan(30_000_000);
    expect(Math.abs(predicted - measured) / measured).toBeLessThan(0.02);
    expect(compareImages(before, after, 5).percent).toBeCloseTo(
      (-100 * measured) / before.analysis.size.total,
      6,
    );
    // The container still does what it did.
    const output = await run(docker, ["run", "--rm", "dockwright-image-test:after"]);
    expect(output.stdout.split("\n")[0]).toBe("999999");
    await run(docker, ["image", "rm", "-f", "dockwright-image-test:before", "dockwright-image-test:after"]);
  });
});

async function build(
  context: string,
  tag: string,
  text: string,
): Promise<AnalyzedImage & { readonly diffIds: readonly string[] }> {
  await run(docker, ["build", "-q", "-t", tag, context], { env: { ...process.env, DOCKER_BUILDKIT: "1" } });
  const handle = await openImage(`docker-daemon:${tag}`, {
    signal: new AbortController().signal,
    limits: defaultLimits,
    roots: { directories: [context] },
  });
  try {
    return {
      ...(await analyzeWithModel(handle, { dockerfile: parseDockerfile(text) })),
      diffIds: handle.config.diffIds,
    };
  } finally {
    await handle.dispose();
  }
}
