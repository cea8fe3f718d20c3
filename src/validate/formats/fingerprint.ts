import { createHash } from "node:crypto";
import type { Finding } from "../../rules/types.ts";
import type { FileReport } from "../report.ts";

/**
 * A name for each finding that stays the same when lines move: rule, file, the text it points at,
 * and its place among equals. 32 hexadecimal digits, in the order of the findings.
 */
export function fingerprints(report: FileReport): string[] {
  const lines = report.text.split(/\r\n|\n|\r/);
  const seen = new Map<string, number>();
  return report.findings.map((finding) => {
    const key = [finding.rule, report.name, lineOf(finding, lines), finding.message].join("\0");
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return createHash("sha256").update(`${key}\0${count}`).digest("hex").slice(0, 32);
  });
}

function lineOf(finding: Finding, lines: readonly string[]): string {
  return finding.location ? (lines[finding.location.startLine - 1] ?? "").trim() : "";
}
