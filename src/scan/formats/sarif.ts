import { createHash } from "node:crypto";
import type { Severity } from "../types.ts";
import { packageOf, type ReportFinding, type ScanReport } from "./report.ts";

const levels = { critical: "error", high: "error", medium: "warning", low: "note", info: "note" } as const;
/** GitHub shows these as critical, high, medium and low. */
const scores: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
  info: "0.0",
};

/** SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0). Locations are paths in the image; accepted findings are suppressed. */
export function formatSarif(report: ScanReport, version: string): string {
  const all = [...report.findings, ...report.ignored];
  const ids = [...new Set(all.map(({ id }) => id))].sort();
  const places = new Map(ids.map((id, index) => [id, index]));
  const examples = new Map(all.map((finding) => [finding.id, finding]));
  const seen = new Map<string, number>();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "dockwright",
            semanticVersion: version,
            informationUri: "https://www.npmjs.com/package/dockwright",
            rules: ids.map((id) => descriptor(id, examples.get(id))),
          },
        },
        invocations: [
          {
            executionSuccessful: report.scanners.every(({ failed }) => failed === undefined),
            toolExecutionNotifications: [
              ...report.notScanned.map((what) => ({
                level: "warning",
                message: { text: `Not scanned: ${what}` },
              })),
              ...report.notes.map((note) => ({ level: "note", message: { text: note } })),
            ],
          },
        ],
        originalUriBaseIds: { IMAGE: { description: { text: `The root of ${report.reference}` } } },
        results: [
          ...report.findings.map((finding) => result(finding, report, places, seen)),
          ...report.ignored.map((finding) => ({
            ...result(finding, report, places, seen),
            suppressions: [
              {
                kind: "external",
                justification: `${finding.exception.reason} (until ${finding.exception.until})`,
              },
            ],
          })),
        ],
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function descriptor(id: string, finding: ReportFinding | undefined): object {
  if (finding === undefined) return { id };
  return {
    id,
    shortDescription: { text: finding.kind === "vulnerability" ? finding.title : id },
    defaultConfiguration: { level: levels[finding.severity] },
    properties: {
      tags: ["security", finding.kind, ...finding.aliases],
      "security-severity": scores[finding.severity],
    },
  };
}

function result(
  finding: ReportFinding,
  report: ScanReport,
  places: ReadonlyMap<string, number>,
  seen: Map<string, number>,
): object {
  const { id, severity, path, line, scanners, package: subject } = finding;
  const file = path ?? subject?.path;
  const text = [finding.title, packageOf(finding), finding.fix ?? ""]
    .filter((part) => part !== "")
    .join("; ");
  const key = [
    id,
    file ?? "",
    line ?? "",
    subject?.name ?? "",
    subject?.version ?? "",
    finding.variable ?? "",
  ].join("\0");
  const count = seen.get(key) ?? 0;
  seen.set(key, count + 1);
  return {
    ruleId: id,
    ruleIndex: places.get(id) ?? -1,
    level: levels[severity],
    message: { text },
    ...locations(finding, report),
    partialFingerprints: {
      "dockwright/v1": createHash("sha256").update(`${key}\0${count}`).digest("hex").slice(0, 32),
    },
    properties: {
      severity,
      severitySource: finding.severitySource,
      inFinalImage: finding.inFinalImage,
      scanners,
    },
  };
}

/** The line of the Dockerfile to change, where it is known, and the file in the image. */
function locations(finding: ReportFinding, { dockerfile, reference }: ScanReport): object {
  const { path, line, endLine, layer, place, package: subject } = finding;
  const file = path ?? subject?.path;
  const logical =
    layer === undefined
      ? {}
      : {
          logicalLocations: [
            { name: `layer ${layer.index}`, fullyQualifiedName: layer.instruction, kind: "module" },
          ],
        };
  const inImage = {
    physicalLocation: {
      artifactLocation:
        file === undefined
          ? { uri: uri(reference) }
          : { uri: uri(file.replace(/^\/+/, "")), uriBaseId: "IMAGE" },
      region: { startLine: line ?? 1, ...(endLine === undefined ? {} : { endLine }) },
    },
    ...logical,
  };
  if (dockerfile === undefined || place === undefined) return { locations: [inImage] };
  const written = {
    physicalLocation: {
      artifactLocation: { uri: uri(dockerfile) },
      region: { startLine: place.line, endLine: place.endLine },
    },
    ...logical,
  };
  return {
    locations: [written],
    ...(file === undefined ? {} : { relatedLocations: [{ id: 1, ...inImage }] }),
  };
}

function uri(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
