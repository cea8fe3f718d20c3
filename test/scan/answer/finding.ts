import type { ScanFinding } from "../../../src/scan/types.ts";

/** A finding with what a test names, the rest filled in. */
export function finding(given: Partial<ScanFinding>): ScanFinding {
  return {
    id: "CVE-2026-1",
    aliases: [],
    kind: "vulnerability",
    severity: "high",
    severitySource: "nvd",
    title: "something",
    inFinalImage: true,
    scanners: ["trivy"],
    ...given,
  };
}

/** A package of a finding. */
export function subject(
  name: string,
  version: string,
  ecosystem = "npm",
): NonNullable<ScanFinding["package"]> {
  return { name, version, ecosystem };
}
