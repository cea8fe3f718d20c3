import { type ScanFinding, type Severity, severities } from "../types.ts";

/** What makes a scan fail. */
export interface Policy {
  /** This severity and worse; "none": nothing does. */
  readonly failOn: Severity | "none";
  /** Vulnerabilities nobody has a fixed version for are counted, not listed. */
  readonly onlyFixed: boolean;
}

/** Splits off vulnerabilities that cannot be repaired yet, when only the others are asked for. */
export function repairable(
  findings: readonly ScanFinding[],
  { onlyFixed }: Pick<Policy, "onlyFixed">,
): { readonly kept: readonly ScanFinding[]; readonly unfixed: number } {
  if (!onlyFixed) return { kept: findings, unfixed: 0 };
  const kept = findings.filter(
    ({ kind, fixedVersion }) => kind !== "vulnerability" || fixedVersion !== undefined,
  );
  return { kept, unfixed: findings.length - kept.length };
}

/** True when a count at the threshold or worse is not zero. */
export function fails(counts: Readonly<Record<Severity, number>>, failOn: Policy["failOn"]): boolean {
  if (failOn === "none") return false;
  return severities.slice(0, severities.indexOf(failOn) + 1).some((level) => counts[level] > 0);
}

/** How many findings of each severity. */
export function countBySeverity(findings: readonly ScanFinding[]): Record<Severity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}
