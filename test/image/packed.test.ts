import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadUnzstd, packingOf, unpack } from "../../src/image/blob/packed.ts";

const unzstd = await loadUnzstd();

describe("a Git pack", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "dockwright-pack-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function repository(): Buffer {
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.test", ...args], { cwd: folder });
    git("init", "-q");
    const lines = Array.from({ length: 400 }, (_, index) => `setting_${index}=${index * 7919}`);
    const commit = (text: string): void => {
      writeFileSync(path.join(folder, "settings"), text);
      git("add", "settings");
      git("commit", "-q", "-m", "change");
    };
    // The version with the token is no longer the newest: it is stored as a delta.
    commit(["first", ...lines].join("\n"));
    commit([...lines.slice(0, 200), "token=gone-but-packed-41x", ...lines.slice(200)].join("\n"));
    commit([...lines, ...lines, "last"].join("\n"));
    git("gc", "-q", "--aggressive", "--prune=now");
    const packs = path.join(folder, ".git/objects/pack");
    const name = readdirSync(packs).find((file) => file.endsWith(".pack")) ?? "";
    return readFileSync(path.join(packs, name));
  }
  const pack = repository();

  it("gives all its objects, those of older versions among them", () => {
    expect(packingOf(pack.subarray(0, 512))).toBe("git-pack");
    expect(pack.includes("token=gone-but-packed-41x")).toBe(false);
    const objects = unpack(pack, "git-pack", 1_000_000, unzstd);
    expect(objects).toHaveLength(9);
    expect(new Set(objects.map(({ name }) => name.split(" ")[0]))).toEqual(
      new Set(["commit", "tree", "blob", "delta"]),
    );
    const holding = objects.filter(({ data }) => data.includes("token=gone-but-packed-41x"));
    expect(holding.map(({ name }) => name.split(" ")[0])).toEqual(["delta"]);
  });

  it("stops at the limit, and at damage", () => {
    expect(() => unpack(pack, "git-pack", 5000, unzstd)).toThrow(RangeError);
    for (let length = 12; length < pack.length; length += 37)
      expect(unpack(pack.subarray(0, length), "git-pack", 1_000_000, unzstd).length).toBeLessThanOrEqual(9);
    expect(
      unpack(Buffer.from("PACK\0\0\0\u0002\xff\xff\xff\xffgarbage", "latin1"), "git-pack", 1000, unzstd),
    ).toEqual([]);
  });
});
