import { existsSync } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { openZip, readZipEntry, zipEntries } from "../../image/blob/zip.ts";
import { CancelledError, InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { baseEcosystem, judge, nameKey } from "./affected.ts";
import { readAdvisory } from "./read.ts";
import type { AdvisoryData, AdvisoryMatch, AdvisorySource, PackageQuery } from "./types.ts";

const mostRecord = 16 * 1024 * 1024;
const breath = 256;

/**
 * Advisories in a directory that is laid out as osv-scanner's: `osv-scanner/<ecosystem>/all.zip`, or the ecosystems'
 * folders themselves. The archives of the ecosystems asked for are read record by record, and only records that name a
 * package asked for are parsed: memory does not grow with the archive. `directory` is absolute.
 */
export function offlineAdvisories(directory: string): AdvisorySource {
  return {
    title: `OSV data in ${clean(directory, 300)}`,
    async lookup(queries, signal) {
      const matches: AdvisoryMatch[][] = queries.map(() => []);
      const undecided = new Set<PackageQuery>();
      const missing = new Set<string>();
      const data: AdvisoryData[] = [];
      const notes: string[] = [];
      const byEcosystem = new Map<string, number[]>();
      queries.forEach(({ ecosystem }, index) => {
        const base = baseEcosystem(ecosystem);
        append(byEcosystem, base, index);
      });
      for (const [ecosystem, indexes] of byEcosystem) {
        const file = archiveOf(directory, ecosystem);
        if (file === undefined) {
          for (const index of indexes) missing.add(queries[index]?.ecosystem ?? ecosystem);
          continue;
        }
        const byName = new Map<string, number[]>();
        for (const index of indexes) {
          const name = nameKey(ecosystem, queries[index]?.name ?? "");
          append(byName, name, index);
        }
        const read = await readArchive(file, ecosystem, byName, signal, (advisory, concerned) => {
          for (const index of concerned) {
            const query = queries[index];
            if (query === undefined) continue;
            const verdict = judge(advisory, query);
            if (verdict === "undecided") undecided.add(query);
            else if (verdict !== undefined) matches[index]?.push(verdict);
          }
        });
        data.push({ ecosystem, records: read.records, newest: read.newest });
        if (read.damaged > 0) notes.push(`${read.damaged} records of ${ecosystem} could not be read`);
      }
      return { matches, undecided: [...undecided], missing: [...missing].sort(), data, notes };
    },
  };
}

function archiveOf(directory: string, ecosystem: string): string | undefined {
  // Names of ecosystems are our own; a release name from an image never gets here.
  return [
    path.join(directory, "osv-scanner", ecosystem, "all.zip"),
    // Where its releases from 2.6 on look.
    path.join(directory, "osv-scalibr", ecosystem, "all.zip"),
    path.join(directory, ecosystem, "all.zip"),
  ].find((file) => existsSync(file));
}

function append(lists: Map<string, number[]>, key: string, index: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [index]);
  else list.push(index);
}

interface ArchiveRead {
  records: number;
  newest: string;
  damaged: number;
}

async function readArchive(
  file: string,
  ecosystem: string,
  byName: ReadonlyMap<string, readonly number[]>,
  signal: AbortSignal,
  found: (advisory: NonNullable<ReturnType<typeof readAdvisory>>, concerned: ReadonlySet<number>) => void,
): Promise<ArchiveRead> {
  const result: ArchiveRead = { records: 0, newest: "", damaged: 0 };
  const bytes = openZip(file);
  try {
    const entries = zipEntries(bytes);
    if (entries === undefined) {
      throw new InputError(
        `${clean(file, 300)} is no zip archive`,
        "download it again: https://osv-vulnerabilities.storage.googleapis.com/<ecosystem>/all.zip",
      );
    }
    for (const entry of entries) {
      if (!entry.name.endsWith(".json")) continue;
      if (++result.records % breath === 0) {
        await setImmediate();
        if (signal.aborted) throw new CancelledError();
      }
      const text = content(() => readZipEntry(bytes, entry, mostRecord));
      if (text === undefined) {
        result.damaged++;
        continue;
      }
      for (const [, date = ""] of text.matchAll(/"(?:modified|published)"\s*:\s*"([^"]{10,40})"/g)) {
        if (date > result.newest) result.newest = date;
      }
      const concerned = new Set<number>();
      for (const [, name = ""] of text.matchAll(/"name"\s*:\s*"((?:[^"\\]|\\.){1,300})"/g)) {
        for (const index of byName.get(nameKey(ecosystem, name)) ?? []) concerned.add(index);
      }
      if (concerned.size === 0) continue;
      const advisory = parse(text);
      if (advisory === undefined) result.damaged++;
      else found(advisory, concerned);
    }
  } finally {
    bytes.close();
  }
  return result;
}

function content(read: () => Buffer | undefined): string | undefined {
  try {
    return read()?.toString("utf8");
  } catch {
    return undefined;
  }
}

function parse(text: string): ReturnType<typeof readAdvisory> {
  try {
    return readAdvisory(JSON.parse(text));
  } catch {
    return undefined;
  }
}
