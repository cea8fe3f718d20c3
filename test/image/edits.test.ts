import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../src/dockerfile/edits.ts";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import type { ImageAnalysis } from "../../src/image/analysis/types.ts";
import { analyzeImage } from "../../src/image/analyze.ts";
import { smallestPlan } from "../../src/image/edits/propose.ts";
import { dockerArchive, type Entry, type ImagePlan, noise } from "./make.ts";
import { makeFolder, open } from "./open.ts";

const folder = await makeFolder();
const size = 200_000;

async function analyze(layers: ImagePlan["layers"], dockerfile?: string): Promise<ImageAnalysis> {
  const file = path.join(folder, "image.tar");
  await writeFile(file, dockerArchive({ layers }));
  const handle = await open(folder, file);
  try {
    return await analyzeImage(
      handle,
      dockerfile === undefined ? {} : { dockerfile: parseDockerfile(dockerfile) },
    );
  } finally {
    await handle.dispose();
  }
}

const base = { entries: [{ path: "etc/release", data: noise(size, 1) }], createdBy: "ADD rootfs.tar /" };
const step = (createdBy: string, ...entries: Entry[]): ImagePlan["layers"][number] => ({
  createdBy,
  entries,
});
const run = (command: string, ...entries: Entry[]): ImagePlan["layers"][number] =>
  step(`RUN /bin/sh -c ${command} # buildkit`, ...entries);
const big = (name: string, seed: number, more: Partial<Entry> = {}): Entry => ({
  path: name,
  data: noise(size, seed),
  ...more,
});

/** Applies all text edits of an analysis. */
function applied(dockerfile: string, analysis: ImageAnalysis): string {
  return applyEdits(
    dockerfile,
    analysis.edits.flatMap((edit) => edit.edits ?? []),
  );
}

describe("lines of the Dockerfile", () => {
  const dockerfile =
    'FROM debian:13 AS build\nRUN make all\nFROM debian:13\nENV A=1\nCOPY --from=build /out /out\nRUN echo two \\\n  > /two\nCMD ["run"]\n';

  it("are found for BuildKit's and the classic builder's history", async () => {
    const buildkit = await analyze(
      [
        base,
        step("COPY /out /out # buildkit", big("out/a", 2)),
        run("echo two   > /two", { path: "two", data: "2" }),
      ],
      dockerfile,
    );
    const classic = await analyze(
      [
        base,
        step(`/bin/sh -c #(nop) COPY dir:${"a".repeat(64)} in /out `, big("out/a", 2)),
        step("/bin/sh -c echo two   > /two", { path: "two", data: "2" }),
      ],
      dockerfile,
    );
    for (const { layers, base: found } of [buildkit, classic]) {
      expect(layers.map((layer) => layer.place?.line)).toEqual([undefined, 5, 6]);
      expect(layers[2]?.place).toEqual({ line: 6, endLine: 7, stage: "1" });
      expect(found).toMatchObject({ layers: 1, name: "debian:13", confidence: "certain" });
    }
  });

  it("are left out when the file belongs to another image", async () => {
    const analysis = await analyze(
      [base, run("something else entirely", big("a", 1))],
      "FROM x\nCOPY . /app\nRUN npm ci\n",
    );
    expect(analysis.layers.every((layer) => layer.place === undefined)).toBe(true);
    expect(analysis.notes.join()).toContain("does not fit");
  });
});

