import { createHash } from "node:crypto";
import type { IgnoredReport, ReportFinding, ScanReport } from "./report.ts";

/** A finding, accepted or not. */
type Judged = ReportFinding & Partial<Pick<IgnoredReport, "exception">>;

/**
 * CycloneDX 1.6 with the vulnerabilities of the image and what was decided about them (cyclonedx.org/capabilities/vex).
 * Without a decision there is no analysis: nobody has looked yet. Deterministic but for `created` (ISO 8601).
 */
export function formatVex(report: ScanReport, version: string, created: string): string {
  const open = report.findings.filter(isVulnerability);
  const accepted = report.ignored.filter(isVulnerability);
  const packages = new Map<string, NonNullable<ReportFinding["package"]>>();
  for (const { package: subject } of [...open, ...accepted]) {
    if (subject !== undefined) packages.set(refOf(subject), subject);
  }
  const image = report.imageId ?? report.reference;
  const bom = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(`${image}\0${created}`)}`,
    version: 1,
    metadata: {
      timestamp: created,
      tools: { components: [{ type: "application", name: "dockwright", version }] },
      component: { type: "container", "bom-ref": image, name: report.reference },
      properties: report.notScanned.map((value) => ({ name: "dockwright:notScanned", value })),
    },
    components: [...packages].map(([ref, { name, version: installed, purl }]) => ({
      type: "library",
      "bom-ref": ref,
      name,
      version: installed,
      ...(purl === undefined ? {} : { purl }),
    })),
    vulnerabilities: [...byId([...open, ...accepted]).values()].map((group) => entry(group, image)),
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

function isVulnerability({ kind }: ReportFinding): boolean {
  return kind === "vulnerability";
}

/** One entry for each advisory and decision, with all packages it affects. */
function byId(findings: readonly Judged[]): Map<string, Judged[]> {
  const groups = new Map<string, Judged[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return groups;
}

/** The advisory and the decision: the same reason may stand for different ones. */
function keyOf({ id, exception }: Judged): string {
  return [id, exception?.reason ?? "", exception?.state ?? "", exception?.until ?? ""].join("\0");
}

/** What a decision says of the version: one that is not affected must not be listed as affected. */
function statusOf(exception: Judged["exception"]): "affected" | "unaffected" {
  return exception?.state === "not_affected" || exception?.state === "false_positive"
    ? "unaffected"
    : "affected";
}

function entry(group: readonly Judged[], image: string): object {
  const [first] = group;
  if (first === undefined) return {};
  const { exception } = first;
  const ratings = first.ratings ?? [{ source: first.severitySource, severity: first.severity }];
  const fixes = [
    ...new Set(
      group.flatMap(({ package: subject, fixedVersion }) =>
        subject === undefined || fixedVersion === undefined
          ? []
          : [`Upgrade ${subject.name} to ${fixedVersion}`],
      ),
    ),
  ];
  return {
    "bom-ref": createHash("sha256").update(keyOf(first)).digest("hex").slice(0, 32),
    id: first.id,
    ...(first.aliases.length === 0
      ? {}
      : { references: first.aliases.map((id) => ({ id, source: { name: authority(id) } })) }),
    source: { name: authority(first.id) },
    ratings: ratings.map(({ source, severity }) => ({ source: { name: source }, severity })),
    description: first.title,
    ...(fixes.length === 0 ? {} : { recommendation: fixes.join("; ") }),
    ...(exception === undefined
      ? {}
      : {
          analysis: {
            state: exception.state ?? "in_triage",
            detail: `${exception.reason} (until ${exception.until})`,
          },
        }),
    affects: group.map(({ package: subject }) =>
      subject === undefined
        ? { ref: image }
        : { ref: refOf(subject), versions: [{ version: subject.version, status: statusOf(exception) }] },
    ),
  };
}

function authority(id: string): string {
  if (/^CVE-/i.test(id)) return "NVD";
  if (/^GHSA-/i.test(id)) return "GitHub Advisories";
  return "OSV";
}

function refOf({ name, version, purl, path }: NonNullable<ReportFinding["package"]>): string {
  return `${purl ?? `${name}@${version}`}${path === undefined ? "" : `#${path}`}`;
}

/** A UUID (version 5's layout) of a text, so that the same answer has the same number. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
