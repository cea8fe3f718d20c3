import { lstat } from "node:fs/promises";
import { InputError } from "../security/errors.ts";
import { type Roots, readBounded, resolveForWrite, writeAtomic } from "../security/paths.ts";
import { clean } from "../security/untrusted.ts";

/** What our pages have in their head. */
const mark = '<meta name="generator" content="dockwright">';
const mostBytes = 64 * 1024 * 1024;

/** Where a report goes, and whether an earlier one is there. */
export interface ReportTarget {
  readonly file: string;
  readonly replace: boolean;
}

/**
 * Where a report goes: a new file, or an earlier report of ours, which is replaced. Asked before the work, so that
 * minutes of it are not lost. Throws InputError for any other file that is there.
 */
export async function reportTarget(roots: Roots, requested: string): Promise<ReportTarget> {
  const file = await resolveForWrite(roots, requested);
  const existing = await lstat(file).catch(() => undefined);
  if (existing === undefined) return { file, replace: false };
  const text = existing.isFile() ? await readBounded(file, mostBytes).catch(() => undefined) : undefined;
  if (text?.subarray(0, 2048).includes(mark)) return { file, replace: true };
  throw new InputError(
    `${clean(requested)} exists already and is no report of dockwright`,
    "choose another path for the report",
  );
}

/** Writes a report where `reportTarget` said. */
export function writeReport({ file, replace }: ReportTarget, page: string): Promise<void> {
  return writeAtomic(file, page, replace);
}
