import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import formatsOf from "ajv-formats";
import { describe, expect, it } from "vitest";
import { formatScan, scanFormats } from "../../../src/scan/formats/index.ts";
import type { ScanReport } from "../../../src/scan/formats/report.ts";
import { finding, subject } from "../answer/finding.ts";

const facts = { version: "1.2.3", created: "2026-11-21T12:00:00.000Z", lines: 40 };
const layer = { index: 2, instruction: `/bin/sh -c #(nop) COPY dir:${"0".repeat(64)} in /root ` };
const report: ScanReport = {
  reference: "registry.example.com/app:1",
  platform: "linux/amd64",
  imageId: `sha256:${"a".repeat(64)}`,
  notScanned: ["known vulnerabilities of Debian:13 packages"],
  counts: { critical: 1, high: 1, medium: 1, low: 0, info: 1 },
  remedies: [
    { title: "upgrade urllib3 1.24.1 to 1.26.17", removes: 2, bySeverity: { high: 2 }, examples: ["CVE-1"] },
  ],
  findings: [
    finding({
      id: "npm-token",
      kind: "secret",
      severity: "critical",
      path: "/root/.npmrc",
      line: 1,
      layer,
      inFinalImage: false,
      scanners: ["dockwright"],
      fix: "revoke it",
    }),
    finding({
      id: "CVE-2019-11324",
      aliases: ["GHSA-mh33-7rrq-662w", "PYSEC-2019-133"],
      package: {
        ...subject("urllib3", "1.24.1", "PyPI"),
        purl: "pkg:pypi/urllib3@1.24.1",
        path: "/usr/lib/python3/urllib3/METADATA",
      },
      fixedVersion: "1.24.2",
      ratings: [
        { source: "ghsa", severity: "high" },
        { source: "nvd", severity: "medium" },
      ],
      exploited: true,
    }),
    finding({ id: "CVE-2011-4116", severity: "medium", package: subject("perl-base", "5.36", "Debian:12") }),
    finding({
      id: "no-healthcheck",
      kind: "misconfiguration",
      severity: "info",
      title: "<b>no HEALTHCHECK</b>",
    }),
  ],
  ignored: [
    {
      ...finding({ id: "CVE-2023-1", package: subject("zlib1g", "1.2", "Debian:12") }),
      exception: { reason: "minizip is not built", until: "2027-01-31", state: "not_affected" },
    },
  ],
  unfixed: 0,
  packages: 97,
  scanners: [
    { name: "trivy", version: "0.76.0", database: "2026-11-21T00:00:00Z", findings: 5 },
    { name: "grype", failed: "grype failed (exit code 1): no database", findings: 0 },
  ],
  searched: { files: 10, bytes: 5_000, skippedFiles: 2 },
  notes: ["a remark"],
};

function validator(
  schema: Record<string, unknown>,
  more: Readonly<Record<string, Record<string, unknown>>> = {},
) {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  formatsOf.default(ajv);
  // Formats of internationalised text that ajv-formats does not know.
  ajv.addFormat("iri-reference", true).addFormat("idn-email", true).addFormat("string", true);
  for (const [uri, one] of Object.entries(more)) {
    delete one.$id;
    ajv.addSchema(one, uri);
  }
  return ajv.compile(schema);
}

it.each(scanFormats)("%s says what was not scanned", (format) => {
  expect(formatScan(report, format, facts)).toContain("known vulnerabilities of Debian:13 packages");
});

describe("text", () => {
  const text = formatScan(report, "text", facts);
  it("begins with what was not scanned, then what removes most", () => {
    const lines = text.split("\n");
    expect(lines[1]).toMatch(/^NOT SCANNED/);
    const remedy = lines.findIndex((line) => line.startsWith("1. upgrade urllib3"));
    expect(remedy).toBeGreaterThan(1);
    expect(remedy).toBeLessThan(lines.findIndex((line) => line.startsWith("- critical npm-token")));
  });

  it("tells removed from visible, fixed from not, and which scanner gave no answer", () => {
    expect(text).toMatch(
      /npm-token.*\/root\/\.npmrc:1 \[layer 2, removed later but still pulled: COPY dir in \/root/,
    );
    expect(text).toContain("urllib3 1.24.1, fixed in 1.24.2");
    expect(text).toContain("perl-base 5.36, no fix yet");
    expect(text).toContain("grype: no answer");
  });

  it("has at most the lines it may have, and says what is left out", () => {
    const short = formatScan(report, "text", { ...facts, lines: 2 });
    expect(short).toContain("… 2 more");
    expect(short).not.toContain("no-healthcheck");
  });
});

describe("sarif", () => {
  const log = JSON.parse(formatScan(report, "sarif", facts));

  it("follows the official schema", () => {
    const schema: Record<string, unknown> = JSON.parse(
      readFileSync(new URL("../../fixtures/schemas/sarif-2.1.0.json", import.meta.url), "utf8"),
    );
    // Draft 4's two keywords that newer validators spell otherwise.
    delete schema.$schema;
    delete schema.id;
    const check = validator(schema);
    check(log);
    expect(check.errors ?? []).toEqual([]);
  });

  it("suppresses accepted findings with their reason, names each finding for good, and reports a failed scanner", () => {
    const [run] = log.runs;
    expect(run.results.length).toBe(5);
    const [accepted] = run.results.filter(
      (one: { suppressions?: unknown }) => one.suppressions !== undefined,
    );
    expect(accepted).toMatchObject({
      ruleId: "CVE-2023-1",
      suppressions: [{ justification: expect.stringContaining("minizip is not built") }],
    });
    const prints = run.results.map(
      (one: { partialFingerprints: Record<string, string> }) => one.partialFingerprints["dockwright/v1"],
    );
    expect(new Set(prints).size).toBe(5);
    expect(run.invocations[0].executionSuccessful).toBe(false);
    expect(run.results[0]).toMatchObject({
      level: "error",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "root/.npmrc", uriBaseId: "IMAGE" },
            region: { startLine: 1 },
          },
        },
      ],
    });
  });
});

