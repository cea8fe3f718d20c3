import { type VersionOrder, versionOrder } from "../versions/order.ts";
import { compareSemver, goSemver } from "../versions/semver.ts";
import type { Advisory, AdvisoryMatch, OsvAffected, OsvRange, PackageQuery } from "./types.ts";

/**
 * Whether an advisory applies to a package (ossf.github.io/osv-schema, "Evaluation"): its version is listed, or lies in
 * a range. "undecided": the version could not be compared and nothing else applies. Withdrawn records apply to nothing.
 */
export function judge(advisory: Advisory, query: PackageQuery): AdvisoryMatch | "undecided" | undefined {
  if (advisory.withdrawn) return undefined;
  const order = versionOrder(baseEcosystem(query.ecosystem));
  // Elsewhere equal versions are written alike, and lists of thousands need no parsing.
  const same = baseEcosystem(query.ecosystem) === "PyPI" ? order : undefined;
  let undecided = false;
  for (const affected of advisory.affected) {
    if (!concerns(affected, query)) continue;
    const ranges = affected.ranges.map((range) => readRange(range, query.version, order));
    const listed = affected.versions.some((one) => one === query.version || same?.(one, query.version) === 0);
    if (listed || ranges.some((range) => range?.affected)) {
      const { affected: _, ...rest } = advisory;
      const fixedVersion = smallest(ranges, order);
      return {
        advisory: rest,
        severity: affected.severity,
        ...(affected.rating === undefined ? {} : { rating: affected.rating }),
        ...(fixedVersion === undefined ? {} : { fixedVersion }),
      };
    }
    // Where the order is not known here, the list of a record that has one is complete.
    undecided ||= ranges.includes(undefined) && (order !== undefined || affected.versions.length === 0);
  }
  return undecided ? "undecided" : undefined;
}

/** The ecosystem without its release: `Debian` of `Debian:13`. */
export function baseEcosystem(ecosystem: string): string {
  return ecosystem.split(":", 1)[0] ?? "";
}

/** How names are compared; PyPI's by PEP 503. */
export function nameKey(ecosystem: string, name: string): string {
  return baseEcosystem(ecosystem) === "PyPI" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name;
}

function concerns(affected: OsvAffected, { ecosystem, name }: PackageQuery): boolean {
  const wanted = baseEcosystem(ecosystem);
  if (baseEcosystem(affected.ecosystem) !== wanted) return false;
  if (nameKey(ecosystem, affected.name) !== nameKey(ecosystem, name)) return false;
  // Without a release it is about all; the part after Maven's colon is a repository.
  if (affected.ecosystem === ecosystem || affected.ecosystem === wanted || wanted === "Maven") return true;
  const release = ecosystem.slice(wanted.length + 1);
  // Red Hat names a product: `Red Hat:enterprise_linux:9::baseos`.
  const product = "Red Hat:enterprise_linux:";
  if (wanted !== "Red Hat" || !affected.ecosystem.startsWith(product)) return false;
  return affected.ecosystem.slice(product.length).split(/[.:]/, 1)[0] === release;
}

interface RangeResult {
  readonly affected: boolean;
  /** Fixed versions after the package's, smallest first. */
  readonly fixes: readonly string[];
}

/** Undefined when a version of the range cannot be compared. */
function readRange(
  { type, events }: OsvRange,
  version: string,
  ecosystem: VersionOrder | undefined,
): RangeResult | undefined {
  const order = type === "SEMVER" ? semverOrder : ecosystem;
  if (order === undefined) return undefined;
  // "0" is before every version, "*" after.
  const compare = (a: string, b: string): number =>
    a === b ? 0 : a === "0" || b === "*" ? -1 : b === "0" || a === "*" ? 1 : (order(a, b) ?? Number.NaN);
  const steps = events.map((event) => ({ ...event, distance: compare(version, event.version) }));
  if (steps.some(({ distance }) => Number.isNaN(distance))) return undefined;
  const limits = steps.filter(({ kind }) => kind === "limit");
  const sorted = steps.filter(({ kind }) => kind !== "limit").sort((a, b) => compare(a.version, b.version));
  let affected = false;
  for (const { kind, distance } of sorted) {
    if (kind === "introduced" && distance >= 0) affected = true;
    else if (kind === "fixed" && distance >= 0) affected = false;
    else if (kind === "lastAffected" && distance > 0) affected = false;
  }
  const within = limits.length === 0 || limits.some(({ distance }) => distance < 0);
  return {
    affected: affected && within,
    fixes: sorted.filter(({ kind, distance }) => kind === "fixed" && distance < 0).map((one) => one.version),
  };
}

/** Ranges of this type are Semantic Versions in any ecosystem. */
function semverOrder(a: string, b: string): number | undefined {
  return compareSemver(goSemver(a), goSemver(b));
}

/** The fix in the range the version lies in; when it is only listed, the next fix of any range. */
function smallest(
  ranges: readonly (RangeResult | undefined)[],
  order: VersionOrder | undefined,
): string | undefined {
  const inside = ranges.filter((range) => range?.affected);
  const fixes = (inside.length > 0 ? inside : ranges).flatMap((range) => range?.fixes.slice(0, 1) ?? []);
  return fixes.sort((a, b) => order?.(a, b) ?? 0)[0];
}
