import type { ScanFinding } from "../types.ts";
import { versionOrder } from "../versions/order.ts";

/** Scanners list the fixed version of each branch; the next one above what is installed is the upgrade to make. */
export function settleFixed(finding: ScanFinding): ScanFinding {
  const { fixedVersion, package: subject } = finding;
  if (subject === undefined || fixedVersion === undefined || !fixedVersion.includes(",")) return finding;
  const candidates = fixedVersion.split(",").map((one) => one.trim());
  const order = versionOrder(familyOf(subject.ecosystem));
  const above = candidates.filter((one) => (order?.(one, subject.version) ?? -1) > 0);
  const next = above.sort((a, b) => order?.(a, b) ?? 0)[0];
  return next === undefined ? finding : { ...finding, fixedVersion: next };
}

/** The version that has the repairs of all these findings of one package; undefined when their order is unknown. */
export function upgradeOf(group: readonly ScanFinding[]): string | undefined {
  const versions = [...new Set(group.flatMap(({ fixedVersion }) => fixedVersion ?? []))];
  if (versions.length < 2) return versions[0];
  const order = versionOrder(familyOf(group[0]?.package?.ecosystem ?? ""));
  if (order === undefined || versions.some((one) => order(one, one) === undefined)) return undefined;
  return versions.sort((a, b) => order(b, a) ?? 0)[0];
}

/** `Debian` of `Debian:13`. */
function familyOf(ecosystem: string): string {
  return ecosystem.split(":", 1)[0] ?? "";
}
