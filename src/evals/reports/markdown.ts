import { clean } from "../../security/untrusted.ts";
import type { Report, ReportEntry } from "../report.ts";

const marks = { passed: "✅", failed: "❌", "not-tested": "➖", error: "⚠️" } as const;

/** The report as Markdown: one table for each scenario, a column for each subject and arm, then the evidence. */
export function markdown(report: Report): string {
  const names = [...new Set(report.scenarios.map(({ name }) => name))];
  const parts = [
    "# Evaluation",
    "",
    `${report.tool}, ${report.day}, seed ${report.seed}. ✅ passed, ❌ failed, ➖ not tested, ⚠️ the subject broke off.`,
    "",
    ...report.notes.map((note) => `- ${cell(note)}`),
    ...(report.notes.length > 0 ? [""] : []),
  ];
  for (const name of names) parts.push(...scenario(report.scenarios.filter((entry) => entry.name === name)));
  return `${parts.join("\n").trimEnd()}\n`;
}

function scenario(entries: readonly ReportEntry[]): string[] {
  const first = entries[0];
  if (first === undefined) return [];
  const heads = entries.map(({ subject, arm }) => cell(`${subject}, ${arm}`));
  const rows = first.criteria.map(({ id, name, added }) => {
    const cells = entries.map((entry) => {
      const criterion = entry.criteria.find((each) => each.id === id);
      if (criterion === undefined) return "";
      const { verdict, passed, failed, notTested } = criterion;
      const trials = passed + failed + notTested;
      return trials > 1 ? `${marks[verdict]} ${passed}/${trials}` : marks[verdict];
    });
    return `| ${cell(name)}${added ? " (ours)" : ""} | ${cells.join(" | ")} |`;
  });
  const outcome = entries.map((entry) => {
    const { trials, passed, interval } = entry.statistics;
    const range =
      trials > 1 ? ` (${passed}/${trials}, 95 % ${percent(interval[0])}-${percent(interval[1])})` : "";
    return `**${marks[entry.outcome]} ${entry.outcome}**${range}`;
  });
  return [
    `## ${cell(first.title)}`,
    "",
    `| criterion | ${heads.join(" | ")} |`,
    `|---|${heads.map(() => "---").join("|")}|`,
    ...rows,
    `| **all required** | ${outcome.join(" | ")} |`,
    "",
    ...entries.flatMap(evidence),
    "",
  ];
}

function evidence(entry: ReportEntry): string[] {
  const lines = entry.criteria.map(
    ({ name, verdict, evidence: text }) => `- ${marks[verdict]} ${cell(name)}: ${cell(text)}`,
  );
  const errors = entry.trials.flatMap(({ trial, error }) =>
    error ? [`- ⚠️ trial ${trial}: ${cell(error.message)}`] : [],
  );
  return [
    `<details><summary>${cell(entry.subject)}, ${entry.arm}: evidence</summary>`,
    "",
    ...lines,
    ...errors,
    "",
    "</details>",
    "",
  ];
}

function cell(text: string): string {
  return clean(text, 400).replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}
