import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeRecorder } from "../../src/verify/claims.ts";
import { renderHtml } from "../../src/verify/html.ts";
import { browserReady, look } from "../browser.ts";

const folder = mkdtempSync(path.join(tmpdir(), "dockwright-page-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!browserReady)("the evidence page in a browser", () => {
  it("shows each claim with its verdict and log, and nothing a log could inject", {
    timeout: 120_000,
  }, async () => {
    const recorder = makeRecorder((text) => text);
    recorder.add("builds", "proved", { measurement: { buildMs: 2500 } });
    recorder.add("answers-probe", "refuted", {
      reason: "nothing listens on 8000",
      log: ["<script>document.title = 'taken'</script>", "<img src=x onerror=alert(1)>"],
    });
    recorder.rest("the container did not start");
    const file = path.join(folder, "evidence.html");
    writeFileSync(
      file,
      renderHtml({
        schemaVersion: 1,
        runId: "0123456789ab",
        subject: { context: "/app", dockerfile: "Dockerfile", sha256: "0".repeat(64) },
        engine: { name: "docker", version: "28.0.0", builder: "buildx" },
        claims: recorder.claims,
        steps: [],
        findings: [],
        secretPlaces: [],
        notes: [],
        totals: {
          proved: 1,
          refuted: 1,
          notTested: recorder.claims.length - 2,
          requiredRefuted: 1,
          ms: 12_345,
        },
      }),
    );
    const { dom, log, picture } = await look(file);
    expect(dom).toContain("nothing listens on 8000");
    expect(dom).not.toMatch(/<title>taken|<img src="x"/);
    expect(log).not.toMatch(/Uncaught|ERROR:CONSOLE/);
    expect(picture.length).toBeGreaterThan(15_000);
  });
});
