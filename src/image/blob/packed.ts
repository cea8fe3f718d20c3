import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { createTarParser } from "../tar/parser.ts";
import { bunzip2 } from "./bzip2.ts";
import { gitPackObjects, isGitPack } from "./git-pack.ts";
import { makeZipWaste, readZipEntry, zipBuffer, zipEntries } from "./zip.ts";

/** Decompresses one zstd frame or several; never more than `max` bytes. */
export type Unzstd = (data: Buffer, max: number) => Buffer;

/** Something packed inside a file, unpacked. */
export interface Member {
  /** Empty for a compressed file without a name of its own. */
  readonly name: string;
  readonly data: Buffer;
}

export type Packing = "gzip" | "zstd" | "zlib" | "zip" | "tar" | "git-pack" | "xz" | "bzip2";

/** What a bzip2 file may unpack to at most: it takes ten times as long as others. */
const mostOfBzip2 = 64 * 1024 * 1024;

/** How a file is packed, by its first bytes (262 are enough); undefined for anything else. */
export function packingOf(head: Buffer): Packing | undefined {
  if (head.length < 4) return undefined;
  const first = head.readUInt32BE(0);
  if (first >>> 16 === 0x1f8b) return "gzip";
  if (first === 0x28b52ffd) return "zstd";
  if (first === 0x504b0304) return "zip";
  if (isGitPack(head)) return "git-pack";
  if (first === 0xfd377a58) return "xz";
  if (first >>> 8 === 0x425a68) return "bzip2";
  if (head.length >= 262 && head.toString("latin1", 257, 262) === "ustar") return "tar";
  // RFC 1950: deflate with a 32 KB window, checked by the header's own remainder (git's objects).
  if (head[0] === 0x78 && ((head[0] << 8) | (head[1] ?? 0)) % 31 === 0) return "zlib";
  return undefined;
}

/**
 * Unpacks one level; nothing comes out of xz, whose decoder is asynchronous (`unxz`). Damaged or truncated content gives what could be read. Throws RangeError when more than `max`
 * bytes would come out.
 */
export function unpack(data: Buffer, packing: Packing, max: number, unzstd: Unzstd): readonly Member[] {
  return [...unpackEach(data, packing, max, unzstd)];
}

/** As `unpack`, one member after the other; those of a zip whose names are not wanted are not unpacked. */
export function unpackEach(
  data: Buffer,
  packing: Packing,
  max: number,
  unzstd: Unzstd,
  wanted: (name: string) => boolean = () => true,
): Iterable<Member> {
  switch (packing) {
    case "gzip":
      return inflated(() => gunzip(data, max));
    case "zlib":
      return inflated(() => inflateSync(data, { maxOutputLength: max, finishFlush: constants.Z_SYNC_FLUSH }));
    case "zstd":
      return inflated(() => unzstd(data, max));
    case "bzip2":
      return inflated(() => bunzip2(data, Math.min(max, mostOfBzip2)));
    case "zip":
      return unzip(data, max, wanted);
    case "tar":
      return untar(data);
    case "git-pack":
      return gitPackObjects(data, max);
    default:
      return [];
  }
}

function inflated(work: () => Buffer): readonly Member[] {
  try {
    return [{ name: "", data: work() }];
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return [];
  }
}

const partly = { finishFlush: constants.Z_SYNC_FLUSH };

/** A file whose checksum is wrong has its content all the same. */
function gunzip(data: Buffer, max: number): Buffer {
  try {
    return gunzipSync(data, { maxOutputLength: max, ...partly });
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return inflateRawSync(data.subarray(gzipHeader(data)), { maxOutputLength: max, ...partly });
  }
}

/** Bytes before the deflated data of a gzip file (RFC 1952, 2.3). */
function gzipHeader(data: Buffer): number {
  const flags = data[3] ?? 0;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (data[at] ?? 0) + 256 * (data[at + 1] ?? 0);
  for (const text of [8, 16]) {
    if ((flags & text) === 0) continue;
    const end = data.indexOf(0, at);
    at = end < 0 ? data.length : end + 1;
  }
  return (flags & 2) !== 0 ? at + 2 : at;
}

function* unzip(data: Buffer, max: number, wanted: (name: string) => boolean): Generator<Member> {
  const bytes = zipBuffer(data);
  const waste = makeZipWaste(2 * max);
  let total = 0;
  for (const entry of zipEntries(bytes) ?? []) {
    if (!wanted(entry.name)) continue;
    const content = readZipEntry(bytes, entry, Math.max(1, max - total));
    if (content === undefined) {
      if (waste.isTooMuch(entry)) throw new RangeError("too many damaged members");
      continue;
    }
    // What is small may have been read from much.
    total += Math.max(content.length, entry.stored);
    yield { name: entry.name, data: content };
  }
}

function untar(data: Buffer): readonly Member[] {
  const members: Member[] = [];
  const parser = createTarParser({
    where: "a nested archive",
    maxEntries: 100_000,
    visit(entry) {
      if (entry.type !== "file" || entry.stored === 0) return undefined;
      const { name, offset, stored } = entry;
      members.push({ name, data: data.subarray(offset, offset + stored) });
      return undefined;
    },
  });
  try {
    parser.push(data);
  } catch {
    // What came before the damage was read.
  }
  return members;
}

/** Brotli has no mark to be recognized by: only files that are named so are tried. */
export function unbrotli(data: Buffer, max: number): Buffer | undefined {
  try {
    return brotliDecompressSync(data, { maxOutputLength: max });
  } catch {
    return undefined;
  }
}

/** Loads the zstd decoder, which is a WebAssembly module. */
export async function loadUnzstd(): Promise<Unzstd> {
  const { ZSTDDecoder } = await import("zstddec/stream");
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return (data, max) => {
    const pieces: Buffer[] = [];
    let total = 0;
    let empty = 0;
    for (const piece of decoder.decodeStreaming([data])) {
      empty = piece.length === 0 ? empty + 1 : 0;
      if (empty > 64) break;
      total += piece.length;
      if (total > max) throw new RangeError("the file unpacks to too much");
      pieces.push(Buffer.from(piece));
    }
    return Buffer.concat(pieces);
  };
}
