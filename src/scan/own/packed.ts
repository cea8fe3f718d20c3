import { setImmediate as nextTurn } from "node:timers/promises";
import { type Packing, packingOf, type Unzstd, unpackEach } from "../../image/blob/packed.ts";
import { unxz } from "../../image/blob/xz.ts";
import { CancelledError } from "../../security/errors.ts";
import { severities } from "../types.ts";
import type { ContentResult, ContentSearch, ContentSecret, ContentSubject } from "./content.ts";
import { mostPerFile } from "./content.ts";
import { subjectOf } from "./subject.ts";

/** Opens archives and compressed files of an image, and searches what is in them. */
export interface PackedSearch {
  /** What is in xz waits for `settle`, and comes by `late` then. */
  open(
    subject: ContentSubject,
    data: Buffer,
    late: (secrets: readonly ContentSecret[]) => void,
  ): ContentResult;
  /** Opens what waits. Throws CancelledError when the signal fires. */
  settle(signal?: AbortSignal): Promise<void>;
  /** Why files were not opened, and how many. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Bytes of text that came out. */
  readonly bytes: number;
}

const depth = 4;
/** Bytes one file may unpack to, and all of an image. */
const mostOfFile = 256 * 1024 * 1024;
const mostOfImage = 4 * 1024 ** 3;
/** Bytes of xz that wait at one time, and what xz and bzip2 of an image may unpack to: they are slow. */
const mostWaiting = 96 * 1024 * 1024;
const mostOfSlow = 1024 ** 3;
/** Programs, pictures and fonts: nothing in them is read. */
const useless = /\.(?:class|png|jpe?g|gif|ico|webp|woff2?|ttf|otf|eot|mp[34]|so|dll|exe|pyd|node|wasm)$/i;

/** Where a packed file is, and what was found in it. */
interface Place {
  readonly path: string;
  readonly inside: string;
  readonly level: number;
  readonly found: ContentSecret[];
  readonly late: (secrets: readonly ContentSecret[]) => void;
}

/** Makes the search for one image. Without a decoder, zstd files stay closed. */
export function makePackedSearch(content: ContentSearch, unzstd: Unzstd | undefined): PackedSearch {
  const skipped = new Map<string, number>();
  let bytes = 0;
  let total = 0;
  let slow = 0;
  const waiting: { readonly data: Buffer; readonly place: Place }[] = [];
  let waitingBytes = 0;
  const skip = (why: string): void => void skipped.set(why, (skipped.get(why) ?? 0) + 1);

  function visit(data: Buffer, packing: Packing, place: Place): void {
    if (packing === "xz") {
      waits(data, place);
      return;
    }
    if (packing === "zstd" && unzstd === undefined) {
      skip(`packed as ${packing}`);
      return;
    }
    const max = room(packing === "bzip2");
    if (max <= 0) return;
    try {
      let members = 0;
      for (const member of unpackEach(data, packing, max, unzstd ?? nothing, (name) => !useless.test(name))) {
        members++;
        if (packing === "bzip2") slow += member.data.length;
        if (countOf(place.found, "critical") > mostPerFile) return;
        look(member.name, packing === "zlib" ? gitContent(member.data) : member.data, place);
      }
      if (members === 0 && (packing === "gzip" || packing === "zstd")) skip(`damaged ${packing}`);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // It came out before it was known to be too much.
      charge(max, packing === "bzip2");
      skip(packing === "bzip2" ? "unpacking to more than 64 MB of bzip2" : "unpacking to more than 256 MB");
    }
  }

  /** Bytes that may come out of the next file; 0 when that is said already. */
  function room(isSlow: boolean): number {
    if (mostOfImage - total <= 0) skip("more than 4 GB unpacked");
    else if (isSlow && mostOfSlow - slow <= 0) skip("more than 1 GB unpacked of xz and bzip2");
    else return Math.min(mostOfFile, mostOfImage - total, isSlow ? mostOfSlow - slow : mostOfFile);
    return 0;
  }

  function charge(size: number, isSlow: boolean): void {
    total += size;
    if (isSlow) slow += Math.min(size, mostOfFile);
  }

  /** What came out: searched, or opened further. */
  function look(member: string, data: Buffer, place: Place): void {
    total += data.length;
    if (useless.test(member)) return;
    const { path, level, found } = place;
    const inside = `${place.inside}!${member}`;
    const next = packingOf(data.subarray(0, 512));
    // What is only compressed keeps the name it has without the ending.
    const name = member === "" ? path.replace(/\.(?:gz|zst|z|bz2|xz)$/i, "") : `${path}!${member}`;
    if (next !== undefined && next !== "zlib") {
      if (level >= depth) skip(`packed more than ${depth} times`);
      else visit(data, next, { ...place, path: name, inside, level: level + 1 });
      return;
    }
    const subject = subjectOf(member === "" ? name : member, path);
    const result = content.whole(subject, data);
    if (result.kind === "text") bytes += data.length;
    for (const secret of result.secrets) {
      // As many of each severity: weak ones in one file of an archive hide no strong one in the next.
      if (countOf(found, secret.severity) <= mostPerFile) found.push({ ...secret, inside });
    }
  }

  function waits(data: Buffer, place: Place): void {
    if (waitingBytes + data.length > mostWaiting) {
      skip(`packed as xz, more than ${mostWaiting / 1024 ** 2} MB of them`);
      return;
    }
    waitingBytes += data.length;
    // A member is a view of its archive, which is not kept.
    const own = place.level === 1 ? data : Buffer.from(data);
    waiting.push({ data: own, place: { ...place, found: [] } });
  }

  async function openXz(data: Buffer, place: Place): Promise<void> {
    const max = room(true);
    if (max <= 0) return;
    try {
      const unpacked = await unxz(data, max);
      if (unpacked === undefined) {
        skip("packed as xz, damaged or with a check or filter that is not read");
        return;
      }
      slow += unpacked.length;
      look("", unpacked, place);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      charge(max, true);
      skip("unpacking to more than 256 MB");
    }
    place.late(worst(place.found));
  }

  return {
    open({ path }, data, late) {
      const found: ContentSecret[] = [];
      const packing = packingOf(data.subarray(0, 512));
      if (packing !== undefined) visit(data, packing, { path, inside: "", level: 1, found, late });
      return {
        secrets: worst(found),
        kind: "packed",
        searched: true,
        truncated: found.length > mostPerFile,
      };
    },
    async settle(signal) {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        // The decoder never gives the event loop a turn by itself.
        await nextTurn();
        if (signal?.aborted) throw new CancelledError();
        waitingBytes -= next.data.length;
        await openXz(next.data, next.place);
      }
    },
    skipped,
    get bytes() {
      return bytes;
    },
  };
}

function countOf(found: readonly ContentSecret[], severity: ContentSecret["severity"]): number {
  return found.reduce((count, one) => (one.severity === severity ? count + 1 : count), 0);
}

/** The most severe of what was found in a file. */
function worst(found: readonly ContentSecret[]): readonly ContentSecret[] {
  const rank = (one: ContentSecret): number => severities.indexOf(one.severity);
  return [...found].sort((a, b) => rank(a) - rank(b)).slice(0, mostPerFile);
}

/** Git's loose objects have a header before the content: `blob 12` and a NUL. */
function gitContent(data: Buffer): Buffer {
  const [header] = /^(?:blob|commit|tag) \d+\0/.exec(data.toString("latin1", 0, 32)) ?? [];
  return header === undefined ? data : data.subarray(header.length);
}

function nothing(): Buffer {
  return Buffer.alloc(0);
}
