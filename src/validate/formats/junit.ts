import { clean } from "../../security/untrusted.ts";
import { type FileReport, summarize } from "../report.ts";
import { xml } from "./xml.ts";

/** JUnit's XML: a suite for each file, a failed case for each finding, one passing case for a clean file. */
export function formatJunit(reports: readonly FileReport[]): string {
  const total = summarize(reports);
  const cleanFiles = reports.filter((report) => report.findings.length === 0).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="dockwright" tests="${total.findings + cleanFiles}" failures="${total.findings}" errors="0">`,
    ...reports.flatMap(suite),
    "</testsuites>",
    "",
  ].join("\n");
}

function suite(report: FileReport): string[] {
  const name = xml(report.name);
  const count = report.findings.length;
  const cases =
    count === 0
      ? [`    <testcase classname="${name}" name="no findings"/>`]
      : report.findings.map((finding) => {
          const line = finding.location?.startLine ?? 1;
          const message = xml(clean(finding.message, 400));
          return [
            `    <testcase classname="${name}" name="${xml(finding.rule)} (line ${line})">`,
            `      <failure type="${finding.severity}" message="${message}">${xml(clean(`${report.name}:${line}: ${finding.message}`, 600))}</failure>`,
            "    </testcase>",
          ].join("\n");
        });
  return [
    `  <testsuite name="${name}" tests="${Math.max(count, 1)}" failures="${count}" errors="0">`,
    ...cases,
    "  </testsuite>",
  ];
}
