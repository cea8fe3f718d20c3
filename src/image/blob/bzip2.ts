/*
 * The bzip2 format, as libbzip2 1.0.8 writes and reads it (https://sourceware.org/bzip2/). Own code, bounded in what
 * comes out and in memory: ADR 0023.
 */

const blockMagic = 0x314159265359;
const endMagic = 0x177245385090;
const groupSize = 50;
const mostCodeBits = 20;

/** Reads bits, highest first. Throws Ended behind the last byte. */
interface Bits {
  take(count: number): number;
  /** The next 20 bits, zeros behind the end, without going on. */
  peek(): number;
  skip(count: number): void;
  /** To the next whole byte; false at the end. */
  align(): boolean;
}

class Ended extends Error {}

/**
 * Decompresses one stream or several in a row. Damaged or truncated data gives the blocks before the damage; their
 * checksums are not compared. Throws RangeError when more than `max` bytes would come out.
 */
export function bunzip2(data: Uint8Array, max: number): Buffer {
  const bits = bitsOf(data);
  const out = makeOutput(max);
  try {
    const memory = { links: new Uint32Array(0) };
    do readStream(bits, out, memory);
    while (bits.align());
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
  return out.bytes();
}

function bitsOf(data: Uint8Array): Bits {
  let at = 0;
  /** The last bits that were read, of which the lowest `bits` are still to come. */
  let held = 0;
  let bits = 0;
  const fill = (count: number): void => {
    while (bits < count) {
      held = (held << 8) | (at < data.length ? (data[at] ?? 0) : 0);
      at++;
      bits += 8;
    }
  };
  const skip = (count: number): void => {
    bits -= count;
    if (at - (bits >> 3) > data.length) throw new Ended();
  };
  return {
    take(count) {
      fill(count);
      skip(count);
      return (held >>> bits) & ((1 << count) - 1);
    },
    peek() {
      fill(mostCodeBits);
      return (held >>> (bits - mostCodeBits)) & ((1 << mostCodeBits) - 1);
    },
    skip,
    align() {
      bits -= bits % 8;
      return at - (bits >> 3) < data.length;
    },
  };
}

interface Output {
  push(byte: number, times: number): void;
  bytes(): Buffer;
}

function makeOutput(max: number): Output {
  let buffer = Buffer.allocUnsafe(Math.min(max, 64 * 1024));
  let length = 0;
  return {
    push(byte, times) {
      if (length + times > buffer.length) {
        if (length + times > max) throw new RangeError("the file unpacks to too much");
        const larger = Buffer.allocUnsafe(Math.min(max, Math.max(buffer.length * 2, length + times)));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      if (times === 1) buffer[length++] = byte;
      else {
        buffer.fill(byte, length, length + times);
        length += times;
      }
    },
    bytes: () => buffer.subarray(0, length),
  };
}

/** `memory` is what blocks are read into: streams may be empty and very many, and clearing it for each takes time. */
function readStream(bits: Bits, out: Output, memory: { links: Uint32Array }): void {
  if (bits.take(8) !== 0x42 || bits.take(8) !== 0x5a || bits.take(8) !== 0x68) throw new Ended();
  const level = bits.take(8) - 48;
  if (level < 1 || level > 9) throw new Ended();
  const size = level * 100_000;
  for (;;) {
    const magic = bits.take(24) * 0x100_0000 + bits.take(24);
    // The checksum.
    bits.take(16);
    bits.take(16);
    if (magic === endMagic) return;
    if (magic !== blockMagic) throw new Ended();
    if (memory.links.length < size) memory.links = new Uint32Array(size);
    readBlock(bits, memory.links.subarray(0, size), out);
  }
}

function readBlock(bits: Bits, links: Uint32Array, out: Output): void {
  // Randomised blocks were given up in 1997.
  if (bits.take(1) !== 0) throw new Ended();
  const origin = bits.take(24);
  const symbols = symbolsInUse(bits);
  const count = readSymbols(bits, symbols, links);
  if (origin >= count) throw new Ended();
  // Inverse Burrows-Wheeler transform: where each byte comes from, in the bits above it.
  const starts = new Uint32Array(256);
  for (let at = 0; at < count; at++)
    starts[(links[at] ?? 0) & 0xff] = (starts[(links[at] ?? 0) & 0xff] ?? 0) + 1;
  let sum = 0;
  for (let value = 0; value < 256; value++) {
    const own = starts[value] ?? 0;
    starts[value] = sum;
    sum += own;
  }
  for (let at = 0; at < count; at++) {
    const value = (links[at] ?? 0) & 0xff;
    const place = starts[value] ?? 0;
    starts[value] = place + 1;
    links[place] = (links[place] ?? 0) | (at << 8);
  }
  writeRuns(links, count, (links[origin] ?? 0) >>> 8, out);
}

/** The first run-length coding: four equal bytes are followed by how many more there are. */
function writeRuns(links: Uint32Array, count: number, first: number, out: Output): void {
  let at = first;
  let last = -1;
  let run = 0;
  for (let left = count; left > 0; left--) {
    const link = links[at] ?? 0;
    const byte = link & 0xff;
    at = link >>> 8;
    if (run === 4) {
      out.push(last, byte);
      run = 0;
      last = -1;
      continue;
    }
    run = byte === last ? run + 1 : 1;
    last = byte;
    out.push(byte, 1);
  }
}

function symbolsInUse(bits: Bits): Uint8Array {
  const used: number[] = [];
  const groups = bits.take(16);
  for (let group = 0; group < 16; group++) {
    if (((groups >> (15 - group)) & 1) === 0) continue;
    const members = bits.take(16);
    for (let one = 0; one < 16; one++) {
      if (((members >> (15 - one)) & 1) !== 0) used.push(group * 16 + one);
    }
  }
  if (used.length === 0) throw new Ended();
  return Uint8Array.from(used);
}

/** Huffman codes, runs and move-to-front undone; the bytes in the low eight bits of `target`. Returns their number. */
function readSymbols(bits: Bits, front: Uint8Array, target: Uint32Array): number {
  const end = front.length + 1;
  const tables = bits.take(3);
  if (tables < 2 || tables > 6) throw new Ended();
  const selectors = readSelectors(bits, tables);
  const decoders = Array.from({ length: tables }, () => readDecoder(bits, end + 1));
  let count = 0;
  let run = 0;
  let weight = 1;
  for (const selector of selectors) {
    const decode = decoders[selector];
    if (decode === undefined) throw new Ended();
    for (let left = groupSize; left > 0; left--) {
      const symbol = decode(bits);
      if (symbol < 2) {
        // Digits 1 and 2 of a number in base two, lowest first; none is larger than a block.
        run += weight << symbol;
        weight *= 2;
        if (run > target.length - count) throw new Ended();
        continue;
      }
      if (run > 0) {
        target.fill(front[0] ?? 0, count, count + run);
        count += run;
        run = 0;
      }
      weight = 1;
      if (symbol === end) return count;
      if (count === target.length) throw new Ended();
      const value = front[symbol - 1] ?? 0;
      front.copyWithin(1, 0, symbol - 1);
      front[0] = value;
      target[count++] = value;
    }
  }
  throw new Ended();
}

function readSelectors(bits: Bits, tables: number): Uint8Array {
  const selectors = new Uint8Array(bits.take(15));
  const front = Array.from({ length: tables }, (_, index) => index);
  for (let at = 0; at < selectors.length; at++) {
    let place = 0;
    while (bits.take(1) === 1) if (++place >= tables) throw new Ended();
    const [value = 0] = front.splice(place, 1);
    front.unshift(value);
    selectors[at] = value;
  }
  return selectors;
}

/** A canonical Huffman code from the lengths of its words. */
function readDecoder(bits: Bits, symbols: number): (bits: Bits) => number {
  const lengths = new Uint8Array(symbols);
  let length = bits.take(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > mostCodeBits) throw new Ended();
      if (bits.take(1) === 0) break;
      length += bits.take(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const ordered: number[] = [];
  /** By length, words taken as 20 bits: the first that is too large, and what leads from a word to its symbol. */
  const limits = new Int32Array(mostCodeBits + 1);
  const offsets = new Int32Array(mostCodeBits + 1);
  let word = 0;
  for (let size = 1; size <= mostCodeBits; size++) {
    offsets[size] = ordered.length - word;
    for (let symbol = 0; symbol < symbols; symbol++) if (lengths[symbol] === size) ordered.push(symbol);
    word = ordered.length - (offsets[size] ?? 0);
    limits[size] = word * 2 ** (mostCodeBits - size);
    word *= 2;
  }
  const shortest = Math.min(...lengths);
  const longest = Math.max(...lengths);
  const places = Uint16Array.from(ordered);
  return (input) => {
    const code = input.peek();
    for (let size = shortest; size <= longest; size++) {
      if (code >= (limits[size] ?? 0)) continue;
      input.skip(size);
      const symbol = places[(code >>> (mostCodeBits - size)) + (offsets[size] ?? 0)];
      if (symbol === undefined) throw new Ended();
      return symbol;
    }
    throw new Ended();
  };
}
