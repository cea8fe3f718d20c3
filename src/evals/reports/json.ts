import { type Report, reportSchema } from "../report.ts";

/** The report as JSON, checked against its schema. */
export function json(report: Report): string {
  return `${JSON.stringify(reportSchema.parse(report), null, 2)}\n`;
}
