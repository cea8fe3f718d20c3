import type { Finding, Severity } from "../rules/types.ts";
import type { Threshold } from "./config/types.ts";
import { rank } from "./run.ts";

/** The findings of one file, with the text they point into. */
export interface FileReport {
  /** As it is shown: relative to where the run started, with forward slashes. */
  readonly name: string;
  readonly text: string;
  readonly findings: readonly Finding[];
  /** Findings its pragmas silenced. */
  readonly ignored: number;
  /** Set when BuildKit's findings count as errors in this file. */
  readonly checkIsError?: boolean;
}

/** How many of what. */
export interface Summary {
  readonly files: number;
  readonly findings: number;
  readonly error: number;
  readonly warning: number;
  readonly info: number;
  readonly style: number;
  readonly fixable: number;
  readonly ignored: number;
}

/** Counts the findings of a run. */
export function summarize(reports: readonly FileReport[]): Summary {
  const counts = { error: 0, warning: 0, info: 0, style: 0, fixable: 0, ignored: 0, findings: 0 };
  for (const report of reports) {
    counts.ignored += report.ignored;
    for (const finding of report.findings) {
      counts.findings++;
      counts[finding.severity]++;
      if (finding.fix) counts.fixable++;
    }
  }
  return { files: reports.length, ...counts };
}

/** True when a finding is at or above the threshold, or a file's own `# check=error=true` is broken. */
export function failsAt(reports: readonly FileReport[], threshold: Threshold): boolean {
  return reports.some((report) =>
    report.findings.some(
      (finding) =>
        (threshold !== "none" && rank(finding.severity) <= rank(threshold)) ||
        (report.checkIsError === true && finding.aliases.buildkit !== undefined),
    ),
  );
}

/** "2 errors, 1 warning", heaviest first; "no findings" when there is none. */
export function countWords(summary: Pick<Summary, Severity>): string {
  const order = ["error", "warning", "info", "style"] as const;
  const parts = order
    .filter((severity) => summary[severity] > 0)
    .map((severity) => {
      const count = summary[severity];
      const plural = count > 1 && (severity === "error" || severity === "warning") ? "s" : "";
      return `${count} ${severity}${plural}`;
    });
  return parts.length === 0 ? "no findings" : parts.join(", ");
}