describe("proposed edits", () => {
  it("joins a RUN that deletes with the one that wrote", async () => {
    const dockerfile = 'FROM debian:13\nRUN fetch > /tmp/data\nRUN rm /tmp/data\nCMD ["run"]\n';
    const analysis = await analyze(
      [base, run("fetch > /tmp/data", big("tmp/data", 2)), run("rm /tmp/data", { path: "tmp/.wh.data" })],
      dockerfile,
    );
    expect(analysis.edits).toMatchObject([
      { kind: "join-runs", saves: size, certainty: "exact", place: { line: 2 } },
    ]);
    expect(applied(dockerfile, analysis)).toBe(
      'FROM debian:13\nRUN fetch > /tmp/data \\\n    && rm /tmp/data\nCMD ["run"]\n',
    );
  });

  it("sets the owner while copying and drops the chown", async () => {
    const dockerfile = "FROM debian:13\nCOPY app /app\nRUN unpack\nRUN chown -R 1000:1000 /app\n";
    const analysis = await analyze(
      [
        base,
        step("COPY app /app # buildkit", big("app/a", 2)),
        run("unpack", big("app/b", 3)),
        run("chown -R 1000:1000 /app", big("app/a", 2, { uid: 1000 }), big("app/b", 3, { uid: 1000 })),
      ],
      dockerfile,
    );
    expect(analysis.edits).toMatchObject([{ kind: "set-owner-when-copying", saves: 2 * size }]);
    expect(applied(dockerfile, analysis)).toBe(
      "FROM debian:13\nCOPY --chown=1000:1000 app /app\nRUN unpack \\\n    && chown 1000:1000 /app/b\n",
    );
  });

  it("does not use a user that is made later", async () => {
    const dockerfile = "FROM debian:13\nCOPY app /app\nRUN useradd app && chown -R app /app\n";
    const layers = [
      base,
      step("COPY app /app # buildkit", big("app/a", 2)),
      run("useradd app && chown -R app /app", big("app/a", 2, { uid: 1000 })),
    ];
    const analysis = await analyze(layers, dockerfile);
    expect(analysis.edits[0]).toMatchObject({ saves: size, example: expect.stringContaining("--chown=app") });
    expect(analysis.edits[0]?.edits).toBeUndefined();
  });

  it("ignores what was copied and deleted, or copied for nothing, by its path in the build context", async () => {
    const dockerfile = "FROM debian:13\nWORKDIR /srv\nCOPY app ./code\nRUN rm -rf code/tests\n";
    const analysis = await analyze(
      [
        base,
        step("WORKDIR /srv"),
        step(
          "COPY app ./code # buildkit",
          big("srv/code/tests/a", 2),
          big("srv/code/tests/b", 3),
          big("srv/code/.git/objects/x", 4),
        ),
        run("rm -rf code/tests", { path: "srv/code/.wh.tests" }),
      ],
      dockerfile,
    );
    expect(analysis.edits.map((edit) => [edit.kind, edit.saves, edit.ignore])).toEqual([
      ["ignore-files", 2 * size, ["app/tests"]],
      ["drop-version-control", size, ["app/.git"]],
    ]);
  });

  it("deletes package lists where they are fetched and mounts caches", async () => {
    const dockerfile =
      "FROM debian:13\nRUN apt-get update && apt-get install -y curl\nRUN <<EOF\npip install x\nEOF\n";
    const analysis = await analyze(
      [
        base,
        run("apt-get update && apt-get install -y curl", big("var/lib/apt/lists/deb_Packages", 2)),
        step("RUN /bin/sh -c <<EOF (pip install x...) # buildkit", big("root/.cache/pip/http/a", 3)),
      ],
      dockerfile,
    );
    expect(applied(dockerfile, analysis)).toBe(
      "FROM debian:13\nRUN apt-get update && apt-get install -y curl \\\n    && rm -rf /var/lib/apt/lists/*\nRUN --mount=type=cache,target=/root/.cache/pip <<EOF\npip install x\nEOF\n",
    );
  });

  it("says something useful without a Dockerfile, and nothing about the base image", async () => {
    const wasteful = { ...base, entries: [big("var/lib/apt/lists/x", 5)] };
    const analysis = await analyze([wasteful, run("apt-get update", big("var/lib/apt/lists/y", 2))]);
    expect(analysis.edits).toMatchObject([{ kind: "drop-apt-lists", saves: size, layers: [1] }]);
    expect(analysis.edits[0]?.example).toContain("/var/lib/apt/lists");
  });

  it("keeps edits apart that would change the same lines", async () => {
    const dockerfile = "FROM debian:13\nRUN one\nRUN two\nRUN rm /a /b\n";
    const analysis = await analyze(
      [
        base,
        run("one", big("a", 2)),
        run("two", big("b", 3)),
        run("rm /a /b", { path: ".wh.a" }, { path: ".wh.b" }),
      ],
      dockerfile,
    );
    expect(analysis.edits.reduce((sum, edit) => sum + edit.saves, 0)).toBe(2 * size);
    expect(() => applied(dockerfile, analysis)).not.toThrow();
  });
});

describe("the smallest plan", () => {
  const edits = [10, 50, 30].map((saves) => ({
    kind: "x",
    title: "",
    because: "",
    saves,
    certainty: "exact" as const,
    layers: [],
  }));

  it("takes the largest savings first", () => {
    expect(smallestPlan(edits, 49)).toEqual([1]);
    expect(smallestPlan(edits, 50)).toEqual([1, 2]);
    expect(smallestPlan(edits, 90)).toBeUndefined();
  });
});
