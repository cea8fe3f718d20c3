import type { Dockerfile } from "../dockerfile/types.ts";
import { guessBase } from "../image/analysis/base.ts";
import { loadUnzstd } from "../image/blob/packed.ts";
import { type ImageModel, readModel } from "../image/model/read.ts";
import type { ImageHandle } from "../image/types.ts";
import { CancelledError, DockwrightError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";
import { type MatchResult, matchAdvisories } from "./advisories/match.ts";
import type { AdvisoryData, AdvisorySource } from "./advisories/types.ts";
import { settleFixed } from "./answer/fixed.ts";
import { applyIgnores, type IgnoredFinding, type IgnoreEntry } from "./answer/ignore.ts";
import { locateFindings } from "./answer/locate.ts";
import { mergeFindings } from "./answer/merge.ts";
import { countBySeverity, repairable } from "./answer/policy.ts";
import { type Remedy, rank, remedies } from "./answer/rank.ts";
import { observeAll } from "./collector.ts";
import { makeLocator } from "./locate.ts";
import { noAdvisories, ownCollector } from "./own.ts";
import { makeInventoryCollector } from "./packages/collect.ts";
import type { ImagePackage, Inventory } from "./packages/types.ts";
import { makePlaces } from "./scanners/places.ts";
import { type ScannerReport, type ScannersRequest, startScanners } from "./scanners/run.ts";
import type { ScanResult, Severity } from "./types.ts";

/** What a scan is asked to do. */
export interface ScanRequest extends ScannersRequest {
  /** YYYY-MM-DD. */
  readonly today: string;
  /** Exceptions of the ignore file. */
  readonly ignore: readonly IgnoreEntry[];
  readonly onlyFixed: boolean;
  /** Where packages are looked up; nowhere without one. */
  readonly advisories?: AdvisorySource | undefined;
  /** What the image was built from: findings then name the line. */
  readonly dockerfile?: Dockerfile | undefined;
  /** The stage that was built. */
  readonly target?: string | undefined;
}

/** One scanner that was run, or could not be. */
export type ScannerSummary = Pick<ScannerReport, "name" | "version" | "database" | "failed"> & {
  readonly findings: number;
};

/** The packages that were compared with advisories by ourselves. */
export interface AdvisorySummary {
  readonly source: string;
  /** Packages that were compared. */
  readonly packages: number;
  readonly data: readonly AdvisoryData[];
}

/** The one answer of all that looked. */
export interface ScanAnswer extends ScanResult {
  readonly scanners: readonly ScannerSummary[];
  readonly advisories?: AdvisorySummary;
  /** Packages of the final image. */
  readonly packages: number;
  /** Of all findings, those left out for their number included. */
  readonly counts: Readonly<Record<Severity, number>>;
  readonly remedies: readonly Remedy[];
  readonly ignored: readonly IgnoredFinding[];
  /** Vulnerabilities without a fixed version that were left out, as asked. */
  readonly unfixed: number;
}

const mostFindings = 5_000;
const lookupMs = 45_000;

/**
 * Reads an image once, with all that looks at its files, while the scanners read its archive; joins what they and the
 * advisories say to one ranked list. Throws as `ImageHandle.entries` and `startScanners`.
 */
export async function scan(handle: ImageHandle, request: ScanRequest): Promise<ScanAnswer> {
  const { dockerfile, target } = request;
  const own = ownCollector(handle, request.today, { unzstd: await loadUnzstd(), dockerfile, target });
  const inventory = makeInventoryCollector(handle);
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const reading = readModel(handle, {
    contents: false,
    observe: observeAll([own, inventory]),
    directory: own.directory,
  }).then(async (model) => {
    await own.settle(signal);
    return looked(model, inventory.finish(model), request);
  });
  // The archive of a registry's image is written from layers that are brought here once.
  const scanning = startScanners({ ...request, signal }, () => handle.archive());
  const [{ model, found, matched }, readAnswers] = await Promise.all([reading, scanning]).catch(
    async (error: unknown) => {
      stop.abort();
      await Promise.allSettled([reading, scanning]);
      throw error;
    },
  );
  const ours = own.finish(model);
  const reports = readAnswers(makePlaces(handle, model));
  const all = [
    ...ours.findings,
    ...("failed" in matched ? [] : matched.findings),
    ...reports.flatMap(({ findings }) => findings),
  ];
  const merged = mergeFindings(all).map(settleFixed);
  const located = locateFindings(merged, found.packages, makeLocator(handle, dockerfile, target));
  const { kept: open, ignored, notes } = applyIgnores(located, request.ignore, request.today);
  const { kept, unfixed } = repairable(open, request);
  const findings = rank(kept);
  const base = guessBase(handle.config, handle.layers);
  const others = reports.some((report) => report.looked.includes("vulnerability"));
  const unknown = others ? [] : unknownVulnerabilities(matched);
  return {
    findings: findings.slice(0, mostFindings),
    counts: countBySeverity(findings),
    remedies: remedies(findings, { baseLayers: base.layers, baseName: base.name }),
    ignored: ignored.slice(0, mostFindings),
    unfixed,
    packages: found.packages.filter(({ inFinalImage }) => inFinalImage).length,
    ...(ours.benchmark === undefined ? {} : { benchmark: ours.benchmark }),
    ...("failed" in matched
      ? {}
      : { advisories: { source: matched.source, packages: matched.matchedPackages, data: matched.data } }),
    scanners: reports.map(({ name, version, database, failed, findings: list }) => ({
      name,
      ...(version === undefined ? {} : { version }),
      ...(database === undefined ? {} : { database }),
      ...(failed === undefined ? {} : { failed }),
      findings: list.length,
    })),
    notScanned: [
      ...unknown,
      ...ours.notScanned.filter((what) => what !== noAdvisories),
      ...reports.flatMap((report) => report.notScanned),
    ],
    notes: [
      ...reports.flatMap((report) => [
        ...old(`${report.name}'s vulnerability database`, report.database, request.now()),
        ...report.notes,
      ]),
      ...("failed" in matched
        ? []
        : [
            ...matched.data.flatMap(({ ecosystem, newest }) =>
              old(`the advisory data of ${ecosystem}`, newest, request.now()),
            ),
            ...matched.notes,
            ...(others ? matched.notMatched.map((what) => `compared by scanners alone: ${what}`) : []),
          ]),
      ...found.notes,
      ...ours.notes,
      ...notes,
      ...(unfixed > 0 ? [`${unfixed} vulnerabilities that nobody has fixed yet are left out`] : []),
      ...(findings.length > mostFindings
        ? [`${findings.length - mostFindings} findings are left out, the least severe`]
        : []),
    ],
    searched: ours.searched,
  };
}

type Matched = (MatchResult & { readonly source: string }) | { readonly failed: string };

async function looked(
  model: ImageModel,
  inventory: Promise<Inventory>,
  request: ScanRequest,
): Promise<{ readonly model: ImageModel; readonly found: Inventory; readonly matched: Matched }> {
  const found = await inventory;
  return { model, found, matched: await lookUp(found.packages, request) };
}

async function lookUp(
  packages: readonly ImagePackage[],
  { advisories, signal, progress }: ScanRequest,
): Promise<Matched> {
  if (advisories === undefined) return { failed: noAdvisories };
  progress?.("comparing packages with advisories");
  const limit = AbortSignal.timeout(lookupMs);
  try {
    const result = await matchAdvisories(packages, advisories, { signal: AbortSignal.any([signal, limit]) });
    return { ...result, source: advisories.title };
  } catch (error) {
    if (signal.aborted || !(error instanceof DockwrightError)) throw error;
    const late = error instanceof CancelledError && limit.aborted;
    const why = late ? `${advisories.title} did not answer within ${lookupMs / 1000} s` : error.message;
    return { failed: `known vulnerabilities of the packages: ${clean(why, 300)}` };
  }
}

/** Packages whose vulnerabilities nobody looked for, when there was no scanner with its data. */
function unknownVulnerabilities(matched: Matched): string[] {
  if ("failed" in matched) return [matched.failed];
  return matched.notMatched.map((what) => `known vulnerabilities of ${what}`);
}

const oldDays = 7;

function old(what: string, built: string | undefined, now: number): string[] {
  const days = Math.floor((now - Date.parse(built ?? "")) / 86_400_000);
  return days > oldDays
    ? [`${what} is of ${built?.slice(0, 10)}, ${days} days old: newer vulnerabilities are missing`]
    : [];
}
