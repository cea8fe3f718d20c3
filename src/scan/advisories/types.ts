/*
 * Advisories as the Open Source Vulnerability schema 1.7 writes them (ossf.github.io/osv-schema), as far as they
 * are read. All text is raw.
 */

/** One step of a range; the version where it starts, ends (excluded), last holds, or where nothing after counts. */
export type OsvEvent =
  | { readonly introduced: string }
  | { readonly fixed: string }
  | { readonly lastAffected: string }
  | { readonly limit: string };

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
  /** A word of the database about this package: Debian's urgency, GitHub's severity. */
  readonly rating?: string;
}

/** One record. */
export interface Advisory {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Ids this record was made from; a record of a distribution names the CVE here. */
  readonly upstream: readonly string[];
  readonly summary: string;
  readonly modified: string;
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

/** Advisory data of one ecosystem, and how old it is. */
export interface AdvisoryData {
  readonly ecosystem: string;
  readonly records: number;
  /** Latest `modified` of all records; empty when none was seen. */
  readonly newest: string;
}

/** What a source has about some packages. */
export interface Lookup {
  /** Records that name one of the packages of the query at the same index; its version may be unaffected. */
  readonly advisories: readonly (readonly Advisory[])[];
  /** True: the source compared versions itself and every record applies. */
  readonly decided: boolean;
  /** Ecosystems the source knows nothing about. */
  readonly missing: readonly string[];
  readonly data: readonly AdvisoryData[];
  /** Bounds that were reached, records that could not be read. */
  readonly notes: readonly string[];
}

/** Where advisories come from. */
export interface AdvisorySource {
  /** For people: what it is. */
  readonly title: string;
  /** Throws CancelledError when the signal fires, and InputError or LimitError for data that cannot be used. */
  lookup(queries: readonly PackageQuery[], signal: AbortSignal): Promise<Lookup>;
}
