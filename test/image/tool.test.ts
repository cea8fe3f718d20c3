import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { defaultLimits } from "../../src/security/limits.ts";
import { analyzeTool } from "../../src/tools/analyze.ts";
import type { ToolContext } from "../../src/tools/define.ts";
import { tools } from "../../src/tools/list.ts";
import { publishedInput } from "../../src/tools/publish.ts";
import { dockerArchive, type ImagePlan, noise } from "./make.ts";
import { makeFolder } from "./open.ts";

const folder = await makeFolder();
const messages: string[] = [];
const context: ToolContext = {
  signal: new AbortController().signal,
  progress: (message) => void messages.push(message),
  roots: { directories: [folder] },
  limits: defaultLimits,
  today: "2026-11-21",
  now: () => 0,
  allow: { write: true, build: false },
};

async function call(
  input: Record<string, unknown>,
): Promise<{ text: string; failed: boolean; output: Awaited<ReturnType<typeof analyzeTool.run>> }> {
  const parsed = analyzeTool.input.parse(input);
  const output = await analyzeTool.run(parsed, context);
  return { text: analyzeTool.render(output, parsed), failed: analyzeTool.failed(output, parsed), output };
}

const plan: ImagePlan = {
  layers: [
    { entries: [{ path: "etc/release", data: noise(400_000, 1) }], createdBy: "ADD rootfs.tar /" },
    {
      entries: [{ path: "tmp/data", data: noise(300_000, 2) }],
      createdBy: "RUN /bin/sh -c fetch > /tmp/data # buildkit",
    },
    { entries: [{ path: "tmp/.wh.data" }], createdBy: "RUN /bin/sh -c rm /tmp/data # buildkit" },
  ],
};
await writeFile(path.join(folder, "image.tar"), dockerArchive(plan));
await writeFile(path.join(folder, "before.tar"), dockerArchive({ layers: plan.layers.slice(0, 1) }));
await writeFile(path.join(folder, "Dockerfile"), "FROM debian:13\nRUN fetch > /tmp/data\nRUN rm /tmp/data\n");

describe("analyze_image_size", () => {
  it("costs a model at most 180 tokens to know about", () => {
    const listed = tools.filter((tool) => tool.name === analyzeTool.name);
    const definition = listed
      .map((tool) =>
        JSON.stringify({ name: tool.name, description: tool.description, inputSchema: publishedInput(tool) }),
      )
      .join();
    expect(listed).toHaveLength(1);
    expect(encode(definition).length).toBeLessThanOrEqual(180);
  });

  it("says size, waste, the edit with its line, and the fewest edits for a target", async () => {
    const { text, failed, output } = await call({
      image: "image.tar",
      dockerfile: "Dockerfile",
      targetSize: "<500kB",
    });
    expect(text).toContain("700 kB (700000 bytes)");
    expect(text).toContain("Join the RUN of line 3 into the one of line 2");
    expect(text).toContain("Fewest edits that reach it: 1 (300 kB)");
    expect(failed).toBe(true);
    expect(output.plan).toEqual([0]);
    expect(output.targets).toMatchObject([{ passed: false, over: 200_000 }]);
  });

  it("keeps a target, compares, and writes the report over none but its own", async () => {
    const { text, failed, output } = await call({
      image: "image.tar",
      compareTo: "before.tar",
      targetSize: "minimal",
      report: "report.html",
    });
    expect(failed).toBe(false);
    expect(text).toContain("400 kB -> 700 kB (+300000 bytes, +75.0%); 1 layers shared (400 kB)");
    expect(await readFile(output.report ?? "", "utf8")).toContain("Compared with before.tar");
    await call({ image: "image.tar", report: "report.html" });
    expect(await readFile(output.report ?? "", "utf8")).not.toContain("Compared with before.tar");
    const foreign = path.join(folder, "page.html");
    await writeFile(foreign, "<!doctype html><title>mine</title>");
    await expect(call({ image: "no-such.tar", report: "page.html" })).rejects.toThrow(
      /is no report of dockwright/,
    );
    expect(await readFile(foreign, "utf8")).toContain("mine");
  });

  it("refuses what layers alone cannot give", async () => {
    for (const more of [{ report: "layers.html" }, { compareTo: "before.tar" }])
      await expect(call({ image: "image.tar", detail: "layers", ...more })).rejects.toThrow(/detail layers/);
  });

  it("reads rules from a .dive-ci file", async () => {
    const failedWith = async (rules: string): Promise<boolean> => {
      await writeFile(path.join(folder, ".dive-ci"), `rules:\n${rules}`);
      return (await call({ image: "image.tar", targetSize: ".dive-ci" })).failed;
    };
    expect(await failedWith("  lowestEfficiency: 0.5\n")).toBe(false);
    expect(await failedWith("  lowestEfficiency: 0.6\n")).toBe(true);
  });

  it("answers with layers alone when nothing else is wanted", async () => {
    const { output, text } = await call({ image: "image.tar", detail: "layers" });
    expect(output.layers).toHaveLength(3);
    expect(output.size.files).toBe(0);
    expect(text).toContain("their files were not read");
  });

  it("stays within 4,000 tokens for an image of many layers with long names", async () => {
    const layers = Array.from({ length: 120 }, (_, index) => ({
      createdBy: `RUN /bin/sh -c ${"very long command && ".repeat(30)}${index}`,
      entries: [{ path: `${"long-folder-name/".repeat(5)}file-${index}`, data: noise(60_000, index % 7) }],
    }));
    await writeFile(path.join(folder, "long.tar"), dockerArchive({ layers }));
    const { text } = await call({ image: "long.tar" });
    expect(encode(text).length).toBeLessThanOrEqual(4000);
  });
});
