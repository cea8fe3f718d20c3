import { type FileReport, summarize } from "../report.ts";

/** The findings as they are, per file, with a summary. */
export function formatJson(reports: readonly FileReport[]): string {
  const files = reports.map(({ name, findings, ignored }) => ({ file: name, ignored, findings }));
  return `${JSON.stringify({ summary: summarize(reports), files }, undefined, 2)}\n`;
}
