import { clean } from "../../security/untrusted.ts";
import type { Report, ReportCriterion, ReportEntry } from "../report.ts";

/** JUnit XML: a suite is a scenario with a subject and an arm, a test case is a criterion; untested ones are skipped. */
export function junit(report: Report): string {
  const suites = report.scenarios.map(suite);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="dockwright eval">\n${suites.join("")}</testsuites>\n`;
}

function suite(entry: ReportEntry): string {
  const name = `${entry.name} (${entry.subject}, ${entry.arm})`;
  const failures = entry.criteria.filter(({ verdict }) => verdict === "failed").length;
  const skipped = entry.criteria.filter(({ verdict }) => verdict === "not-tested").length;
  const errors = entry.trials.flatMap(({ error }) => error ?? []);
  const seconds = (entry.trials.reduce((total, { durationMs }) => total + durationMs, 0) / 1000).toFixed(3);
  const cases = [
    ...entry.criteria.map((criterion) => testCase(name, criterion)),
    ...errors.map(
      ({ message, hint }) =>
        `    <testcase classname=${quoted(name)} name="the subject answers"><error message=${quoted(message)}>${escaped(hint)}</error></testcase>\n`,
    ),
  ];
  return `  <testsuite name=${quoted(name)} tests="${cases.length}" failures="${failures}" errors="${errors.length}" skipped="${skipped}" time="${seconds}">\n${cases.join("")}  </testsuite>\n`;
}

function testCase(suiteName: string, { name, verdict, evidence, at }: ReportCriterion): string {
  const file = at === undefined ? "" : ` file=${quoted(at.file)} line="${at.line}"`;
  const open = `    <testcase classname=${quoted(suiteName)} name=${quoted(name)}${file}`;
  if (verdict === "failed") return `${open}><failure message=${quoted(evidence)}/></testcase>\n`;
  if (verdict === "not-tested") return `${open}><skipped message=${quoted(evidence)}/></testcase>\n`;
  return `${open}><system-out>${escaped(evidence)}</system-out></testcase>\n`;
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return clean(text, 1000)
    .replace(/[\uD800-\uDFFF](?![\uDC00-\uDFFF])|[\uFFFE\uFFFF]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
