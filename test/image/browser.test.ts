import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { analyzeWithModel } from "../../src/image/analyze.ts";
import { renderReport } from "../../src/image/report/html.ts";
import { findProgram } from "../../src/security/process.ts";
import { dockerArchive, noise } from "./make.ts";
import { makeFolder, open } from "./open.ts";

const chromium = (await findProgram("chromium")) ?? (await findProgram("google-chrome"));
const folder = await makeFolder();
const run = promisify(execFile);
const browser = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  run(
    chromium ?? "",
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--hide-scrollbars",
      "--window-size=1000,1400",
      "--enable-logging=stderr",
      ...args,
    ],
    { timeout: 60_000, maxBuffer: 32 * 1024 * 1024 },
  );

// Needs a Chromium on PATH.
describe.skipIf(chromium === undefined)("the report in a browser", () => {
  it("shows everything under a policy that forbids scripts, and breaks none of its rules", {
    timeout: 120_000,
  }, async () => {
    const file = path.join(folder, "image.tar");
    const layers = [
      {
        entries: [
          { path: "usr/lib/a", data: noise(300_000, 1) },
          { path: "opt/b", data: noise(200_000, 2) },
        ],
        createdBy: "ADD rootfs.tar /",
      },
      { entries: [{ path: "opt/.wh.b" }], createdBy: "RUN rm /opt/b" },
    ];
    await writeFile(file, dockerArchive({ layers }));
    const handle = await open(folder, file);
    const image = await analyzeWithModel(handle);
    await handle.dispose();
    const page = path.join(folder, "report.html");
    await writeFile(page, renderReport({ image, targets: [] }));
    const url = pathToFileURL(page).href;

    const { stdout, stderr } = await browser("--dump-dom", url);
    for (const text of ["500 kB", "Hidden bytes", "/opt/b", "RUN rm /opt/b", "Bytes by layer"])
      expect(stdout).toContain(text);
    expect(stderr).not.toMatch(/Content Security Policy|Uncaught|ERROR:CONSOLE/);

    const picture = path.join(folder, "report.png");
    await browser(`--screenshot=${picture}`, url);
    const png = await readFile(picture);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1000, 1400]);
    // A blank page of this size packs into less than 10 kB.
    expect(png.length).toBeGreaterThan(15_000);
  });
});
