import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { formatHtml } from "../../../src/scan/formats/html.ts";
import { browserReady, look } from "../../browser.ts";
import { makeFolder } from "../../image/open.ts";
import { finding, subject } from "../answer/finding.ts";

const folder = await makeFolder();

describe.skipIf(!browserReady)("the scan's page in a browser", { timeout: 120_000 }, () => {
  it("shows its tables under a policy that forbids scripts, whatever the image says", async () => {
    const page = path.join(folder, "scan.html");
    const hostile = '<img src=x onerror="document.title=1"><script>document.title="2"</script>';
    const html = formatHtml({
      reference: `app:1 ${hostile}`,
      platform: "linux/amd64",
      notScanned: [`secrets inside 3 archives ${hostile}`],
      counts: { critical: 1, high: 1, medium: 0, low: 0, info: 0 },
      remedies: [
        {
          title: "upgrade left 1.0.0 to 1.0.1",
          removes: 1,
          bySeverity: { high: 1 },
          examples: ["CVE-2026-1"],
        },
      ],
      findings: [
        finding({ package: subject("left", "1.0.0"), fixedVersion: "1.0.1", title: hostile }),
        finding({
          id: "npm-token",
          kind: "secret",
          severity: "critical",
          path: `/app/${hostile}`,
          inFinalImage: false,
          layer: { index: 2, instruction: "COPY . /app" },
        }),
      ],
      ignored: [],
      unfixed: 0,
      packages: 1,
      scanners: [{ name: "trivy", version: "0.76.0", findings: 1 }],
      searched: { files: 1, bytes: 10, skippedFiles: 0 },
      notes: [],
    });
    await writeFile(page, html);
    const { dom, log, picture } = await look(page);
    for (const text of [
      "Not scanned",
      "What removes most",
      "left 1.0.0, fixed in 1.0.1",
      "no, but still pulled",
      "COPY . /app",
    ]) {
      expect(dom).toContain(text);
    }
    expect(dom).not.toMatch(/<script|<img/i);
    expect(dom).toMatch(/<title>Scan of app:1/);
    expect(log).not.toMatch(/Content Security Policy|Uncaught|ERROR:CONSOLE/);
    expect(picture.length).toBeGreaterThan(15_000);
  });
});
