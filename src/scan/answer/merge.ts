import { type FindingPackage, type ScanFinding, type Severity, severities } from "../types.ts";
import { checkName, keysOf, samePlace } from "./same.ts";

/**
 * One finding for each thing that is wrong, from those of all scanners. Ours come first and keep their words; ids,
 * aliases and scanners are joined.
 */
export function mergeFindings(findings: readonly ScanFinding[]): ScanFinding[] {
  const secrets = mergeSecrets(findings.filter(({ kind }) => kind === "secret"));
  return [...mergeByKeys(findings.filter(({ kind }) => kind !== "secret")), ...secrets];
}

/** Findings that share a key, also through a third one. */
function mergeByKeys(findings: readonly ScanFinding[]): ScanFinding[] {
  const parents = findings.map((_, index) => index);
  const root = (index: number): number => {
    let at = index;
    for (let up = parents[at]; up !== undefined && up !== at; up = parents[at]) at = up;
    parents[index] = at;
    return at;
  };
  const owners = new Map<string, number>();
  for (const [index, finding] of findings.entries()) {
    for (const key of keysOf(finding)) {
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, index);
      else {
        const [a, b] = [root(owner), root(index)];
        parents[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  const groups = new Map<number, ScanFinding[]>();
  for (const [index, finding] of findings.entries()) {
    const key = root(index);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].map(join);
}

function mergeSecrets(findings: readonly ScanFinding[]): ScanFinding[] {
  // By place, so that a hostile image with very many secrets is not compared all with all.
  const places = new Map<string, ScanFinding[]>();
  const all: { finding: ScanFinding; bucket: ScanFinding[]; index: number }[] = [];
  for (const finding of findings) {
    const key = finding.path ?? "";
    const bucket = places.get(key) ?? [];
    places.set(key, bucket);
    let best = -1;
    let sure = 0;
    // A file of one scanner with thousands of secrets has no partner among the last ones either.
    for (let index = Math.max(0, bucket.length - 500); index < bucket.length; index++) {
      const other = bucket[index];
      const how = other === undefined ? 0 : samePlace(other, finding);
      if (how > sure) [best, sure] = [index, how];
    }
    const partner = bucket[best];
    if (partner !== undefined) bucket[best] = join([partner, finding]);
    else {
      all.push({ finding, bucket, index: bucket.length });
      bucket.push(finding);
    }
  }
  const merged = all.map(({ finding, bucket, index }) => bucket[index] ?? finding);
  return merged.filter((finding) => !isWholeFile(finding, places.get(finding.path ?? "") ?? []));
}

/** A file told by its name, when what it holds is reported line by line. */
function isWholeFile({ path, line, layer }: ScanFinding, bucket: readonly ScanFinding[]): boolean {
  return (
    path !== undefined &&
    line === undefined &&
    bucket.some((other) => other.line !== undefined && other.layer?.index === layer?.index)
  );
}

function join(group: readonly ScanFinding[]): ScanFinding {
  const [first, ...others] = group;
  if (first === undefined) throw new Error("an empty group");
  if (others.length === 0) return named(first, [first.id, ...first.aliases]);
  const told = <Key extends keyof ScanFinding>(key: Key): ScanFinding[Key] | undefined =>
    group.find((one) => one[key] !== undefined)?.[key];
  const { layer, path, line, endLine, variable, fixedVersion, fix } = {
    layer: told("layer"),
    path: told("path"),
    line: told("line"),
    endLine: told("endLine"),
    variable: told("variable"),
    fixedVersion: told("fixedVersion"),
    fix: told("fix"),
  };
  const subject = packageOf(group.flatMap((one) => one.package ?? []));
  const joined = {
    ...first,
    ...severityOf(group),
    ...(subject === undefined ? {} : { package: subject }),
    ...(layer === undefined ? {} : { layer }),
    ...(path === undefined ? {} : { path }),
    ...(line === undefined ? {} : { line }),
    ...(endLine === undefined ? {} : { endLine }),
    ...(variable === undefined ? {} : { variable }),
    ...(fixedVersion === undefined ? {} : { fixedVersion }),
    ...(fix === undefined ? {} : { fix }),
    ...(group.some((one) => one.exploited) ? { exploited: true } : {}),
    inFinalImage: group.some((one) => one.inFinalImage),
    scanners: [...new Set(group.flatMap(({ scanners }) => scanners))],
  };
  return named(
    joined,
    group.flatMap(({ id, aliases }) => [id, ...aliases]),
  );
}

/** What any of them knows of a package; the first one's words count first. */
function packageOf(all: readonly FindingPackage[]): FindingPackage | undefined {
  const [first] = all;
  const told = <Key extends keyof FindingPackage>(key: Key) =>
    all.find((one) => one[key] !== undefined)?.[key];
  if (first === undefined) return undefined;
  const [path, purl, source] = [told("path"), told("purl"), told("source")];
  return {
    ...first,
    ...(path === undefined ? {} : { path }),
    ...(purl === undefined ? {} : { purl }),
    ...(source === undefined ? {} : { source }),
  };
}

/** The id that is known best: our own of a check, otherwise the CVE, the GHSA, the first. */
function named(finding: ScanFinding, ids: readonly string[]): ScanFinding {
  const all = [...new Set(ids)];
  const [first = finding.id] = all;
  const id =
    finding.kind === "vulnerability"
      ? (all.find((one) => /^CVE-/i.test(one)) ?? all.find((one) => /^GHSA-/i.test(one)) ?? first)
      : checkName(first);
  return { ...finding, id, aliases: all.filter((one) => one !== id) };
}

/** Who knows how a distribution builds its packages: its own word counts before anybody's score. */
const vendors = new Set([
  "debian",
  "ubuntu",
  "alpine",
  "redhat",
  "rocky",
  "alma",
  "amazon",
  "oracle-oval",
  "suse-cvrf",
  "wolfi",
  "chainguard",
  "photon",
  "azure",
]);

/** The severity of a group, who gave it, and what others say. */
function severityOf(
  group: readonly ScanFinding[],
): Pick<ScanFinding, "severity" | "severitySource" | "ratings"> {
  const [first] = group;
  const rated = group.filter(({ severitySource }) => severitySource !== "not rated");
  const worst = [...(rated.length > 0 ? rated : group)].sort((a, b) => place(a.severity) - place(b.severity));
  const chosen =
    first?.scanners.includes("dockwright") && first.kind !== "vulnerability"
      ? first
      : (worst.find(({ severitySource }) => vendors.has(severitySource)) ?? worst[0] ?? first);
  if (chosen === undefined) throw new Error("an empty group");
  const { severity, severitySource } = chosen;
  const all = new Map<string, Severity>();
  for (const one of rated) {
    for (const rating of [one, ...(one.ratings ?? []).map((r) => ({ ...r, severitySource: r.source }))]) {
      if (!all.has(rating.severitySource)) all.set(rating.severitySource, rating.severity);
    }
  }
  const ratings = [...all].map(([source, value]) => ({ source, severity: value }));
  return {
    severity,
    severitySource,
    ...(ratings.some((one) => one.severity !== severity) ? { ratings } : {}),
  };
}

function place(severity: Severity): number {
  return severities.indexOf(severity);
}
