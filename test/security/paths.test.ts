import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  isInside,
  makeRoots,
  type Roots,
  readBounded,
  resolveForWrite,
  resolveInside,
  writeAtomic,
} from "../../src/security/paths.ts";

let base = "";
let roots: Roots;
const at = (...parts: string[]) => path.join(base, ...parts);

beforeEach(async () => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), "dockwright-paths-")));
  mkdirSync(at("root/sub"), { recursive: true });
  mkdirSync(at("root-twin"));
  writeFileSync(at("root/file"), "inside");
  writeFileSync(at("root-twin/file"), "outside");
  symlinkSync("../root-twin", at("root/way-out"));
  symlinkSync("file", at("root/alias"));
  symlinkSync("../root-twin/new", at("root/dangling"));
  roots = await makeRoots([at("root")]);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe("resolveInside", () => {
  it.each([
    ["file", "file"],
    ["./sub/../file", "file"],
    ["alias", "file"],
    [".", "."],
  ])("%s is inside", async (requested, real) => {
    expect(await resolveInside(roots, requested)).toBe(path.join(at("root"), real));
  });

  it("takes absolute paths below a root", async () => {
    expect(await resolveInside(roots, at("root/file"))).toBe(at("root/file"));
  });

  it.each(["..", "../root-twin/file", "way-out/file", "way-out", "/etc/passwd", "sub/../../root-twin/file"])(
    "%s is outside",
    async (requested) => {
      await expect(resolveInside(roots, requested)).rejects.toThrow(/outside the allowed directories/);
    },
  );

  it("does not mistake a folder whose name begins like the root's for the root", async () => {
    await expect(resolveInside(roots, at("root-twin/file"))).rejects.toThrow(/outside/);
    expect(isInside(at("root"), at("root-twin"))).toBe(false);
    expect(isInside(at("root"), at("root/..twin"))).toBe(true);
  });

  it("says the same of a path outside whether it exists or not", async () => {
    await expect(resolveInside(roots, "/etc/passwd")).rejects.toThrow(/outside/);
    await expect(resolveInside(roots, "/etc/no-such-file")).rejects.toThrow(/outside/);
    await expect(resolveInside(roots, "dangling")).rejects.toThrow(/does not exist|outside/);
    await expect(resolveInside(roots, "way-out/nothing")).rejects.toThrow(/outside/);
    await expect(resolveInside(roots, "nothing/here")).rejects.toThrow(/does not exist/);
  });

  it("refuses NUL bytes and cleans names in messages", async () => {
    await expect(resolveInside(roots, "file\0.txt")).rejects.toThrow(/NUL/);
    await expect(resolveInside(roots, "a\u001B[31m\nb")).rejects.toThrow("a b does not exist");
  });
});

describe("writing", () => {
  it("goes to places below a root only, also through links", async () => {
    expect(await resolveForWrite(roots, "new")).toBe(at("root/new"));
    for (const requested of ["../new", "way-out/new", "/tmp/new"]) {
      await expect(resolveForWrite(roots, requested), requested).rejects.toThrow(/outside/);
    }
    await expect(resolveForWrite(roots, "no/such/folder")).rejects.toThrow(/does not exist/);
  });

  it("never replaces a file unless forced, and never follows a link", async () => {
    await writeAtomic(at("root/new"), "one", false);
    await expect(writeAtomic(at("root/new"), "two", false)).rejects.toThrow(/exists already/);
    expect(readFileSync(at("root/new"), "utf8")).toBe("one");
    await writeAtomic(at("root/new"), "two", true);
    expect(readFileSync(at("root/new"), "utf8")).toBe("two");
    for (const link of ["alias", "dangling"]) {
      await expect(writeAtomic(at("root", link), "x", true)).rejects.toThrow(/not a regular file/);
    }
    expect(readFileSync(at("root/file"), "utf8")).toBe("inside");
    expect(readdirSync(at("root-twin"))).toEqual(["file"]);
  });

  it("lets one of several writers win and leaves nothing behind", async () => {
    const texts = Array.from({ length: 8 }, (_, writer) => `writer ${writer}`);
    const results = await Promise.allSettled(texts.map((text) => writeAtomic(at("root/race"), text, false)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(texts).toContain(readFileSync(at("root/race"), "utf8"));
    expect(readdirSync(at("root")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("readBounded", () => {
  it("reads a file up to its bound", async () => {
    expect((await readBounded(at("root/file"), 6)).toString()).toBe("inside");
    await expect(readBounded(at("root/file"), 5)).rejects.toThrow(/6 bytes; at most 5/);
  });

  it("refuses folders, links, devices and pipes nobody writes to, without waiting", async () => {
    execFileSync("mkfifo", [at("root/pipe")]);
    for (const file of [at("root/sub"), at("root/alias"), at("root/pipe"), "/dev/zero"]) {
      await expect(readBounded(file, 10), file).rejects.toThrow(/regular file|cannot be opened/);
    }
  });
});

it("roots must be directories", async () => {
  await expect(makeRoots([at("root/file")])).rejects.toThrow(/not a directory/);
  await expect(makeRoots([at("nowhere")])).rejects.toThrow(/not a directory/);
});
