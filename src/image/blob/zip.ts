import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

/** Bytes that can be read at any place: a buffer or an open file. */
export interface ZipBytes {
  readonly size: number;
  /** At most `length` bytes from `at`; fewer at the end. Valid until the next call. */
  read(at: number, length: number): Buffer;
}

/** A member as the central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes when unpacked, as stated. */
  readonly size: number;
  /** Bytes in the archive. */
  readonly stored: number;
  readonly method: number;
  /** Place of the local header. */
  readonly offset: number;
}

const mostComment = 65_557;
const window = 1024 * 1024;
const central = 0x02014b50;

/** The bytes of a buffer. */
export function zipBuffer(data: Buffer): ZipBytes {
  return { size: data.length, read: (at, length) => data.subarray(at, at + length) };
}

/** Opens a file; call `close` at the end. Throws as `fs.openSync`. */
export function openZip(file: string): ZipBytes & { close(): void } {
  const descriptor = openSync(file, "r");
  const { size } = fstatSync(descriptor);
  let scratch = Buffer.allocUnsafe(64 * 1024);
  return {
    size,
    read(at, wanted) {
      const length = Math.max(0, Math.min(wanted, size - at));
      if (length > scratch.length) scratch = Buffer.allocUnsafe(length);
      let done = 0;
      while (done < length) {
        const count = readSync(descriptor, scratch, done, length - done, at + done);
        if (count === 0) break;
        done += count;
      }
      return scratch.subarray(0, done);
    },
    close: () => closeSync(descriptor),
  };
}

/**
 * The members by the central directory (APPNOTE 4.3.12 and 4.3.14, zip64 included), in its order. What is damaged
 * ends the list; no directory at all gives undefined.
 */
export function zipEntries(bytes: ZipBytes): Generator<ZipEntry> | undefined {
  const directory = findDirectory(bytes);
  return directory === undefined ? undefined : readDirectory(bytes, directory);
}

interface Directory {
  readonly start: number;
  readonly count: number;
  /** Added to the place of each member. */
  readonly base: number;
}

function findDirectory(bytes: ZipBytes): Directory | undefined {
  const length = Math.min(bytes.size, mostComment);
  const from = bytes.size - length;
  const tail = Buffer.from(bytes.read(from, length));
  const end = tail.lastIndexOf("PK\u0005\u0006", "latin1");
  if (end < 0 || end + 22 > tail.length) return undefined;
  const count = tail.readUInt16LE(end + 10);
  const start = tail.readUInt32LE(end + 16);
  if (count !== 0xffff && start !== 0xffffffff) {
    // An archive behind other bytes (a jar that starts itself) may count its places from where it begins.
    const begins = from + end - tail.readUInt32LE(end + 12) - start;
    const shifted = begins > 0 && signature(bytes, start) !== central;
    return { start: shifted ? start + begins : start, count, base: shifted ? begins : 0 };
  }
  if (end < 20 || tail.readUInt32LE(end - 20) !== 0x07064b50) return { start, count, base: 0 };
  const record = bytes.read(Number(tail.readBigUInt64LE(end - 12)), 56);
  if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50) return undefined;
  return { count: Number(record.readBigUInt64LE(32)), start: Number(record.readBigUInt64LE(48)), base: 0 };
}

function signature(bytes: ZipBytes, at: number): number {
  const head = bytes.read(at, 4);
  return head.length < 4 ? 0 : head.readUInt32LE(0);
}

function* readDirectory(bytes: ZipBytes, { start, count, base }: Directory): Generator<ZipEntry> {
  let place = start;
  let block = Buffer.from(bytes.read(place, window));
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (block.length - at < 46 + 3 * 65_535 && place + block.length < bytes.size) {
      place += at;
      block = Buffer.from(bytes.read(place, window));
      at = 0;
    }
    if (block.length - at < 46 || block.readUInt32LE(at) !== central) return;
    const nameLength = block.readUInt16LE(at + 28);
    const extraLength = block.readUInt16LE(at + 30);
    const names = at + 46;
    const extra = block.subarray(names + nameLength, names + nameLength + extraLength);
    const entry = {
      name: block.toString("utf8", names, names + nameLength),
      method: block.readUInt16LE(at + 10),
      stored: block.readUInt32LE(at + 20),
      size: block.readUInt32LE(at + 24),
      offset: block.readUInt32LE(at + 42),
    };
    const big = entry.stored === 0xffffffff || entry.size === 0xffffffff || entry.offset === 0xffffffff;
    const whole = big ? large(entry, extra) : entry;
    yield base === 0 ? whole : { ...whole, offset: whole.offset + base };
    at = names + nameLength + extraLength + block.readUInt16LE(at + 32);
  }
}

/** Fields that do not fit stand in the extra field 1, in this order. */
function large(entry: ZipEntry, extra: Buffer): ZipEntry {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let next = at + 4;
    const field = (value: number): number => {
      if (value !== 0xffffffff || next + 8 > extra.length) return value;
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    };
    const size = field(entry.size);
    const stored = field(entry.stored);
    return { ...entry, size, stored, offset: field(entry.offset) };
  }
  return entry;
}

/** No byte of deflated data becomes more (RFC 1951: 258 bytes for two bits). */
const mostOfDeflate = 1032;

/**
 * Work that members may cost whose content is not got: a damaged one tells too late that it is, and a directory of a few
 * bytes an entry may name the same one again and again.
 */
export interface ZipWaste {
  /** Counts a member that gave nothing; true when those before it were too much already. */
  isTooMuch(entry: ZipEntry): boolean;
}

/** Makes the count for one archive; `max` in bytes that decompressing them may have given. */
export function makeZipWaste(max: number): ZipWaste {
  let wasted = 0;
  return {
    isTooMuch({ method, stored }) {
      const over = wasted > max;
      // Looking for it costs something, too; what is packed in another way is not unpacked.
      wasted += 64 * 1024 + (method === 8 ? stored * mostOfDeflate : 0);
      return over;
    },
  };
}

/**
 * The content of a stored or deflated member, at most `max` bytes; undefined when it is damaged, encrypted or packed
 * in another way. Throws RangeError when it is larger than `max`.
 */
export function readZipEntry(bytes: ZipBytes, entry: ZipEntry, max: number): Buffer | undefined {
  if (entry.method !== 0 && entry.method !== 8) return undefined;
  if (entry.stored > max) throw new RangeError("the member is too large");
  const guess = 30 + Buffer.byteLength(entry.name) + 64;
  let data = bytes.read(entry.offset, guess + entry.stored);
  if (data.length < 30 || data.readUInt32LE(0) !== 0x04034b50) return undefined;
  const start = 30 + data.readUInt16LE(26) + data.readUInt16LE(28);
  if (start > guess) data = bytes.read(entry.offset, start + entry.stored);
  const body = data.subarray(start, start + entry.stored);
  if (entry.method === 0) return body;
  try {
    return inflateRawSync(body, { maxOutputLength: Math.max(1, max) });
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}