it("sarif points at the Dockerfile's line where it is known, and at the file in the image beside it", () => {
  const placed = report.findings.map((one) => ({ ...one, place: { line: 7, endLine: 8, stage: "0" } }));
  const log = JSON.parse(
    formatScan({ ...report, findings: placed, dockerfile: "build/Dockerfile" }, "sarif", facts),
  );
  expect(log.runs[0].results[0]).toMatchObject({
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: "build/Dockerfile" },
          region: { startLine: 7, endLine: 8 },
        },
      },
    ],
    relatedLocations: [
      { physicalLocation: { artifactLocation: { uri: "root/.npmrc", uriBaseId: "IMAGE" } } },
    ],
  });
});

describe("vex", () => {
  const bom = JSON.parse(formatScan(report, "vex", facts));

  it("follows CycloneDX's schema of 1.6", () => {
    const folder = createRequire(import.meta.url)
      .resolve("@cyclonedx/cyclonedx-library/package.json")
      .replace("package.json", "res/schema/");
    const read = (name: string): Record<string, unknown> => JSON.parse(readFileSync(folder + name, "utf8"));
    const names = ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"];
    const check = validator(
      read("bom-1.6.SNAPSHOT.schema.json"),
      Object.fromEntries(names.map((name) => [`http://cyclonedx.org/schema/${name}`, read(name)])),
    );
    check(bom);
    expect(check.errors ?? []).toEqual([]);
  });

  it("has the vulnerabilities alone, with who rated them, and an analysis only where somebody decided", () => {
    expect(bom.vulnerabilities.map(({ id }: { id: string }) => id)).toEqual([
      "CVE-2019-11324",
      "CVE-2011-4116",
      "CVE-2023-1",
    ]);
    const [urllib3, perl, zlib] = bom.vulnerabilities;
    expect(urllib3).toMatchObject({
      ratings: [
        { source: { name: "ghsa" }, severity: "high" },
        { source: { name: "nvd" }, severity: "medium" },
      ],
      recommendation: "Upgrade urllib3 to 1.24.2",
      affects: [{ versions: [{ version: "1.24.1", status: "affected" }] }],
    });
    expect(perl.analysis).toBeUndefined();
    expect(zlib.analysis).toMatchObject({
      state: "not_affected",
      detail: expect.stringContaining("2027-01-31"),
    });
    const refs = new Set(bom.components.map((one: Record<string, string>) => one["bom-ref"]));
    for (const { affects } of bom.vulnerabilities) for (const { ref } of affects) expect(refs).toContain(ref);
  });

  it("is the same for the same answer", () => {
    expect(formatScan(report, "vex", facts)).toBe(formatScan(report, "vex", facts));
  });
});

it("html needs nothing from elsewhere and escapes what the image says", () => {
  const page = formatScan(report, "html", facts);
  expect(page).not.toMatch(/<script|<link|<img|src=|https?:\/\//i);
  expect(page).toContain("default-src 'none'");
  expect(page).toContain("&lt;b&gt;no HEALTHCHECK");
  expect(page).not.toContain("<b>");
  expect(page).toContain("minizip is not built");
});

describe("decisions", () => {
  const accepted = (name: string, state: "not_affected" | "exploitable"): ScanReport["ignored"][number] => ({
    ...finding({ id: "CVE-2026-7", package: subject(name, "1.0") }),
    exception: { reason: "looked at", until: "2027-01-31", state },
  });

  it("VEX does not say affected of what was found not to be, nor one state for two decisions", () => {
    const text = formatScan(
      { ...report, findings: [], ignored: [accepted("a", "not_affected"), accepted("b", "exploitable")] },
      "vex",
      facts,
    );
    const { vulnerabilities } = JSON.parse(text);
    expect(
      vulnerabilities.map((one: { analysis: { state: string }; affects: { versions: object[] }[] }) => [
        one.analysis.state,
        one.affects.flatMap(({ versions }) => versions),
      ]),
    ).toEqual([
      ["not_affected", [{ version: "1.0", status: "unaffected" }]],
      ["exploitable", [{ version: "1.0", status: "affected" }]],
    ]);
    expect(new Set(vulnerabilities.map((one: { "bom-ref": string }) => one["bom-ref"])).size).toBe(2);
  });
});
