import { CVSS20, CVSS30, CVSS31, CVSS40 } from "@pandatix/js-cvss";
import { clean } from "../../security/untrusted.ts";
import type { Severity } from "../types.ts";
import type { AdvisoryMatch, OsvSeverity } from "./types.ts";

/** How bad one source says it is. */
export interface Rating {
  /** `github`, `debian`, or with the score: `pypa, CVSS 3.1: 9.8`. */
  readonly source: string;
  readonly severity: Severity;
}

/** The words databases use. GitHub says moderate, Red Hat important, Debian and Ubuntu have their own. */
const words: Readonly<Record<string, Severity>> = {
  critical: "critical",
  high: "high",
  important: "high",
  medium: "medium",
  moderate: "medium",
  low: "low",
  minor: "low",
  negligible: "info",
  unimportant: "info",
  informational: "info",
};

const databases: readonly (readonly [prefix: RegExp, name: string])[] = [
  [/^GHSA-/, "github"],
  [/^PYSEC-/, "pypa"],
  [/^GO-/, "go"],
  [/^RUSTSEC-/, "rustsec"],
  [/^(?:DEBIAN-|DSA-|DLA-|DTSA-)/, "debian"],
  [/^(?:UBUNTU-|USN-|LSN-)/, "ubuntu"],
  [/^(?:ALPINE-)/, "alpine"],
  [/^(?:ALSA-|ALBA-|ALEA-)/, "almalinux"],
  [/^(?:RLSA-|RXSA-)/, "rocky"],
  [/^(?:RHSA-|RHBA-|RHEA-)/, "red-hat"],
  [/^(?:SUSE-|openSUSE-)/, "suse"],
  [/^CGA-/, "chainguard"],
  [/^MAL-/, "malicious-packages"],
  [/^CVE-/, "cve"],
];

/**
 * What a record and its entry for the package say about the severity, the nearest first: a word about the package, a
 * vector about the package, the database's word, the record's vectors (newest CVSS first).
 */
export function ratingsOf({ advisory, severity, rating }: AdvisoryMatch): Rating[] {
  const database = databases.find(([prefix]) => prefix.test(advisory.id))?.[1] ?? "osv";
  const all = [
    ...wordRating(database, rating),
    ...severity.flatMap((one) => scored(database, one)).sort(newestFirst),
    ...wordRating(database, advisory.rating),
    ...advisory.severity.flatMap((one) => scored(database, one)).sort(newestFirst),
    ...(database === "malicious-packages" ? [{ source: database, severity: "critical" as const }] : []),
  ];
  return all.filter(({ source }, index) => all.findIndex((other) => other.source === source) === index);
}

function newestFirst(a: Rating, b: Rating): number {
  return a.source < b.source ? 1 : a.source > b.source ? -1 : 0;
}

function wordRating(source: string, text: string | undefined): Rating[] {
  const severity = wordSeverity(text ?? "");
  return severity === undefined ? [] : [{ source, severity }];
}

/** Debian writes `high**` and `not yet assigned`. */
function wordSeverity(text: string): Severity | undefined {
  const word = text.toLowerCase().replace(/[^a-z]/g, "");
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

function scored(database: string, { type, score }: OsvSeverity): Rating[] {
  if (!type.startsWith("CVSS_")) {
    const severity = wordSeverity(score);
    return severity === undefined ? [] : [{ source: clean(type.toLowerCase(), 40), severity }];
  }
  const result = cvss(score);
  if (result === undefined) return [];
  const { version, value } = result;
  const severity = version === "2.0" && value >= 7 ? "high" : severityOfScore(value);
  return [{ source: `${database}, CVSS ${version}: ${value.toFixed(1)}`, severity }];
}

function severityOfScore(score: number): Severity {
  if (score >= 9) return "critical";
  if (score >= 7) return "high";
  if (score >= 4) return "medium";
  return score > 0 ? "low" : "info";
}

function cvss(vector: string): { readonly version: string; readonly value: number } | undefined {
  try {
    if (vector.startsWith("CVSS:4.0/")) return { version: "4.0", value: new CVSS40(vector).Score() };
    if (vector.startsWith("CVSS:3.1/")) return { version: "3.1", value: new CVSS31(vector).BaseScore() };
    if (vector.startsWith("CVSS:3.0/")) return { version: "3.0", value: new CVSS30(vector).BaseScore() };
    return { version: "2.0", value: new CVSS20(vector).BaseScore() };
  } catch {
    return undefined;
  }
}
