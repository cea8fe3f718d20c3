import { InputError } from "../../security/errors.ts";

/** Size of every tar header and the unit content is padded to. */
export const blockSize = 512;

/** Byte values of `typeflag` (POSIX.1-2017 pax, GNU tar). */
export const typeflag = {
  oldFile: 0,
  file: 0x30,
  hardlink: 0x31,
  symlink: 0x32,
  character: 0x33,
  block: 0x34,
  directory: 0x35,
  fifo: 0x36,
  contiguous: 0x37,
  gnuLongLink: 0x4b,
  gnuLongName: 0x4c,
  gnuSparse: 0x53,
  solarisPax: 0x58,
  globalPax: 0x67,
  pax: 0x78,
} as const;

/** True for a header whose size field is not followed by content, whatever the field says. */
export function hasNoContent(flag: number): boolean {
  return flag >= typeflag.hardlink && flag <= typeflag.fifo;
}

/** True for 512 zero bytes at `at`: the end of the archive. */
export function isZeroBlock(buffer: Buffer, at: number): boolean {
  for (let index = at; index < at + blockSize; index++) if (buffer[index] !== 0) return false;
  return true;
}

/**
 * Throws InputError unless the header's checksum fits: the sum of its bytes with the checksum field read as
 * blanks, unsigned as POSIX says or signed as some old writers did.
 */
export function checkHeader(buffer: Buffer, at: number, where: string): void {
  const stated = readNumber(buffer, at + 148, 8, where);
  let field = 0;
  for (let index = at + 148; index < at + 156; index++) field += buffer[index] ?? 0;
  if (sumOf(buffer, at) - field + 8 * 0x20 === stated) return;
  let signed = 8 * 0x20;
  for (let index = at; index < at + blockSize; index++) {
    const byte = buffer[index] ?? 0;
    if (index < at + 148 || index >= at + 156) signed += byte > 127 ? byte - 256 : byte;
  }
  if (signed !== stated) throw malformed(where, "a header's checksum is wrong");
}

let lastMemory: ArrayBufferLike | undefined;
let lastWords: Int32Array = new Int32Array(0);

/** The sum of a block's bytes. Four at a time where memory allows: this is the hottest loop of a read. */
function sumOf(buffer: Buffer, at: number): number {
  const start = buffer.byteOffset + at;
  if (start % 4 === 0) {
    if (buffer.buffer !== lastMemory) {
      lastMemory = buffer.buffer;
      lastWords = new Int32Array(lastMemory, 0, Math.floor(lastMemory.byteLength / 4));
    }
    const words = lastWords;
    // Two sums of 16 bits side by side: 256 bytes of at most 255 fit in each.
    let pairs = 0;
    for (let index = start / 4, end = index + blockSize / 4; index < end; index++) {
      const word = words[index] ?? 0;
      pairs = (pairs + (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff)) | 0;
    }
    return (pairs & 0xffff) + (pairs >>> 16);
  }
  let sum = 0;
  for (let index = at; index < at + blockSize; index++) sum += buffer[index] ?? 0;
  return sum;
}

/** An octal field, or GNU's base-256 form (first bit set) for large values. Throws InputError for other text. */
export function readNumber(buffer: Buffer, at: number, length: number, where: string): number {
  const first = buffer[at] ?? 0;
  if (first & 0x80) return readBinary(buffer, at, length, where);
  let index = at;
  const end = at + length;
  while (index < end && buffer[index] === 0x20) index++;
  let value = 0;
  for (; index < end; index++) {
    const byte = buffer[index] ?? 0;
    if (byte < 0x30 || byte > 0x37) {
      if (byte === 0 || byte === 0x20) break;
      throw malformed(where, "a number in a header is not octal");
    }
    value = value * 8 + (byte - 0x30);
  }
  return value;
}

function readBinary(buffer: Buffer, at: number, length: number, where: string): number {
  const negative = ((buffer[at] ?? 0) & 0x40) !== 0;
  let value = negative ? -1 : 0;
  for (let index = at; index < at + length; index++) {
    const byte = buffer[index] ?? 0;
    const digit = index === at ? (negative ? byte | 0x80 : byte & 0x7f) : byte;
    value = index === at && negative ? digit - 256 : value * 256 + digit;
    if (!Number.isSafeInteger(value)) throw malformed(where, "a number in a header is too large");
  }
  return value;
}

/** Text up to the first NUL of a field. */
export function readText(buffer: Buffer, at: number, length: number): string {
  const limit = at + length;
  let end = at;
  let all = 0;
  for (; end < limit; end++) {
    const byte = buffer[end] ?? 0;
    if (byte === 0) break;
    all |= byte;
  }
  return all < 0x80 ? buffer.toString("latin1", at, end) : decode(buffer, at, end);
}

/** The path of a header: `prefix/name` in ustar archives (GNU tar uses that room for something else). */
export function readPath(buffer: Buffer, at: number): string {
  const name = readText(buffer, at, 100);
  const ustar =
    buffer[at + 257] === 0x75 &&
    buffer[at + 258] === 0x73 &&
    buffer[at + 261] === 0x72 &&
    buffer[at + 262] === 0;
  if (!ustar || buffer[at + 345] === 0) return name;
  return `${readText(buffer, at + 345, 155)}/${name}`;
}

/**
 * UTF-8, with the bytes that are not UTF-8 as lone surrogates U+DC80…U+DCFF, so that two different names
 * never become the same text (the convention of PEP 383).
 */
export function decode(buffer: Buffer, start: number, end: number): string {
  const text = buffer.toString("utf8", start, end);
  if (!text.includes("\uFFFD")) return text;
  let result = "";
  for (let index = start; index < end; ) {
    const lead = buffer[index] ?? 0;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    const piece = buffer.toString("utf8", index, Math.min(index + length, end));
    const valid = [...piece].length === 1 && (piece !== "\uFFFD" || buffer[index] === 0xef);
    result += valid ? piece : String.fromCharCode(0xdc00 + lead);
    index += valid ? length : 1;
  }
  return result;
}

/** A pax or GNU attribute block: `length key=value\n` records. Throws InputError when a record lies about its length. */
export function readPaxRecords(data: Buffer, where: string): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < data.length) {
    if (data[at] === 0) break;
    const space = data.indexOf(0x20, at);
    const length = space < 0 || space - at > 10 ? Number.NaN : Number(data.toString("latin1", at, space));
    const end = at + length;
    const equals = data.indexOf(0x3d, space);
    if (
      !Number.isInteger(length) ||
      end > data.length ||
      equals < 0 ||
      equals >= end ||
      data[end - 1] !== 0x0a
    ) {
      throw malformed(where, "an extended header (pax) is broken");
    }
    records.set(decode(data, space + 1, equals), decode(data, equals + 1, end - 1));
    at = end;
  }
  return records;
}

/** The error for an archive that does not follow the format. */
export function malformed(where: string, what: string): InputError {
  return new InputError(
    `${where}: ${what}`,
    "the archive is damaged or not a tar; save or pull the image again",
  );
}
