import { formatHtml } from "./html.ts";
import type { ScanReport } from "./report.ts";
import { formatSarif } from "./sarif.ts";
import { formatText } from "./text.ts";
import { formatVex } from "./vex.ts";

/** The forms a scan is printed in. */
export const scanFormats = ["text", "json", "sarif", "vex", "html"] as const;
export type ScanFormat = (typeof scanFormats)[number];

/** What a format needs beside the report. */
export interface FormatFacts {
  /** Of dockwright. */
  readonly version: string;
  /** ISO 8601. */
  readonly created: string;
  /** Most lines of findings in text. */
  readonly lines: number;
}

/** Prints a scan. */
export function formatScan(report: ScanReport, format: ScanFormat, facts: FormatFacts): string {
  switch (format) {
    case "text":
      return formatText(report, facts.lines);
    case "json":
      return `${JSON.stringify(report, undefined, 2)}\n`;
    case "sarif":
      return formatSarif(report, facts.version);
    case "vex":
      return formatVex(report, facts.version, facts.created);
    case "html":
      return formatHtml(report);
  }
}
