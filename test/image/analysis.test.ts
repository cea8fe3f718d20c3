import { writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeInstruction, readInstruction } from "../../src/image/analysis/instruction.ts";
import { judge, parseDiveFile, parseTargets } from "../../src/image/analysis/targets.ts";
import { uselessKind } from "../../src/image/analysis/useless.ts";
import { type AnalyzedImage, analyzeWithModel } from "../../src/image/analyze.ts";
import { compareImages } from "../../src/image/compare.ts";
import { formatBytes } from "../../src/image/report/bytes.ts";
import { renderReport } from "../../src/image/report/html.ts";
import { squarify } from "../../src/image/report/treemap.ts";
import { dockerArchive, type Entry, type ImagePlan, noise } from "./make.ts";
import { makeFolder, open } from "./open.ts";

const folder = await makeFolder();

async function analyze(plan: ImagePlan): Promise<AnalyzedImage & { readonly diffIds: readonly string[] }> {
  const file = path.join(folder, "image.tar");
  await writeFile(file, dockerArchive(plan));
  const handle = await open(folder, file);
  try {
    return { ...(await analyzeWithModel(handle)), diffIds: handle.config.diffIds };
  } finally {
    await handle.dispose();
  }
}

const one = (...entries: Entry[]): ImagePlan => ({ layers: [{ entries }] });

describe("instructions of the history", () => {
  it.each([
    ['/bin/sh -c #(nop)  CMD ["bash"]', "CMD", '["bash"]'],
    ["/bin/sh -c apt-get update", "RUN", "apt-get update"],
    ["RUN /bin/sh -c apt-get update # buildkit", "RUN", "apt-get update"],
    ["RUN |2 A=1 B=x y /bin/sh -c make # buildkit", "RUN", "make"],
    ["|1 VERSION=3 /bin/sh -c make", "RUN", "make"],
    ["COPY app /app # buildkit", "COPY", "app /app"],
    ["RUN /bin/bash -o pipefail -c curl x | sh # buildkit", "RUN", "curl x | sh"],
    ["bazel build ...", "", "bazel build ..."],
  ])("%s", (createdBy, keyword, argument) => {
    expect(readInstruction(createdBy)).toEqual({ keyword, argument });
  });

  it("are shown on one clean line", () => {
    expect(describeInstruction("RUN /bin/sh -c a \\\n  && b\u001b[31m # buildkit")).toBe("RUN a && b");
    expect(describeInstruction("")).toBe("(unknown)");
  });
});

describe("targets", () => {
  it("are sizes, budgets and dive's rules", async () => {
    const { analysis } = await analyze({
      layers: [
        { entries: [{ path: "a", data: "x".repeat(1000) }] },
        { entries: [{ path: "a", data: "y".repeat(1000) }] },
      ],
    });
    const verdicts = (text: string): boolean[] =>
      parseTargets(text).map((target) => judge(analysis, target).passed);
    expect(verdicts("<2kB, 2.1kB, 1.9 KiB, minimal, backend")).toEqual([false, true, false, true, true]);
    expect(verdicts("lowestEfficiency=0.4,lowestEfficiency=0.6")).toEqual([true, false]);
    // dive misses a rule only beyond its limit.
    expect(verdicts("highestWastedBytes=2000B,highestWastedBytes=1999")).toEqual([true, false]);
    expect(verdicts("highestUserWastedPercent=1")).toEqual([false]);
    expect(verdicts("dive")).toEqual([false, false]);
    expect(judge(analysis, parseTargets("<1500")[0] ?? fail()).over).toBe(500);
  });

  it("come from a .dive-ci file", () => {
    const rules =
      'rules:\n  lowestEfficiency: 0.95  # comment\n  highestWastedBytes: "20MB"\n  highestUserWastedPercent: disabled\n';
    expect(parseDiveFile(rules)).toEqual([
      { kind: "dive", name: "lowestEfficiency", limit: 0.95 },
      { kind: "dive", name: "highestWastedBytes", limit: 20_000_000 },
    ]);
  });

  it.each(["huge", "<-5MB", "lowestEfficiency=2", "300XB"])("%s is refused", (text) => {
    expect(() => parseTargets(text)).toThrow(/cannot be read/);
  });
});

describe("useless files", () => {
  it.each([
    ["var/lib/apt/lists/deb_Packages.lz4", "apt-lists"],
    ["root/.cache/pip/http/1", "pip-cache"],
    ["home/node/.npm/_cacache/x", "npm-cache"],
    ["usr/local/cargo/registry/cache/a.crate", "build-cache"],
    ["app/.git/HEAD", "version-control"],
    ["app/dist/main.js.map", "source-maps"],
    ["usr/share/doc/bash/README", "documentation"],
    ["usr/lib/x86_64-linux-gnu/libc.a", "build-files"],
    ["tmp/x", "temporary-files"],
    ["app/.gitignore", undefined],
    ["app/tmp/x", undefined],
    ["app/test/data.json", undefined],
    ["usr/share/zoneinfo/UTC", undefined],
  ])("%s", (name, kind) => {
    expect(uselessKind(name)?.kind).toBe(kind);
  });
});

