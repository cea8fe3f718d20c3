import { clean } from "../../security/untrusted.ts";
import type { FileReport } from "../report.ts";
import { fingerprints } from "./fingerprint.ts";

const severities = { error: "critical", warning: "major", info: "minor", style: "info" } as const;

/** GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export function formatGitlab(reports: readonly FileReport[]): string {
  const issues = reports.flatMap((report) => {
    const names = fingerprints(report);
    return report.findings.map((finding, index) => ({
      type: "issue",
      check_name: finding.rule,
      description: clean(finding.message, 400),
      severity: severities[finding.severity],
      fingerprint: names[index],
      location: {
        path: report.name,
        lines: { begin: finding.location?.startLine ?? 1, end: finding.location?.endLine ?? 1 },
      },
    }));
  });
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}
