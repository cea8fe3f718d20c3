/*
 * Advisories as the Open Source Vulnerability schema 1.7 writes them (ossf.github.io/osv-schema), as far as they
 * are read. All text is raw.
 */

/** One step of a range. */
export interface OsvEvent {
  /** `limit`: what is not before any of them is not counted; `lastAffected` is the last version that is. */
  readonly kind: "introduced" | "fixed" | "lastAffected" | "limit";
  readonly version: string;
}

/** Versions that are affected. Ranges of commits are left out when records are read. */
export interface OsvRange {
  readonly type: "SEMVER" | "ECOSYSTEM";
  readonly events: readonly OsvEvent[];
}

/** A score as a vector (`CVSS_V3`) or a word (`Ubuntu`). */
export interface OsvSeverity {
  readonly type: string;
  readonly score: string;
}

/** One package that an advisory concerns. */
export interface OsvAffected {
  readonly ecosystem: string;
  readonly name: string;
  readonly ranges: readonly OsvRange[];
  readonly versions: readonly string[];
  readonly severity: readonly OsvSeverity[];
  /** A word of the database about this package: Debian's urgency. */
  readonly rating?: string;
}

/** One record. */
export interface Advisory {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Ids this record was made from; a record of a distribution names the CVEs here. */
  readonly upstream: readonly string[];
  readonly summary: string;
  readonly withdrawn: boolean;
  readonly severity: readonly OsvSeverity[];
  /** The database's own word for the whole record. */
  readonly rating?: string;
  readonly affected: readonly OsvAffected[];
}

/** A package as advisories name it. */
export interface PackageQuery {
  /** As OSV names it, with the release: `Debian:13`. */
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
}

/** An advisory that applies to a package. */
export interface AdvisoryMatch {
  /** Without its `affected`, which can be large. */
  readonly advisory: Omit<Advisory, "affected">;
  /** Scores and words about this very package. */
  readonly severity: readonly OsvSeverity[];
  readonly rating?: string;
  /** The smallest version after the package's that the record calls fixed. */
  readonly fixedVersion?: string;
}

/** Advisory data of one ecosystem, and how old it is. */
export interface AdvisoryData {
  readonly ecosystem: string;
  readonly records: number;
  /** Latest `modified` or `published` of all records; empty when there is none. */
  readonly newest: string;
}

/** What a source says about some packages. */
export interface Lookup {
  /** What applies to the query at the same index. */
  readonly matches: readonly (readonly AdvisoryMatch[])[];
  /** Queries whose version could not be compared with a record: not affected is not known. */
  readonly undecided: readonly PackageQuery[];
  /** Ecosystems the source has no data of. */
  readonly missing: readonly string[];
  readonly data: readonly AdvisoryData[];
  /** Bounds that were reached, records that could not be read. */
  readonly notes: readonly string[];
}

/** Where advisories come from. */
export interface AdvisorySource {
  /** For people: what it is. */
  readonly title: string;
  /** Throws CancelledError when the signal fires, InputError for data that cannot be used. */
  lookup(queries: readonly PackageQuery[], signal: AbortSignal): Promise<Lookup>;
}
