import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { analyzeWithModel } from "../../src/image/analyze.ts";
import { renderReport } from "../../src/image/report/html.ts";
import { browserReady, look } from "../browser.ts";
import { dockerArchive, noise } from "./make.ts";
import { makeFolder, open } from "./open.ts";

const folder = await makeFolder();

describe.skipIf(!browserReady)("the report in a browser", () => {
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
    const { dom, log, picture } = await look(page);
    for (const text of ["500 kB", "Hidden bytes", "/opt/b", "RUN rm /opt/b", "Bytes by layer"])
      expect(dom).toContain(text);
    expect(log).not.toMatch(/Content Security Policy|Uncaught|ERROR:CONSOLE/);
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1000, 1400]);
    // A blank page of this size packs into less than 10 kB.
    expect(picture.length).toBeGreaterThan(15_000);
  });
});
