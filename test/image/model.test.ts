import { writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnalyzedImage, analyzeWithModel } from "../../src/image/analyze.ts";
import { dockerArchive, type Entry, type ImagePlan } from "./make.ts";
import { makeFolder, open } from "./open.ts";
import { randomImage } from "./random-image.ts";

const folder = await makeFolder();

async function analyze(plan: ImagePlan): Promise<AnalyzedImage> {
  const file = path.join(folder, "image.tar");
  await writeFile(file, dockerArchive(plan));
  const handle = await open(folder, file);
  try {
    return await analyzeWithModel(handle);
  } finally {
    await handle.dispose();
  }
}

async function hidden(...layers: readonly (readonly Entry[])[]): Promise<string[]> {
  const { analysis } = await analyze({ layers: layers.map((entries) => ({ entries })) });
  return analysis.hidden
    .map((group) => `${group.writtenBy}>${group.hiddenBy} ${group.cause} ${group.bytes}`)
    .sort();
}

const file = (name: string, data: string, more: Partial<Entry> = {}): Entry => ({
  path: name,
  data,
  ...more,
});

describe("the merged filesystem", () => {
  it("names the writer, the hider and the cause of hidden bytes", async () => {
    expect(await hidden([file("a", "111"), file("b", "22")], [{ path: ".wh.a" }])).toEqual([
      "0>1 file-removed 3",
    ]);
    expect(await hidden([{ path: "d/" }, file("d/a", "111")], [{ path: ".wh.d" }])).toEqual([
      "0>1 dir-removed 3",
    ]);
    expect(await hidden([file("a", "111")], [file("a", "111", { uid: 7 })])).toEqual([
      "0>1 same-content-rewritten 3",
    ]);
    expect(await hidden([file("a", "111")], [file("a", "112")])).toEqual(["0>1 overwritten 3"]);
    expect(
      await hidden([{ path: "d/" }, file("d/a", "1")], [{ path: "d/" }, { path: "d/.wh..wh..opq" }]),
    ).toEqual(["0>1 opaque-dir 1"]);
    expect(await hidden([file("a", "1")], [{ path: "a/" }])).toEqual(["0>1 replaced 1"]);
  });

  it("lets whiteouts speak of lower layers only, in whatever order they stand", async () => {
    const again = [{ path: "d/" }, file("d/new", "22"), { path: "d/.wh..wh..opq" }, { path: "d/.wh.old" }];
    expect(await hidden([{ path: "d/" }, file("d/old", "1")], again)).toEqual(["0>1 opaque-dir 1"]);
  });

  it("counts a file once that has several names, until the last is gone", async () => {
    const linked = [file("a", "333"), { path: "b", type: "1", link: "a" }];
    expect(await hidden(linked, [{ path: ".wh.a" }])).toEqual([]);
    expect(await hidden(linked, [{ path: ".wh.a" }], [{ path: ".wh.b" }])).toEqual(["0>2 file-removed 3"]);
  });

  it("takes whiteouts with a link name left in them for whiteouts", async () => {
    expect(await hidden([file("a", "1")], [{ path: ".wh.a", link: "a" }])).toEqual(["0>1 file-removed 1"]);
  });

  it("knows directories nobody wrote an entry for", async () => {
    expect(await hidden([file("d/e/f", "1")], [{ path: ".wh.d" }])).toEqual(["0>1 dir-removed 1"]);
    expect(await hidden([file("d/e/f", "1")], [file("d", "2")])).toEqual(["0>1 overwritten 1"]);
  });

  it("agrees with a plain model that looks at whole snapshots", async () => {
    await fc.assert(
      fc.asyncProperty(randomImage, async (plan) => {
        const { analysis } = await analyze(plan);
        const expected = snapshotModel(plan);
        expect(analysis.size.total).toBe(expected.total);
        expect(analysis.size.visible).toBe(expected.visible);
        expect(analysis.duplicates.bytes).toBe(expected.duplicates);
      }),
      { numRuns: 150 },
    );
  });
});

describe("dive's figures", () => {
  it("count every copy of a path that occurs twice, and nothing of a file removed by its directory", async () => {
    const { analysis } = await analyze({
      layers: [
        { entries: [{ path: "d/" }, file("d/gone", "x".repeat(40)), file("twice", "1".repeat(10))] },
        { entries: [file("twice", "2".repeat(30))] },
        { entries: [{ path: ".wh.d" }] },
      ],
    });
    expect(analysis.dive).toMatchObject({
      wastedBytes: 40,
      wastedPaths: 1,
      sizeBytes: 80,
      userSizeBytes: 30,
    });
    // Smallest occurrences: twice 10, d/gone 40, d 40 (its removal); all occurrences: 40, 40, 40.
    expect(analysis.dive.efficiency).toBe(90 / 120);
    expect(analysis.size.hidden).toBe(50);
  });

  it("have no user waste for an image of one layer", async () => {
    const { analysis } = await analyze({ layers: [{ entries: [file("a", "1")] }] });
    expect(analysis.dive.userWastedPercent).toBeUndefined();
    expect(analysis.dive.efficiency).toBe(1);
  });
});

/** Whole trees as maps from path to content, copied for every layer. */
function snapshotModel(plan: ImagePlan): { total: number; visible: number; duplicates: number } {
  let tree = new Map<string, { readonly id: number; readonly data: string } | "directory" | "other">();
  let total = 0;
  let next = 0;
  const below = (name: string, folder: string): boolean => folder === "" || name.startsWith(`${folder}/`);
  for (const { entries } of plan.layers) {
    const base = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
    const parent = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf("/")));
    for (const { path: name } of entries) {
      if (!base(name).startsWith(".wh.")) continue;
      const folderName = parent(name);
      const target = [folderName, base(name).slice(4)].filter((part) => part !== "").join("/");
      const opaque = base(name) === ".wh..wh..opq";
      tree = new Map(
        [...tree].filter(([one]) =>
          opaque ? !below(one, folderName) || one === folderName : one !== target && !below(one, target),
        ),
      );
    }
    for (const entry of entries) {
      const name = entry.path.replace(/\/$/, "");
      if (base(name).startsWith(".wh.")) continue;
      if (entry.path.endsWith("/")) {
        tree.set(name, "directory");
        continue;
      }
      const node =
        entry.type === "2"
          ? ("other" as const)
          : entry.type === "1"
            ? (tree.get(entry.link ?? "") ?? "other")
            : { id: next++, data: String(entry.data ?? "") };
      tree = new Map([...tree].filter(([one]) => !below(one, name)));
      tree.set(name, node);
      if (entry.type === undefined) total += String(entry.data ?? "").length;
    }
  }
  const files = new Map<number, string>();
  for (const node of tree.values()) if (typeof node === "object") files.set(node.id, node.data);
  const contents = [...files.values()];
  const sum = (list: readonly string[]): number => list.reduce((bytes, data) => bytes + data.length, 0);
  return { total, visible: sum(contents), duplicates: sum(contents) - sum([...new Set(contents)]) };
}
