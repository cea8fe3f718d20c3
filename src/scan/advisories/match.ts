import { clean } from "../../security/untrusted.ts";
import type { ImagePackage } from "../packages/types.ts";
import { type ScanFinding, severities } from "../types.ts";
import { versionOrder } from "../versions/order.ts";
import { baseEcosystem } from "./affected.ts";
import { queryOf } from "./query.ts";
import { ratingsOf } from "./severity.ts";
import type { AdvisoryData, AdvisoryMatch, AdvisorySource, PackageQuery } from "./types.ts";

/** Known vulnerabilities of packages, and for what nothing is known. */
export interface MatchResult {
  /** Most severe first. */
  readonly findings: readonly ScanFinding[];
  /** Packages that no advisory was compared with, and why: not the same as free of vulnerabilities. */
  readonly notMatched: readonly string[];
  /** Packages of the final image that were compared. */
  readonly matchedPackages: number;
  readonly data: readonly AdvisoryData[];
  readonly notes: readonly string[];
}

/** Options of `matchAdvisories`. */
export interface MatchOptions {
  readonly signal: AbortSignal;
}

const mostNames = 5;

/**
 * Compares the packages of the final image with advisories. A vulnerability that several records describe (aliases) is
 * one finding for a package and version, at the first path it is installed at. Throws as `AdvisorySource.lookup`.
 */
export async function matchAdvisories(
  packages: readonly ImagePackage[],
  source: AdvisorySource,
  { signal }: MatchOptions,
): Promise<MatchResult> {
  const asked = new Map<string, { readonly query: PackageQuery; readonly packages: ImagePackage[] }>();
  const unmatched = new Map<string, Set<string>>();
  const leave = (why: string, name: string): void => {
    const names = unmatched.get(why) ?? new Set();
    unmatched.set(why, names.add(name));
  };
  for (const one of packages) {
    const query = queryOf(one);
    if (query === undefined) continue;
    if ("unmatched" in query) {
      leave(query.unmatched, `${one.name} ${one.version}`.trim());
      continue;
    }
    const key = JSON.stringify([query.ecosystem, query.name, query.version]);
    const group = asked.get(key);
    if (group === undefined) asked.set(key, { query, packages: [one] });
    else group.packages.push(one);
  }
  const groups = [...asked.values()];
  const lookup = await source.lookup(
    groups.map(({ query }) => query),
    signal,
  );
  const missing = new Set(lookup.missing);
  const undecided = new Set(lookup.undecided);
  let matchedPackages = 0;
  for (const { query, packages: same } of groups) {
    if (missing.has(query.ecosystem)) {
      for (const { name } of same)
        leave(`${query.ecosystem} packages: no advisory data of this ecosystem`, name);
    } else if (undecided.has(query)) {
      leave(`${query.ecosystem} packages whose version cannot be compared`, `${query.name} ${query.version}`);
    } else matchedPackages += same.length;
  }
  const findings = groups.flatMap(({ query, packages: same }, index) =>
    grouped(lookup.matches[index] ?? []).map((matches) => finding(matches, same, query)),
  );
  return {
    findings: findings.sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        (a.package?.name ?? "").localeCompare(b.package?.name ?? "", "en") ||
        (a.id < b.id ? -1 : 1),
    ),
    notMatched: [...unmatched].map(([why, names]) => sentence(why, [...names])),
    matchedPackages,
    data: lookup.data,
    notes: lookup.notes,
  };
}

function sentence(why: string, names: readonly string[]): string {
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
  return `${clean(why, 200)}: ${names.slice(0, mostNames).join(", ")}${more}`;
}

/** Records that share an id are one vulnerability. A distribution's record of one CVE shares it as its `upstream`. */
function grouped(matches: readonly AdvisoryMatch[]): AdvisoryMatch[][] {
  let groups: { ids: Set<string>; matches: AdvisoryMatch[] }[] = [];
  for (const match of matches) {
    const ids = new Set(idsOf(match));
    const same = groups.filter((group) => [...ids].some((id) => group.ids.has(id)));
    groups = groups.filter((group) => !same.includes(group));
    groups.push({
      ids: new Set([...same.flatMap((group) => [...group.ids]), ...ids]),
      matches: [...same.flatMap((group) => group.matches), match],
    });
  }
  return groups.map((group) => group.matches);
}

function idsOf({ advisory: { id, aliases, upstream } }: AdvisoryMatch): string[] {
  return [id, ...aliases, ...(upstream.length === 1 ? upstream : [])];
}

function finding(
  matches: readonly AdvisoryMatch[],
  same: readonly ImagePackage[],
  query: PackageQuery,
): ScanFinding {
  const ids = [...new Set(matches.flatMap(idsOf))].map((id) => clean(id, 80)).sort(byId);
  const [id = "", ...aliases] = ids;
  const ratings = matches
    .flatMap(ratingsOf)
    .filter(({ source }, index, all) => all.findIndex((other) => other.source === source) === index);
  const [rating] = ratings;
  const fixed = firstFix(matches, query.ecosystem);
  const [first, ...others] = [...same].sort((a, b) => (a.path < b.path ? -1 : 1));
  const summary = matches.map(({ advisory }) => advisory.summary).find((text) => text !== "") ?? "";
  return {
    id,
    aliases,
    kind: "vulnerability",
    severity: rating?.severity ?? "medium",
    severitySource: rating?.source ?? "not rated",
    ...(ratings.length > 1 ? { ratings } : {}),
    title: clean(summary, 200) || `${id} in ${query.name}`,
    inFinalImage: true,
    scanners: ["dockwright"],
    ...(fixed === undefined ? {} : { fixedVersion: clean(fixed, 120) }),
    fix: advice(query, fixed, others.length),
    ...(first === undefined
      ? {}
      : {
          path: first.path,
          layer: first.layer,
          package: {
            name: first.name,
            version: first.version,
            ecosystem: first.ecosystem,
            path: first.path,
            purl: first.purl,
            ...(query.name === first.name ? {} : { source: query.name }),
          },
        }),
  };
}

/** CVE numbers first: every database knows them. */
function byId(a: string, b: string): number {
  const rank = (id: string): number => (id.startsWith("CVE-") ? 0 : id.startsWith("GHSA-") ? 1 : 2);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function firstFix(matches: readonly AdvisoryMatch[], ecosystem: string): string | undefined {
  const order = versionOrder(baseEcosystem(ecosystem));
  return matches.flatMap(({ fixedVersion }) => fixedVersion ?? []).sort((a, b) => order?.(a, b) ?? 0)[0];
}

function advice({ ecosystem, name }: PackageQuery, fixed: string | undefined, others: number): string {
  if (fixed === undefined)
    return "no fixed version is known: remove the package, or state why it does not apply";
  const where = others > 0 ? ` (${others} more packages or places)` : "";
  if (ecosystem === "Go" && name === "stdlib")
    return `build again with Go ${clean(fixed, 60)} or later${where}`;
  return `upgrade ${clean(name, 120)} to ${clean(fixed, 60)} or later${where}`;
}
