import { guessBase } from "../image/analysis/base.ts";
import { readModel } from "../image/model/read.ts";
import type { ImageHandle } from "../image/types.ts";
import { settleFixed } from "./answer/fixed.ts";
import { applyIgnores, type IgnoredFinding, type IgnoreEntry } from "./answer/ignore.ts";
import { mergeFindings } from "./answer/merge.ts";
import { countBySeverity, repairable } from "./answer/policy.ts";
import { type Remedy, rank, remedies } from "./answer/rank.ts";
import { type Collector, observeAll } from "./collector.ts";
import { noAdvisories, ownCollector } from "./own.ts";
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
}

/** One scanner that was run, or could not be. */
export type ScannerSummary = Pick<ScannerReport, "name" | "version" | "database" | "failed"> & {
  readonly findings: number;
};

/** The one answer of all that looked. */
export interface ScanAnswer extends ScanResult {
  readonly scanners: readonly ScannerSummary[];
  /** Of all findings, those left out for their number included. */
  readonly counts: Readonly<Record<Severity, number>>;
  readonly remedies: readonly Remedy[];
  readonly ignored: readonly IgnoredFinding[];
  /** Vulnerabilities without a fixed version that were left out, as asked. */
  readonly unfixed: number;
}

const mostFindings = 5_000;
const oldDays = 7;

/**
 * Reads an image once, with all that looks at its files, while the scanners read its archive; joins what they say to
 * one ranked list. Throws as `ImageHandle.entries` and `startScanners`.
 */
export async function scan(handle: ImageHandle, request: ScanRequest): Promise<ScanAnswer> {
  const own = ownCollector(handle, request.today);
  const collectors: readonly Collector<unknown>[] = [own];
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const reading = readModel(handle, { contents: false, observe: observeAll(collectors) });
  // The archive of a registry's image is written from layers that are brought here once.
  const scanning = startScanners({ ...request, signal }, () => handle.archive());
  const [model, readAnswers] = await Promise.all([reading, scanning]).catch(async (error: unknown) => {
    stop.abort();
    await Promise.allSettled([reading, scanning]);
    throw error;
  });
  const reports = readAnswers(makePlaces(handle, model));
  const ours = own.finish(model);
  const merged = mergeFindings([...ours.findings, ...reports.flatMap(({ findings }) => findings)]).map(
    settleFixed,
  );
  const { kept: open, ignored, notes } = applyIgnores(merged, request.ignore, request.today);
  const { kept, unfixed } = repairable(open, request);
  const findings = rank(kept);
  const base = guessBase(handle.config, handle.layers);
  const looked = reports.some((report) => report.looked.includes("vulnerability"));
  return {
    findings: findings.slice(0, mostFindings),
    counts: countBySeverity(findings),
    remedies: remedies(findings, { baseLayers: base.layers, baseName: base.name }),
    ignored: ignored.slice(0, mostFindings),
    unfixed,
    scanners: reports.map(({ name, version, database, failed, findings: list }) => ({
      name,
      ...(version === undefined ? {} : { version }),
      ...(database === undefined ? {} : { database }),
      ...(failed === undefined ? {} : { failed }),
      findings: list.length,
    })),
    notScanned: [
      ...ours.notScanned.filter((what) => what !== noAdvisories || !looked),
      ...reports.flatMap((report) => report.notScanned),
    ],
    notes: [
      ...reports.flatMap((report) => [...oldDatabase(report, request.now()), ...report.notes]),
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

function oldDatabase({ name, database }: ScannerReport, now: number): string[] {
  const built = Date.parse(database ?? "");
  const days = Math.floor((now - built) / 86_400_000);
  return days > oldDays
    ? [
        `${name}'s vulnerability database is ${days} days old (${database}): newer vulnerabilities are missing`,
      ]
    : [];
}
