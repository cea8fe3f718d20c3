import { clean } from "../../security/untrusted.ts";
import type { FileReport } from "../report.ts";
import { xml } from "./xml.ts";

const severities = { error: "error", warning: "warning", info: "info", style: "info" } as const;

/** Checkstyle's XML, which most build servers read. */
export function formatCheckstyle(reports: readonly FileReport[]): string {
  const files = reports.flatMap((report) => [
    `  <file name="${xml(report.name)}">`,
    ...report.findings.map(
      (finding) =>
        `    <error line="${finding.location?.startLine ?? 1}" column="${finding.location?.startColumn ?? 1}" severity="${severities[finding.severity]}" message="${xml(clean(finding.message, 400))}" source="dockwright.${xml(finding.rule)}"/>`,
    ),
    "  </file>",
  ]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<checkstyle version="8.0">',
    ...files,
    "</checkstyle>",
    "",
  ].join("\n");
}