describe("packages", () => {
  it("are measured by the files they own", async () => {
    const data = (length: number, seed: number): Buffer => noise(length, seed);
    const goInfo = Buffer.concat([
      Buffer.from("\x7fELF".padEnd(600_000, "\0"), "latin1"),
      Buffer.from("\xff Go buildinf:\x08\x02".padEnd(32, "\0"), "latin1"),
      Buffer.from([6]),
      Buffer.from("go1.27"),
      Buffer.from([38]),
      Buffer.from("path\tx/y\nmod\texample.org/tool\tv1.2.3\t\n".slice(0, 38)),
    ]);
    const { packages } = await analyze(
      one(
        { path: "var/lib/dpkg/status", data: "Package: curl\nVersion: 8.1-2\n\nPackage: none\nVersion: 1\n" },
        { path: "var/lib/dpkg/info/curl.list", data: "/.\n/bin\n/bin/curl\n/usr/share/doc/curl\n" },
        { path: "usr/bin/curl", data: data(1000, 1) },
        { path: "lib/apk/db/installed", data: "P:musl\nV:1.2\nF:lib\nR:ld-musl.so\n\n" },
        { path: "lib/ld-musl.so", data: data(900, 2) },
        { path: "app/node_modules/@a/b/package.json", data: '{"version": "3.0.0"}' },
        { path: "app/node_modules/@a/b/index.js", data: data(800, 3) },
        { path: "app/node_modules/@a/b/node_modules/c/package.json", data: '{"version":"1.0.0"}' },
        {
          path: "usr/lib/python3/site-packages/Web_Thing-2.0.dist-info/RECORD",
          data: "web/x.py,sha256=a,700\n../../../bin/web,,\n",
        },
        { path: "usr/lib/python3/site-packages/web/x.py", data: data(700, 4) },
        { path: "opt/lib/guava-33.1.jar", data: data(600, 5) },
        { path: "usr/local/bin/tool", data: goInfo, mode: 0o755 },
      ),
    );
    expect(packages.map((found) => [found.type, found.name, found.version, found.bytes])).toEqual([
      ["go", "example.org/tool", "v1.2.3", goInfo.length],
      ["deb", "curl", "8.1-2", 1000],
      ["apk", "musl", "1.2", 900],
      ["npm", "@a/b", "3.0.0", 820],
      ["python", "Web-Thing", "2.0", 700],
      ["java", "guava", "33.1", 600],
      ["npm", "c", "1.0.0", 19],
    ]);
  });
});

it("says when packages could not be measured", async () => {
  const { analysis } = await analyze(one({ path: "usr/lib/sysimage/rpm/rpmdb.sqlite", data: "x" }));
  expect(analysis.notes.join()).toContain("RPM database");
});

describe("a comparison", () => {
  it("names what grew, what is gone and what is shared", async () => {
    const shared = { entries: [{ path: "base", data: noise(5000, 1) }] };
    const before = await analyze({
      layers: [shared, { entries: [{ path: "app/old", data: noise(200_000, 2) }] }],
    });
    const after = await analyze({
      layers: [shared, { entries: [{ path: "app/new", data: noise(150_000, 3) }] }],
    });
    const result = compareImages(before, after, 5);
    expect(result).toMatchObject({ before: 205_000, after: 155_000, sharedLayers: 1, sharedBytes: 5000 });
    expect(result.percent).toBeCloseTo(-24.39, 2);
    expect(result.paths.map((change) => [change.name, change.before, change.after])).toEqual([
      ["/app/old", 200_000, 0],
      ["/app/new", 0, 150_000],
    ]);
  });
});

describe("the report", () => {
  it("is one page that runs nothing, whatever the image is called", async () => {
    const evil = '<script>alert("1")</script>';
    const image = await analyze({
      layers: [
        {
          entries: [
            { path: `a/${evil}`, data: noise(90_000, 1) },
            { path: "b", data: noise(90_000, 2) },
          ],
          createdBy: `RUN ${evil}`,
        },
        { entries: [{ path: ".wh.b" }], createdBy: "RUN rm /b" },
      ],
    });
    const page = renderReport({ image, targets: [] });
    expect(page).not.toMatch(/<script|<img|javascript:| on\w+=|https?:\/\//);
    expect(page).toContain("&lt;script&gt;");
    expect(page).toContain("default-src &#39;none&#39;".replaceAll("&#39;", "'"));
    expect(page).toContain("180 kB");
    expect(page).toContain("<svg");
  });
});

describe("a treemap", () => {
  it("fills its area in proportion, without overlaps", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const boxes = squarify(sizes, (size) => size, { x: 0, y: 0, width: 300, height: 200 });
        const total = sizes.reduce((sum, size) => sum + size, 0);
        expect(boxes).toHaveLength(sizes.length);
        for (const box of boxes) {
          expect(box.width * box.height).toBeCloseTo((box.item * 60_000) / total, 3);
          expect(box.x).toBeGreaterThan(-0.001);
          expect(box.x + box.width).toBeLessThan(300.001);
          expect(box.y + box.height).toBeLessThan(200.001);
        }
      }),
    );
  });
});

describe("bytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [99_949, "99.9 kB"],
    [999_600, "1.0 MB"],
    [235_789_540, "236 MB"],
  ])("%d is %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

function fail(): never {
  throw new Error("no target");
}
