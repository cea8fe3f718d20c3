import { clean } from "../../security/untrusted.ts";
import type { Report, ReportEntry } from "../report.ts";

const words = { passed: "pass", failed: "FAIL", "not-tested": "----", error: "ERR " } as const;

/** The report for a terminal: every criterion with its evidence, then one line for each subject. */
export function terminal(report: Report, width = 100): string {
  const lines: string[] = [];
  for (const entry of report.scenarios) {
    lines.push(`${entry.title} — ${entry.name}`, `  ${entry.subject}, ${entry.arm}${trials(entry)}`, "");
    const names = entry.criteria.map(({ name, added }) => `${clean(name, 70)}${added ? " *" : ""}`);
    const left = Math.min(Math.max(...names.map((name) => name.length), 10), 58);
    for (const [index, criterion] of entry.criteria.entries()) {
      const room = Math.max(width - left - 12, 30);
      lines.push(
        `  ${words[criterion.verdict]}  ${(names[index] ?? "").padEnd(left)}  ${clean(criterion.evidence, room)}`.trimEnd(),
      );
    }
    for (const { trial, error } of entry.trials)
      if (error) lines.push(`  ERR   trial ${trial}: ${error.message}; ${error.hint}`);
    lines.push("");
  }
  lines.push(...summary(report));
  return `${lines.join("\n")}\n`;
}

function trials({ statistics, criteria }: ReportEntry): string {
  const { trials: n, passed, interval } = statistics;
  if (n < 2) return "";
  const flaky = criteria.filter((criterion) => criterion.flaky).map(({ id }) => id);
  const range = `${Math.round(interval[0] * 100)}-${Math.round(interval[1] * 100)} %`;
  return `: ${passed} of ${n} trials pass (95 % interval ${range})${flaky.length > 0 ? `, flaky: ${flaky.join(", ")}` : ""}`;
}

function summary(report: Report): string[] {
  const pairs = [...new Set(report.scenarios.map(({ subject, arm }) => `${subject}, ${arm}`))];
  const lines = pairs.map((pair) => {
    const entries = report.scenarios.filter(({ subject, arm }) => `${subject}, ${arm}` === pair);
    const criteria = entries.flatMap((entry) => entry.criteria);
    const count = (verdict: string): number => criteria.filter((each) => each.verdict === verdict).length;
    const passed = entries.filter(({ outcome }) => outcome === "passed").length;
    return `${pair}: ${passed} of ${entries.length} scenarios; criteria ${count("passed")} passed, ${count("failed")} failed, ${count("not-tested")} not tested`;
  });
  const added = report.scenarios.some(({ criteria }) => criteria.some((each) => each.added));
  return [...lines, ...(added ? ["* ours, beside the documented criteria"] : []), ...report.notes];
}
