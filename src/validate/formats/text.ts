import type { Location } from "../../dockerfile/types.ts";
import type { Finding, Severity } from "../../rules/types.ts";
import { clean, truncate } from "../../security/untrusted.ts";
import { aliasIds } from "../ids.ts";
import { countWords, type FileReport, summarize } from "../report.ts";

/** Escape sequences for a terminal; the identity when there is none. */
export interface Colors {
  severity(severity: Severity, text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/** No colours. */
export const plain: Colors = { severity: (_, text) => text, dim: (text) => text, bold: (text) => text };

const codes = { error: 31, warning: 33, info: 36, style: 35 } as const satisfies Record<Severity, number>;

/** The colours of a terminal. */
export const ansi: Colors = {
  severity: (severity, text) => `\u001B[${codes[severity]}m${text}\u001B[0m`,
  dim: (text) => `\u001B[2m${text}\u001B[0m`,
  bold: (text) => `\u001B[1m${text}\u001B[0m`,
};

const excerptWidth = 160;

/** For people: each finding with its source line and a caret, then a summary. */
export function formatText(reports: readonly FileReport[], colors: Colors = plain): string {
  const blocks = reports.flatMap((report) => {
    const lines = report.text.split(/\r\n|\n|\r/);
    return report.findings.map((finding) => findingText(finding, lines, colors));
  });
  const summary = summarize(reports);
  const fixable = summary.fixable > 0 ? `; ${summary.fixable} can be repaired (--fix safe)` : "";
  const ignored = summary.ignored > 0 ? `; ${summary.ignored} ignored by pragmas` : "";
  const files = `${summary.files} file${summary.files === 1 ? "" : "s"}`;
  return [...blocks, `${files}: ${countWords(summary)}${fixable}${ignored}`, ""].join("\n");
}

function findingText(finding: Finding, lines: readonly string[], colors: Colors): string {
  const { location } = finding;
  const place = location ? `${location.file}:${location.startLine}:${location.startColumn}` : "";
  const ids = aliasIds(finding.aliases);
  const also =
    ids.length > 0 ? colors.dim(` (${ids.slice(0, 4).join(", ")}${ids.length > 4 ? ", …" : ""})`) : "";
  const head = `${colors.bold(clean(place))}: ${colors.severity(finding.severity, finding.severity)} ${colors.bold(finding.rule)}${also}`;
  const body = [`  ${clean(finding.message, 400)}`];
  if (location) body.push(...excerpt(location, lines, colors));
  if (finding.fix) {
    body.push(`  ${colors.dim(`fix${finding.fix.safe ? "" : " (unsafe)"}: ${clean(finding.fix.title)}`)}`);
  }
  return [head, ...body, ""].join("\n");
}

/** The line a finding starts on and a caret line under it; long lines are cut around the place. */
function excerpt(location: Location, lines: readonly string[], colors: Colors): string[] {
  const line = lines[location.startLine - 1];
  if (line === undefined) return [];
  const start = location.startColumn - 1;
  const end =
    location.endLine === location.startLine
      ? Math.max(location.endColumn - 1, start + 1)
      : Math.max(line.length, start + 1);
  const offset = start > excerptWidth / 2 ? start - 40 : 0;
  // Tabs would move the caret, so each becomes one blank in both lines.
  const shown = truncate(visible(line.slice(offset, offset + excerptWidth + 1)), excerptWidth);
  const width = Math.min(end - offset, shown.length) - (start - offset);
  const gutter = String(location.startLine);
  return [
    `  ${colors.dim(`${gutter} |`)} ${shown}`,
    `  ${colors.dim(`${" ".repeat(gutter.length)} |`)} ${" ".repeat(start - offset)}${colors.bold("^".repeat(Math.max(width, 1)))}`,
  ];
}

/** Same length, nothing a terminal would act on. */
function visible(text: string): string {
  return text.replace(/[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g, " ");
}
