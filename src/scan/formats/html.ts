import { formatBytes } from "../../image/report/bytes.ts";
import { safe, table } from "../../image/report/markup.ts";
import { styles } from "../../image/report/styles.ts";
import { severities } from "../types.ts";
import { instructionOf, packageOf, placeOf, type ReportFinding, type ScanReport } from "./report.ts";

/** One page that needs nothing else: no script, no network, no fonts; a content security policy forbids them. */
export function formatHtml(report: ScanReport): string {
  const { counts, searched } = report;
  const of = (kind: ReportFinding["kind"]): ReportFinding[] =>
    report.findings.filter((one) => one.kind === kind);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${safe(`Scan of ${report.reference}`)}</title>
<style>${styles}</style>
</head>
<body>
<main>
<header>
<h1>${safe(report.reference)}</h1>
<p>${safe(report.platform)}, ${searched.files} text files (${formatBytes(searched.bytes)}) searched for secrets</p>
${list("Not scanned", report.notScanned)}
<dl class="figures">${severities.map((level) => `<div><dt>${level}</dt><dd>${counts[level]}</dd></div>`).join("")}</dl>
</header>
${table(
  "What removes most",
  ["Findings", "Upgrade or edit", "For example"],
  report.remedies.map((one) => [
    severities
      .flatMap((level) => (one.bySeverity[level] === undefined ? [] : [`${one.bySeverity[level]} ${level}`]))
      .join(", "),
    one.title,
    one.examples.join(", "),
  ]),
)}
${table(
  "Secrets",
  ["Severity", "What", "Where", "Layer", "In the final image"],
  of("secret").map((one) => [
    one.severity,
    `${one.id}: ${one.title}`,
    placeOf(one),
    layer(one),
    visible(one),
  ]),
)}
${table(
  "Vulnerabilities",
  ["Severity", "Id", "Package", "What", "Where", "Layer"],
  of("vulnerability").map((one) => [
    `${one.severity} (${one.severitySource})${one.exploited ? ", exploited" : ""}`,
    one.id,
    packageOf(one),
    one.title,
    placeOf(one),
    layer(one),
  ]),
)}
${table(
  "End of support",
  ["Severity", "What", "What to do"],
  of("end-of-life").map((one) => [one.severity, one.title, one.fix ?? ""]),
)}
${table(
  "Misconfiguration",
  ["Severity", "What", "Where", "What to do"],
  of("misconfiguration").map((one) => [one.severity, `${one.id}: ${one.title}`, placeOf(one), one.fix ?? ""]),
)}
${table(
  "CIS Docker Benchmark, section 4",
  ["Item", "What", "Verdict", "Why"],
  (report.benchmark ?? []).map((one) => [one.id, one.title, one.status, one.reason]),
)}
${table(
  "Accepted",
  ["Id", "What", "Reason", "Until"],
  report.ignored.map((one) => [
    one.id,
    packageOf(one) || placeOf(one) || one.title,
    one.exception.reason,
    one.exception.until,
  ]),
)}
${table(
  "Scanners",
  ["Scanner", "Release", "Database", "Findings"],
  report.scanners.map((one) => [
    one.name,
    one.version ?? "",
    one.database ?? "",
    one.failed ?? String(one.findings),
  ]),
)}
<footer>${list("Notes", report.notes)}</footer>
</main>
</body>
</html>
`;
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  return `<h2>${title}</h2><ul>${items.map((item) => `<li>${safe(item)}</li>`).join("")}</ul>`;
}

function layer({ layer: found }: ReportFinding): string {
  return found === undefined ? "" : `${found.index}: ${instructionOf(found)}`;
}

function visible({ inFinalImage }: ReportFinding): string {
  return inFinalImage ? "yes" : "no, but still pulled";
}
