import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { makeSpool } from "../../src/image/sources/spool.ts";

describe("the temporary files of an image", () => {
  const place = mkdtempSync(path.join(tmpdir(), "spool-test-"));
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(place, { recursive: true, force: true });
  });

  it("of a process that was killed are removed by the next one, those of others stay", () => {
    vi.stubEnv("TMPDIR", place);
    // It has ended: its number belongs to nobody.
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const made = (name: string, minutesAgo: number): string => {
      const folder = path.join(place, name);
      mkdirSync(folder);
      writeFileSync(path.join(folder, "0"), "layer");
      const then = new Date(Date.now() - minutesAgo * 60_000);
      utimesSync(folder, then, then);
      return folder;
    };
    const left = made(`dockwright-spool-${dead}-abc123`, 120);
    const kept = [
      made(`dockwright-spool-${process.ppid}-abc123`, 120),
      made(`dockwright-spool-${dead}-def456`, 1),
      made("dockwright-spool-notes", 120),
      made("another-1-abc123", 120),
    ];
    const spool = makeSpool(100);
    const file = spool.create();
    expect([existsSync(left), kept.map((folder) => existsSync(folder))]).toEqual([
      false,
      [true, true, true, true],
    ]);
    expect(existsSync(file.path)).toBe(true);
    spool.dispose();
    expect(existsSync(path.dirname(file.path))).toBe(false);
  });
});
