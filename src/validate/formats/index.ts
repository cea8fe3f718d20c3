import type { FileReport } from "../report.ts";
import { formatCheckstyle } from "./checkstyle.ts";
import { formatGithub } from "./github.ts";
import { formatGitlab } from "./gitlab.ts";
import { formatJson } from "./json.ts";
import { formatJunit } from "./junit.ts";
import { formatSarif } from "./sarif.ts";
import { ansi, formatText } from "./text.ts";

/** The names of the report formats. */
export const formatNames = ["text", "json", "sarif", "github", "gitlab", "checkstyle", "junit"] as const;
export type FormatName = (typeof formatNames)[number];

/** Prints reports in a format; `color` matters to text only, `version` (ours) to SARIF only. */
export function formatReports(
  reports: readonly FileReport[],
  format: FormatName,
  options: { readonly color?: boolean; readonly version: string },
): string {
  switch (format) {
    case "text":
      return formatText(reports, options.color ? ansi : undefined);
    case "json":
      return formatJson(reports);
    case "sarif":
      return formatSarif(reports, options.version);
    case "github":
      return formatGithub(reports);
    case "gitlab":
      return formatGitlab(reports);
    case "checkstyle":
      return formatCheckstyle(reports);
    case "junit":
      return formatJunit(reports);
  }
}
