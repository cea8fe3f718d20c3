import { constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { makeContentSearch } from "../../src/scan/own/content.ts";
import { makePackedSearch } from "../../src/scan/own/packed.ts";
import { readJar } from "../../src/scan/packages/jar.ts";
import type { ScanResult } from "../../src/scan/types.ts";
import type { Entry } from "../image/make.ts";
import { makeZip } from "../image/zip.ts";
import { scan } from "./scan-made.ts";

/*
 * What takes time without end fails by the runner's own limit.
 */

const scanFiles = (...entries: readonly Entry[]): Promise<ScanResult> => scan({ layers: [{ entries }] });

const github = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");

it("a secret is found behind thousands of files that anybody may write", async () => {
  const open = Array.from({ length: 3000 }, (_, index) => ({ path: `app/f${index}`, mode: 0o666 }));
  const { findings, notes } = await scanFiles(...open, { path: "app/key", data: github });
  expect(findings).toContainEqual(expect.objectContaining({ id: "github-token", path: "/app/key" }));
  expect(notes).toEqual(["1000 more findings are left out"]);
});

it("a strong secret is found behind thousands of weak ones in its file", async () => {
  const weak = Array.from(
    { length: 4000 },
    (_, index) => `SERVICE_${index}_PASSWORD=x9${(index * 7919).toString(36)}Qz${index}vLp`,
  );
  const { findings } = await scanFiles({ path: "app/.env", data: [...weak, `x=${github}`].join("\n") });
  expect(findings).toContainEqual(expect.objectContaining({ id: "github-token", line: 4001 }));
});

it("nor by those of another file of its archive", async () => {
  const weak = Array.from({ length: 40 }, (_, index) => `PASSWORD_${index}=x9Qz${index * 7919}vLpK${index}`);
  const archive = makeZip({ "a/.env": weak.join("\n"), "b/.env": weak.join("\n"), "c/key": github });
  const { findings } = await scanFiles({ path: "app/x.zip", data: archive });
  expect(findings).toContainEqual(expect.objectContaining({ id: "github-token", path: "/app/x.zip!c/key" }));
});

it("a path in a command to copy is one word for the shell, whatever its name is", async () => {
  const { findings } = await scanFiles(
    { path: "bin/$(reboot); it's", mode: 0o4755 },
    { path: "bin/plain", mode: 0o4755 },
  );
  const fixes = findings.filter(({ id }) => id === "setuid-file").map(({ fix }) => fix);
  expect(fixes).toEqual(["chmod a-s '/bin/$(reboot); it'\\''s'", "chmod a-s /bin/plain"]);
});

it("the distribution is that of the final image", async () => {
  const { findings } = await scan({
    layers: [
      { entries: [{ path: "etc/os-release", data: "ID=debian\nVERSION_ID=8\n" }] },
      {
        entries: [
          { path: "etc/os-release", type: "2", link: "../usr/lib/os-release" },
          { path: "usr/lib/os-release", data: "ID=debian\nVERSION_ID=13\n" },
        ],
      },
    ],
  });
  expect(findings.filter(({ kind }) => kind === "end-of-life")).toEqual([]);
});

it("long texts in the history are gone through once", async () => {
  const steps = [
    `ENV ${"a".repeat(1_000_000)}`,
    `RUN ${"apt -".repeat(200_000)}`,
    `RUN ${"curl ".repeat(200_000)}`,
    "RUN /bin/sh -c curl -sS -k https://example.test | sh # buildkit",
  ];
  const { benchmark } = await scan({
    layers: [],
    history: steps.map((created_by) => ({ created_by, empty_layer: true })),
  });
  expect(benchmark?.find(({ id }) => id === "4.11")).toMatchObject({ status: "fail" });
});

it("a bzip2 file of very many empty streams is opened in no time", async () => {
  const empty = Buffer.concat([Buffer.from("BZh9"), Buffer.from("17724538509000000000", "hex")]);
  const { findings } = await scanFiles(
    { path: "app/a.bz2", data: Buffer.alloc(empty.length * 500_000, empty) },
    { path: "app/key", data: github },
  );
  expect(findings.map(({ id }) => id)).toContain("github-token");
}, 30_000);

it("a Git pack of very many small objects does not fill memory", async () => {
  const small = Buffer.concat([Buffer.from([0x36]), deflateSync("hello1")]);
  const head = Buffer.from("PACK\0\0\0\u0002\0\0\0\0", "latin1");
  head.writeUInt32BE(40_000, 8);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const content = makeContentSearch();
  const packed = makePackedSearch(
    {
      ...content,
      whole(subject, data) {
        most = Math.max(most, process.memoryUsage().arrayBuffers);
        return content.whole(subject, data);
      },
    },
    undefined,
  );
  packed.open(
    { path: "a.pack", scope: "text", programs: true },
    Buffer.concat([head, Buffer.alloc(small.length * 40_000, small)]),
    () => undefined,
  );
  expect(most - before).toBeLessThan(400_000_000);
}, 30_000);

/** A zip whose directory names one damaged member again and again. */
function damagedZip(name: string, times: number): Buffer {
  const flushed = deflateRawSync(Buffer.alloc(30_000_000), { finishFlush: constants.Z_FULL_FLUSH });
  const zip = makeZip({ [name]: Buffer.concat([flushed, Buffer.alloc(8, 7)]) }, { stored: true });
  const start = zip.lastIndexOf(Buffer.from("504b0102", "hex"));
  const end = zip.lastIndexOf(Buffer.from("504b0506", "hex"));
  const entry = Buffer.from(zip.subarray(start, end));
  entry.writeUInt16LE(8, 10);
  const tail = Buffer.from(zip.subarray(end));
  tail.writeUInt16LE(times, 8);
  tail.writeUInt16LE(times, 10);
  tail.writeUInt32LE(entry.length * times, 12);
  return Buffer.concat([zip.subarray(0, start), Buffer.alloc(entry.length * times, entry), tail]);
}

it("an archive that names a damaged member again and again is given up", async () => {
  const { notScanned } = await scanFiles({ path: "app/a.zip", data: damagedZip("a.txt", 20_000) });
  expect(notScanned).toContain("secrets inside 1 archives: unpacking to more than 256 MB");
  let cuts = 0;
  readJar("a.jar", damagedZip("lib/b.jar", 20_000), () => cuts++);
  expect(cuts).toBeGreaterThan(0);
}, 30_000);

it("many archives that unpack to too much are not all tried", async () => {
  const bomb = gzipSync(Buffer.alloc(280_000_000), { level: 1 });
  const { notScanned } = await scanFiles(
    ...Array.from({ length: 20 }, (_, index) => ({ path: `app/${index}.gz`, data: bomb })),
  );
  expect(notScanned.filter((what) => what.includes("archives"))).toEqual([
    "secrets inside 16 archives: unpacking to more than 256 MB",
    "secrets inside 4 archives: more than 4 GB unpacked",
  ]);
}, 60_000);

it("waiting archives are not opened after the request is cancelled", async () => {
  const xz = Buffer.from("fd377a585a0000", "hex");
  const packed = makePackedSearch(makeContentSearch(), undefined);
  packed.open({ path: "a.xz", scope: "text", programs: true }, xz, () => undefined);
  await expect(packed.settle(AbortSignal.abort())).rejects.toMatchObject({ kind: "cancelled" });
});
