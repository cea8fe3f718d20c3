import { clean } from "../../security/untrusted.ts";
import type { FileReport } from "../report.ts";

const levels = { error: "error", warning: "warning", info: "notice", style: "notice" } as const;

/** Workflow commands that GitHub Actions shows as annotations on the changed lines. */
export function formatGithub(reports: readonly FileReport[]): string {
  return reports
    .flatMap((report) =>
      report.findings.map((finding) => {
        const { location } = finding;
        const place = location
          ? [
              `file=${property(report.name)}`,
              `line=${location.startLine}`,
              `endLine=${location.endLine}`,
              ...(location.startLine === location.endLine
                ? [`col=${location.startColumn}`, `endColumn=${location.endColumn}`]
                : []),
            ]
          : [`file=${property(report.name)}`];
        const fields = [...place, `title=${property(finding.rule)}`].join(",");
        return `::${levels[finding.severity]} ${fields}::${data(clean(finding.message, 400))}\n`;
      }),
    )
    .join("");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;

/** A log shows the command too: a file's name must not steer a terminal. */
function property(text: string): string {
  return data(text.replace(control, "")).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
