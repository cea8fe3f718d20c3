import { rules } from "../../rules/index.ts";
import type { Finding, Rule } from "../../rules/types.ts";
import { clean } from "../../security/untrusted.ts";
import { aliasIds } from "../ids.ts";
import type { FileReport } from "../report.ts";
import { fingerprints } from "./fingerprint.ts";

const levels = { error: "error", warning: "warning", info: "note", style: "note" } as const;

/** SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), as GitHub code scanning takes it. */
export function formatSarif(reports: readonly FileReport[], version: string): string {
  const used = [...new Set(reports.flatMap((report) => report.findings.map(({ rule }) => rule)))].sort();
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
            rules: used.map((name) => descriptor(name)),
          },
        },
        columnKind: "utf16CodeUnits",
        artifacts: reports.map(({ name }) => ({ location: { uri: uri(name) } })),
        results: reports.flatMap((report, index) => {
          const names = fingerprints(report);
          return report.findings.map((finding, place) =>
            result(finding, report, index, used.indexOf(finding.rule), names[place] ?? ""),
          );
        }),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function descriptor(name: string): object {
  const rule = rules.find(({ meta }) => meta.name === name);
  return rule ? fullDescriptor(rule) : { id: name };
}

function fullDescriptor({ meta }: Rule): object {
  return {
    id: meta.name,
    shortDescription: { text: meta.summary },
    fullDescription: { text: meta.why },
    help: { text: `${meta.why}\n\nBad:\n${meta.bad.dockerfile}\nGood:\n${meta.good.dockerfile}` },
    defaultConfiguration: { level: levels[meta.severity], enabled: meta.enabled !== false },
    properties: {
      tags: [meta.category, ...aliasIds(meta.aliases)],
      ...(meta.category === "security"
        ? { "security-severity": meta.severity === "error" ? "8.0" : "5.0" }
        : {}),
    },
  };
}

function result(
  finding: Finding,
  report: FileReport,
  artifact: number,
  ruleIndex: number,
  fingerprint: string,
): object {
  const { location } = finding;
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: levels[finding.severity],
    message: { text: clean(finding.message, 400) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uri(report.name), index: artifact },
          ...(location ? { region: region(location) } : {}),
        },
      },
    ],
    ...(finding.related && finding.related.length > 0
      ? {
          relatedLocations: finding.related.map((place, id) => ({
            id,
            physicalLocation: {
              artifactLocation: { uri: uri(report.name), index: artifact },
              region: region(place),
            },
          })),
        }
      : {}),
    partialFingerprints: { "dockwright/v1": fingerprint },
    ...(finding.fix ? { fixes: [fix(finding.fix, report)] } : {}),
  };
}

function region(place: NonNullable<Finding["location"]>): object {
  return {
    startLine: place.startLine,
    startColumn: place.startColumn,
    endLine: place.endLine,
    endColumn: place.endColumn,
  };
}

function fix(repair: NonNullable<Finding["fix"]>, report: FileReport): object {
  return {
    description: { text: clean(repair.title) },
    artifactChanges: [
      {
        artifactLocation: { uri: uri(report.name) },
        replacements: repair.edits.map((edit) => ({
          deletedRegion: {
            charOffset: edit.range.start,
            charLength: edit.range.end - edit.range.start,
          },
          insertedContent: { text: edit.text },
        })),
      },
    ],
  };
}

function uri(name: string): string {
  return name.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
}
