import { z } from "zod";
import { scannerNames } from "../../data/scanners.ts";

/** Input of scan_image. */
export const scanInput = z.object({
  image: z.string().min(1).max(4096).describe("Reference, archive, OCI layout or -"),
  platform: z.string().max(60).optional(),
  failOn: z.enum(["critical", "high", "medium", "low", "none"]).default("high"),
  detail: z.enum(["summary", "full"]).default("summary"),
  scanners: z
    .array(z.enum(["auto", "none", ...scannerNames]))
    .min(1)
    .max(10)
    .default(["auto"])
    .describe("Beside our own checks; auto: those installed"),
  offline: z.boolean().default(false).describe("Use no network for advisories and scanners"),
  onlyFixed: z.boolean().default(false).describe("Leave out vulnerabilities without a fix"),
  ignoreFile: z.string().max(4096).optional().describe("Accepted findings (.dockwright-ignore.yaml)"),
  advisories: z.string().max(4096).optional().describe("Directory of OSV data, instead of the OSV API"),
  dockerfile: z.string().max(4096).optional().describe("Names the lines"),
  target: z.string().max(200).optional().describe("The stage that was built"),
  sbom: z.enum(["cyclonedx", "spdx"]).optional().describe("The bill of materials instead of a scan"),
  format: z.enum(["text", "json", "sarif", "vex", "html"]).default("text").describe("Form of the text"),
});

const severity = z.enum(["critical", "high", "medium", "low", "info"]);
const place = z.object({ line: z.int(), endLine: z.int(), stage: z.string() });
const counts = z.object({ critical: z.int(), high: z.int(), medium: z.int(), low: z.int(), info: z.int() });

const finding = z.object({
  id: z.string(),
  aliases: z.array(z.string()),
  kind: z.enum(["vulnerability", "secret", "misconfiguration", "end-of-life"]),
  severity,
  severitySource: z.string(),
  ratings: z.array(z.object({ source: z.string(), severity })).exactOptional(),
  title: z.string(),
  package: z
    .object({
      name: z.string(),
      version: z.string(),
      ecosystem: z.string(),
      path: z.string().exactOptional(),
      purl: z.string().exactOptional(),
      source: z.string().exactOptional(),
    })
    .exactOptional(),
  fixedVersion: z.string().exactOptional(),
  path: z.string().exactOptional(),
  line: z.int().exactOptional(),
  endLine: z.int().exactOptional(),
  variable: z.string().exactOptional(),
  layer: z.object({ index: z.int(), instruction: z.string() }).exactOptional(),
  place: place.exactOptional(),
  inFinalImage: z.boolean(),
  exploited: z.boolean().exactOptional(),
  scanners: z.array(z.string()),
  fix: z.string().exactOptional(),
});

/** Output of scan_image. `notScanned` is what nothing is known about; an empty `findings` never means clean then. */
export const scanOutput = z.object({
  reference: z.string(),
  platform: z.string(),
  imageId: z.string().optional(),
  dockerfile: z.string().optional(),
  notScanned: z.array(z.string()),
  counts,
  /** Upgrades and edits, the one that removes most first. */
  remedies: z.array(
    z.object({
      title: z.string(),
      removes: z.int(),
      bySeverity: z.object({
        critical: z.int().exactOptional(),
        high: z.int().exactOptional(),
        medium: z.int().exactOptional(),
        low: z.int().exactOptional(),
        info: z.int().exactOptional(),
      }),
      examples: z.array(z.string()),
    }),
  ),
  findings: z.array(finding),
  /** Accepted by the ignore file. */
  ignored: z.array(
    finding.extend({
      exception: z.object({
        reason: z.string(),
        until: z.string(),
        state: z.enum(["not_affected", "false_positive", "exploitable", "in_triage"]).exactOptional(),
      }),
    }),
  ),
  unfixed: z.int(),
  packages: z.int(),
  /** Our own comparison of packages with advisories. */
  advisories: z
    .object({
      source: z.string(),
      packages: z.int(),
      data: z.array(z.object({ ecosystem: z.string(), records: z.int(), newest: z.string() })),
    })
    .exactOptional(),
  /** Digests of the layers that findings name. */
  layers: z.array(z.object({ index: z.int(), digest: z.string() })),
  /** Section 4 of the CIS Docker Benchmark; with detail=full. */
  benchmark: z
    .array(
      z.object({
        id: z.string(),
        title: z.string(),
        status: z.enum(["pass", "fail", "not-decidable"]),
        reason: z.string(),
      }),
    )
    .exactOptional(),
  sbom: z.record(z.string(), z.unknown()).exactOptional(),
  scanners: z.array(
    z.object({
      name: z.enum(scannerNames),
      version: z.string().exactOptional(),
      database: z.string().exactOptional(),
      failed: z.string().exactOptional(),
      findings: z.int(),
    }),
  ),
  searched: z.object({ files: z.int(), bytes: z.int(), skippedFiles: z.int() }),
  notes: z.array(z.string()),
  scannedAt: z.string(),
});
