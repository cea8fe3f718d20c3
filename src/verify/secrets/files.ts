import { type Packing, packingOf, type Unzstd, unbrotli, unpackEach } from "../../image/blob/packed.ts";
import { unxz } from "../../image/blob/xz.ts";
import type { ContentSink } from "../../image/types.ts";
import type { Hit, Matcher } from "./matcher.ts";

/** Bounds of a search. */
export interface SearchLimits {
  /** Levels of archives within archives. */
  readonly depth: number;
  /** Largest compressed file that is opened (of xz: all of a layer together), and most that one may unpack to. */
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Places reported for one secret. */
  readonly places: number;
}

export const defaultSearchLimits: SearchLimits = {
  depth: 5,
  packedBytes: 128 * 1024 * 1024,
  unpackedBytes: 512 * 1024 * 1024,
  places: 20,
};

/** What the search of one image keeps while it goes on. */
export interface Scan {
  readonly matcher: Matcher;
  readonly limits: SearchLimits;
  readonly unzstd: Unzstd;
  /** Why files were not opened, and how many. */
  readonly skipped: Map<string, number>;
  /** The layer that is read, and those of which something was skipped. */
  layer: number;
  readonly unsearched: Set<number>;
  /** What xz holds comes out later: its decoder is asynchronous. Opened before the next layer hides any of it. */
  readonly waiting: Waiting[];
  waitingBytes: number;
  bytes: number;
}

type Report = (hit: Hit, inside: string) => void;

interface Waiting {
  readonly data: Buffer;
  readonly inside: string;
  readonly depth: number;
  readonly report: Report;
}

/** Takes a file as it streams by; one that is packed is kept and opened at its end. */
export function fileSink(scan: Scan, name: string, add: (hit: Hit, inside: string) => void): ContentSink {
  const { matcher, limits } = scan;
  const seen = new Set<string>();
  const report: Report = (hit, inside) => {
    const key = `${hit.secret.label}\0${hit.form}\0${inside}`;
    if (seen.has(key)) return;
    seen.add(key);
    add(hit, inside);
  };
  let head: Buffer = Buffer.alloc(0);
  let decided = false;
  let packing: Packing | "brotli" | undefined;
  let tail: Buffer = Buffer.alloc(0);
  let kept: Buffer[] | undefined = [];
  let length = 0;
  return {
    data(raw) {
      const chunk = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
      length += chunk.length;
      scan.bytes += chunk.length;
      if (!decided) {
        head = Buffer.concat([head, chunk.subarray(0, 512 - head.length)]);
        if (head.length >= 262 || length > 512) decide();
      }
      if (kept) {
        kept.push(Buffer.from(chunk));
        if (length > limits.packedBytes) {
          count(scan, `larger than ${limits.packedBytes / 1024 / 1024} MB`);
          kept = undefined;
        }
      }
      for (const hit of matcher.find(chunk)) report(hit, "");
      // A value may begin in one piece and end in the next.
      const overlap = matcher.longest - 1;
      for (const hit of matcher.find(Buffer.concat([tail, chunk.subarray(0, overlap)]))) report(hit, "");
      tail = Buffer.from(
        chunk.length >= overlap
          ? chunk.subarray(chunk.length - overlap)
          : Buffer.concat([tail, chunk]).subarray(-overlap),
      );
    },
    end() {
      if (!decided) decide();
      if (kept === undefined || packing === undefined) return;
      const data = Buffer.concat(kept);
      kept = undefined;
      if (packing === "brotli") {
        const unpacked = unbrotli(data, limits.unpackedBytes);
        if (unpacked) for (const hit of matcher.find(unpacked)) report(hit, "!");
      } else openPacked(scan, data, packing, "", 1, report);
    },
  };

  function decide(): void {
    decided = true;
    packing = packingOf(head) ?? (name.endsWith(".br") ? "brotli" : undefined);
    if (packing === undefined) kept = undefined;
  }
}

function openPacked(
  scan: Scan,
  data: Buffer,
  packing: Packing,
  inside: string,
  depth: number,
  report: Report,
): void {
  const { limits, unzstd } = scan;
  if (packing === "xz") {
    wait(scan, { data, inside, depth, report });
    return;
  }
  try {
    let members = 0;
    for (const member of unpackEach(data, packing, limits.unpackedBytes, unzstd)) {
      members++;
      look(scan, member.data, `${inside}!${member.name}`, depth, report);
    }
    if (members === 0 && (packing === "gzip" || packing === "zstd")) count(scan, `damaged ${packing}`);
  } catch (error) {
    tooMuch(scan, error);
  }
}

/** What came out of a file: searched, and opened where it is packed itself. */
function look(scan: Scan, data: Buffer, path: string, depth: number, report: Report): void {
  const { matcher, limits } = scan;
  scan.bytes += data.length;
  const next = packingOf(data.subarray(0, 512));
  // The members of a tar lie in it as they are: they are named one by one below.
  if (next !== "tar" || depth >= limits.depth) {
    for (const hit of matcher.find(data)) report(hit, path);
  }
  if (next === undefined) return;
  if (depth >= limits.depth) count(scan, `nested deeper than ${limits.depth} levels`);
  else openPacked(scan, data, next, path, depth + 1, report);
}

function wait(scan: Scan, file: Waiting): void {
  const { packedBytes } = scan.limits;
  if (scan.waitingBytes + file.data.length > packedBytes) {
    count(scan, `compressed with xz, more than ${packedBytes / 1024 / 1024} MB in a layer`);
    return;
  }
  scan.waitingBytes += file.data.length;
  // A member is a view of its archive, which is not kept.
  scan.waiting.push({ ...file, data: Buffer.from(file.data) });
}

/** Opens what waits: after each layer. */
export async function openWaiting(scan: Scan): Promise<void> {
  for (let next = scan.waiting.shift(); next !== undefined; next = scan.waiting.shift()) {
    try {
      const unpacked = await unxz(next.data, scan.limits.unpackedBytes);
      if (unpacked === undefined)
        count(scan, "compressed with xz, damaged or with a check or filter that is not read");
      else look(scan, unpacked, `${next.inside}!`, next.depth, next.report);
    } catch (error) {
      tooMuch(scan, error);
    }
  }
  scan.waitingBytes = 0;
}

/** Rethrows what is no RangeError. */
function tooMuch(scan: Scan, error: unknown): void {
  if (!(error instanceof RangeError)) throw error;
  count(scan, `unpacking to more than ${scan.limits.unpackedBytes / 1024 / 1024} MB`);
}

function count(scan: Scan, why: string): void {
  scan.skipped.set(why, (scan.skipped.get(why) ?? 0) + 1);
  scan.unsearched.add(scan.layer);
}
