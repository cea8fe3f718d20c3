import { closeSync, constants, openSync, readSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CancelledError, InputError } from "../../security/errors.ts";

/** A run of bytes in an open file: a blob of an OCI layout, a member of an archive, a spooled download. */
export interface Region {
  readonly fd: number;
  readonly offset: number;
  readonly length: number;
}

/** Opens a file for reading; pipes and devices never make it wait. The caller closes the descriptor. */
export function openForReading(file: string): number {
  return openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
}

/** Closes a descriptor; one that is closed already is fine. */
export function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // Nothing is lost: it was open for reading.
  }
}

/** Reads at most `length` bytes at `at` (from the region's start) into a buffer; fewer at the region's end. */
export function readAt(region: Region, buffer: Buffer, at: number, length: number): number {
  const wanted = Math.min(length, region.length - at, buffer.length);
  let filled = 0;
  while (filled < wanted) {
    const got = readSync(region.fd, buffer, filled, wanted - filled, region.offset + at + filled);
    if (got === 0) throw new InputError("the file ends early", "it is truncated: copy or save it again");
    filled += got;
  }
  return filled;
}

/** The region's bytes as one buffer; for manifests and configurations. Throws InputError when longer than `max`. */
export function readWhole(region: Region, max: number, what: string): Buffer {
  if (region.length > max) {
    throw new InputError(
      `${what} has ${region.length} bytes; at most ${max} are read`,
      "this is no image archive that engines write",
    );
  }
  const buffer = Buffer.allocUnsafe(region.length);
  readAt(region, buffer, 0, region.length);
  return buffer;
}

/** What takes the bytes of a region and says which of the next ones it can do without. */
export interface RegionReader {
  /** Takes the first `length` bytes of a buffer, all of them unless given. */
  push(buffer: Buffer, length?: number): void;
  skippable(): number;
  skipped(bytes: number): void;
  readonly ended: boolean;
}

const smallest = 1024;
const largest = 1024 * 1024;
// Long enough to be cheap, short enough that a server goes on answering others.
const turnBytes = 32 * 1024 * 1024;
const turnReads = 4096;

/**
 * Feeds a region to a reader, seeking over what it can do without. The window grows while everything is wanted and
 * shrinks after a seek, so that archives of large files cost one read per header. Gives the event loop a turn now
 * and then; throws CancelledError when the signal fired.
 */
export async function feedRegion(
  region: Region,
  reader: RegionReader,
  signal: AbortSignal,
  onProgress?: (done: number) => void,
): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(largest, Math.max(region.length, 1)));
  let at = 0;
  let window = smallest;
  let reads = 0;
  let bytes = 0;
  while (at < region.length && !reader.ended) {
    const got = readAt(region, buffer, at, window);
    reader.push(buffer, got);
    at += got;
    bytes += got;
    const skip = Math.min(reader.skippable(), region.length - at);
    if (skip > smallest) {
      reader.skipped(skip);
      at += skip;
      window = smallest;
    } else if (window < largest) window *= 2;
    if (++reads >= turnReads || bytes >= turnBytes) {
      reads = 0;
      bytes = 0;
      onProgress?.(at);
      await nextTurn();
      if (signal.aborted) throw new CancelledError();
    }
  }
}
