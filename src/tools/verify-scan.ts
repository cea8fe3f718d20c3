import { noAdvisories, scanImage } from "../scan/own.ts";
import { type ScanFinding, severities } from "../scan/types.ts";
import type { ScanSubject, ScanSummary } from "../verify/types.ts";

const mostLines = 20;

/**
 * Looks at the image that verify has built with our own scan: no network, no database. Critical and high findings
 * count. `today` is YYYY-MM-DD.
 */
export async function scanBuilt(
  { handle, dockerfile, target }: ScanSubject,
  today: string,
): Promise<ScanSummary> {
  const { findings, notScanned } = await scanImage(handle, today, { dockerfile, target });
  return {
    scanner: "dockwright's own scan",
    findings: findings.filter(counts).slice(0, mostLines).map(describe),
    counts: severities
      .map((level) => `${findings.filter(({ severity }) => severity === level).length} ${level}`)
      .join(", "),
    notScanned: notScanned.filter((what) => what === noAdvisories),
  };
}

function counts({ severity }: ScanFinding): boolean {
  return severity === "critical" || severity === "high";
}

function describe({ severity, title, path = "", line, inFinalImage, place }: ScanFinding): string {
  const where = path === "" ? "" : ` ${path}${line === undefined ? "" : `:${line}`}`;
  const instruction = place === undefined ? "" : ` (Dockerfile line ${place.line})`;
  return `${severity}: ${title}${where}${inFinalImage ? "" : " (removed later, still pulled)"}${instruction}`;
}
