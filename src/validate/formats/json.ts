import { type FileReport, summarize } from "../report.ts";

/** The findings per file with a summary; what is the same for all findings of a rule stands once under `rules`. */
export function formatJson(reports: readonly FileReport[]): string {
  const rules: Record<string, { why: string; docs: string }> = {};
  const files = reports.map(({ name, findings, ignored }) => ({
    file: name,
    ignored,
    findings: findings.map(({ why, docs, ...finding }) => {
      rules[finding.rule] ??= { why, docs };
      return finding;
    }),
  }));
  return `${JSON.stringify({ summary: summarize(reports), rules, files })}\n`;
}
