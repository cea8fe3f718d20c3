import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTarParser, type TarEntry } from "../../src/image/tar/parser.ts";
import { normalizePath, readWhiteout } from "../../src/image/tar/path.ts";
import { type Entry, entryBlocks, header, makeTar, sealed } from "./make.ts";

interface Read {
  readonly entry: TarEntry;
  readonly data: string;
}

/** Parses an archive in the given pieces and collects everything. */
function parse(archive: Buffer, pieces: readonly number[] = [], maxEntries = 1000): Read[] {
  const found: { entry: TarEntry; chunks: Buffer[] }[] = [];
  const parser = createTarParser({
    where: "test",
    maxEntries,
    visit(entry) {
      const read = { entry: { ...entry }, chunks: [] as Buffer[] };
      found.push(read);
      return { data: (chunk) => void read.chunks.push(Buffer.from(chunk)), end: () => undefined };
    },
  });
  let at = 0;
  for (const piece of [...pieces, archive.length]) {
    parser.push(archive.subarray(at, at + piece));
    at += piece;
  }
  parser.finish();
  return found.map(({ entry, chunks }) => ({ entry, data: Buffer.concat(chunks).toString("latin1") }));
}

const names = (archive: Buffer): string[] => parse(archive).map(({ entry }) => entry.name);

describe("the tar reader", () => {
  it("reads names in all the ways they are written", () => {
    const long = `${"folder/".repeat(30)}file`;
    const archive = makeTar([
      { path: "plain", data: "1" },
      { path: "name", prefix: "some/prefix", data: "22" },
      { path: long, gnuLong: true, data: "333" },
      { path: "short", pax: { path: `${long}-pax` }, data: "4444" },
      { path: "münchen", data: "5" },
    ]);
    expect(names(archive)).toEqual(["plain", "some/prefix/name", long, `${long}-pax`, "münchen"]);
    expect(parse(archive).map(({ data }) => data)).toEqual(["1", "22", "333", "4444", "5"]);
  });

  it("keeps names apart that are not UTF-8", () => {
    const raw = (byte: number): Buffer => {
      const block = header({ path: "a?", size: 0 });
      block[1] = byte;
      return sealed(block);
    };
    const archive = Buffer.concat([raw(0xfe), raw(0xff), Buffer.alloc(1024)]);
    const [first, second] = names(archive);
    expect(first).not.toBe(second);
  });

  it("reads sizes beyond octal, from pax records and of sparse files", () => {
    const sparse = header({ path: "sparse", type: "S", size: 512 });
    sparse.write("00000010000\0", 483, 12, "latin1");
    const archive = Buffer.concat([
      entryBlocks({ path: "binary", binary: true, data: "abc" }),
      entryBlocks({ path: "pax", pax: { size: "4" }, statedSize: 0, data: "abcd" }),
      sealed(sparse),
      Buffer.alloc(512, "s"),
      entryBlocks({ path: "hole", pax: { "GNU.sparse.realsize": "9000" }, data: "x" }),
      entryBlocks({ path: "last", data: "z" }),
      Buffer.alloc(1024),
    ]);
    expect(parse(archive).map(({ entry }) => [entry.name, entry.size])).toEqual([
      ["binary", 3],
      ["pax", 4],
      ["sparse", 4096],
      ["hole", 9000],
      ["last", 1],
    ]);
  });

  it("knows which headers have no content, whatever their size says", () => {
    const archive = makeTar([
      { path: "link", type: "1", link: "target", statedSize: 1_000_000 },
      { path: "symlink", type: "2", link: "target", statedSize: 512 },
      { path: "old/", type: "\0" },
      { path: "file", data: "x" },
    ]);
    expect(parse(archive).map(({ entry }) => [entry.name, entry.type, entry.size])).toEqual([
      ["link", "hardlink", 0],
      ["symlink", "symlink", 0],
      ["old/", "directory", 0],
      ["file", "file", 1],
    ]);
  });

  it("gives the same for every way of cutting the archive", () => {
    const entry: fc.Arbitrary<Entry> = fc.record({
      path: fc.stringMatching(/^[a-z]{1,30}$/),
      data: fc.string({ maxLength: 1500 }),
      gnuLong: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), fc.array(fc.nat({ max: 1200 })), (entries, pieces) => {
        const archive = makeTar(entries);
        expect(parse(archive, pieces)).toEqual(parse(archive));
      }),
    );
  });

  it.each([
    ["a wrong checksum", () => makeTar([{ path: "a", data: "x" }]).fill(0x41, 0, 1), /checksum/],
    [
      "a body that is cut off",
      () => makeTar([{ path: "a", data: "x".repeat(2000) }]).subarray(0, 1500),
      /ends in the middle/,
    ],
    ["a header that is cut off", () => makeTar([{ path: "a" }]).subarray(0, 300), /ends in the middle/],
    [
      "a size that is no number",
      () => sealed(Buffer.from(header({ path: "a", size: 0 })).fill(0x78, 124, 130)),
      /octal/,
    ],
    [
      "a huge pax header",
      () => sealed(header({ path: "p", type: "x", size: 0, statedSize: 2_000_000 })),
      /extended header/,
    ],
    [
      "a pax record that lies",
      () =>
        Buffer.concat([
          header({ path: "p", type: "x", size: 512 }),
          Buffer.from("99 path=a\n".padEnd(512, "\0")),
        ]),
      /pax/,
    ],
    ["an endless path", () => makeTar([{ path: "a/".repeat(3000), gnuLong: true }]), /path of/],
  ] as const)("refuses %s", (_what, make, message) => {
    expect(() => parse(make())).toThrow(message);
  });

  it("stops at the limit on entries", () => {
    const archive = makeTar(Array.from({ length: 20 }, (_, index) => ({ path: `f${index}` })));
    expect(() => parse(archive, [], 19)).toThrow(/more than 19 entries/);
    expect(parse(archive, [], 20)).toHaveLength(20);
  });
});

describe("paths of entries", () => {
  it.each([
    ["./etc/passwd", "etc/passwd"],
    ["/etc//passwd", "etc/passwd"],
    ["../../etc/passwd", "etc/passwd"],
    ["usr/./lib/../bin/", "usr/bin"],
    ["./", ""],
    ["...", "..."],
  ])("%s is %s", (name, expected) => {
    expect(normalizePath(name)).toBe(expected);
  });

  it("tells whiteouts from files", () => {
    expect(readWhiteout("a/.wh.b")).toEqual({ kind: "path", target: "a/b" });
    expect(readWhiteout(".wh..wh..opq")).toEqual({ kind: "opaque", target: "" });
    expect(readWhiteout("a/.wh..wh.plnk")).toEqual({ kind: "ignored", target: "a" });
    expect(readWhiteout("a/x.wh.b")).toBeUndefined();
    expect(readWhiteout(".wh.a/b")).toBeUndefined();
  });
});
