import type { FindingPackage, ScanFinding } from "../types.ts";

/*
 * When two findings are one. Advisories are the same by a shared id or alias on the same package and version, secrets
 * by their place whatever the rule is called, checks by what they check.
 */

/** Scanners' ids of checks that are ours under another name. */
const checks: Readonly<Record<string, string>> = {
  "DS-0002": "runs-as-root",
  "CIS-DI-0001": "runs-as-root",
  "DS-0004": "exposes-ssh",
  "DS-0026": "no-healthcheck",
  "CIS-DI-0006": "no-healthcheck",
};

/** Our id of a check that a scanner names otherwise; other ids as they are. */
export function checkName(id: string): string {
  return Object.hasOwn(checks, id) ? (checks[id] ?? id) : id;
}

/** Keys of a finding; two findings of one kind that share a key are one. Empty for secrets: see `samePlace`. */
export function keysOf(finding: ScanFinding): readonly string[] {
  const { kind, id, aliases, path } = finding;
  if (kind === "secret") return [];
  if (kind === "vulnerability") {
    const subjects = finding.package === undefined ? [path ?? ""] : subjectsOf(finding.package);
    return [id, ...aliases].flatMap((one) => subjects.map((subject) => `${subject}|${one.toUpperCase()}`));
  }
  const place = `${path ?? ""}|${finding.variable ?? ""}`;
  return [id, ...aliases].map((one) => `${kind}|${checkName(one)}|${place}`);
}

/** Packages that a distribution builds from one source have its vulnerabilities together, and are upgraded together. */
function subjectsOf(subject: FindingPackage): readonly string[] {
  const key = packageKey(subject);
  return isOfDistribution(subject)
    ? [key, `source ${(subject.source ?? subject.name).toLowerCase()}`]
    : [key];
}

const distributions =
  /^(?:Debian|Ubuntu|Alpine|Red Hat|Rocky Linux|AlmaLinux|openSUSE|SUSE|Wolfi|Chainguard|Mageia|openEuler|Photon OS)(?::|$)/;

/** True for packages of a distribution, which come with the base image or its package manager. */
export function isOfDistribution({ purl, ecosystem }: Pick<FindingPackage, "purl" | "ecosystem">): boolean {
  return /^pkg:(?:deb|apk|rpm)\//.test(purl ?? "") || distributions.test(ecosystem);
}

/** A package and its version as all scanners would write it. */
export function packageKey({
  name,
  version,
  purl,
  ecosystem,
}: Pick<FindingPackage, "name" | "version" | "purl" | "ecosystem">): string {
  const full = nameOfPurl(purl) ?? name;
  const plain = /^pkg:pypi\/|^PyPI/.test(purl ?? ecosystem) ? full.replace(/[-_.]+/g, "-") : full;
  return `${plain.toLowerCase()}@${version.replace(/^v(?=\d)/, "")}`;
}

function nameOfPurl(purl: string | undefined): string | undefined {
  const [, type = "", path = ""] = /^pkg:([a-z]+)\/([^@?#]+)/.exec(purl ?? "") ?? [];
  if (path === "") return undefined;
  const parts = path.split("/").map(decode);
  const last = parts.at(-1) ?? "";
  if (type === "deb" || type === "apk" || type === "rpm") return last;
  return parts.join(type === "maven" ? ":" : "/");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How surely two secrets found by different scanners are one; 0 when they are not. */
export function samePlace(a: ScanFinding, b: ScanFinding): number {
  const placeless = b.path === undefined && b.variable === undefined && !b.scanners.includes("dockwright");
  if (placeless && a.path === undefined) return sameKind(a, b);
  if (a.scanners.some((one) => b.scanners.includes(one))) return 0;
  if (a.layer !== undefined && b.layer !== undefined && a.layer.index !== b.layer.index) return 0;
  const sameId = a.id === b.id ? 1 : 0;
  if (a.variable !== undefined && b.variable !== undefined) return a.variable === b.variable ? 2 + sameId : 0;
  if (a.path !== b.path) return 0;
  if (a.path === undefined) return a.variable === b.variable ? sameKind(a, b) : 0;
  if (a.line === undefined || b.line === undefined) return a.line === b.line ? 2 + sameId : 0;
  return overlap(a, b) ? 2 + sameId : 0;
}

/**
 * In the configuration and history scanners give no place, and tell one value there twice: the kind has to do. What is
 * ours by the name of its variable may be of any kind.
 */
function sameKind(a: ScanFinding, b: ScanFinding): number {
  if (a.id === b.id) return 2;
  if (family(a) === family(b)) return 1;
  return family(a) === "secret" ? 0.5 : 0;
}

/** `aws` of `aws-access-key-id`. */
function family({ id }: ScanFinding): string {
  return id.split("-", 1)[0] ?? id;
}

/** Lines in common; a key of several lines begins with its header for some scanners and after it for others. */
function overlap(a: ScanFinding, b: ScanFinding): boolean {
  const slack = a.endLine !== undefined || b.endLine !== undefined ? 1 : 0;
  const start = (one: ScanFinding): number => one.line ?? 0;
  const end = (one: ScanFinding): number => one.endLine ?? start(one);
  return start(a) - slack <= end(b) && start(b) - slack <= end(a);
}
