import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { CancelledError, DockwrightError, InputError, LimitError } from "../../security/errors.ts";
import type { Compression } from "../types.ts";
import { feedRegion, type Region, type RegionReader, readAt } from "./region.ts";

const chunkBytes = 1024 * 1024;

/** How a region is compressed, by its first bytes; media types of layers are often wrong. Throws InputError for xz and bzip2. */
export function sniff(region: Region, where: string): Compression {
  const head = Buffer.alloc(6);
  if (readAt(region, head, 0, Math.min(6, region.length)) < 4) return "none";
  return sniffBytes(head, where);
}

/** As `sniff`, for the first six bytes of a stream. */
export function sniffBytes(head: Buffer, where: string): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  const magic = head.readUInt32LE(0);
  // A zstd frame, or a skippable frame as zstd:chunked layers may begin with (RFC 8878, 3.1).
  if (magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5) return "zstd";
  const xz = head.length >= 6 && head.toString("latin1", 1, 5) === "7zXZ";
  if (xz || head.toString("latin1", 0, 3) === "BZh") {
    throw new InputError(
      `${where} is compressed with ${xz ? "xz" : "bzip2"}, which is not read`,
      "load it into an engine and save it again, or decompress it first",
    );
  }
  return "none";
}

/** Where decompressed bytes go, and the bounds of the read. */
export interface PourOptions {
  readonly where: string;
  readonly signal: AbortSignal;
  /** Most bytes that may come out: what stops a decompression bomb. */
  readonly maxBytes: number;
  /** Bytes of the region read so far. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Decompresses a region into a reader until the reader has ended or the region has. Chunks are valid only during
 * the call. Throws InputError for damaged or truncated data, LimitError at `maxBytes`, CancelledError.
 */
export async function pour(
  region: Region,
  compression: Compression,
  reader: RegionReader,
  options: PourOptions,
): Promise<void> {
  const { signal, where, maxBytes } = options;
  if (signal.aborted) throw new CancelledError();
  if (compression === "none") return feedRegion(region, reader, signal, options.onProgress);
  let total = 0;
  const take = (chunk: Buffer): boolean => {
    total += chunk.length;
    if (total > maxBytes) {
      throw new LimitError(
        `${where} decompresses to more than ${maxBytes} bytes`,
        "the limit guards against decompression bombs; raise it if you trust the image",
      );
    }
    reader.push(chunk);
    return reader.ended;
  };
  if (compression === "gzip") await gunzip(region, take, options);
  else await unzstd(region, take, options);
}

async function gunzip(region: Region, take: (chunk: Buffer) => boolean, options: PourOptions): Promise<void> {
  const unzip = createGunzip({ chunkSize: chunkBytes });
  const source = Readable.from(chunksOf(region, 256 * 1024, options), {
    objectMode: false,
    highWaterMark: chunkBytes,
  });
  source.on("error", (error) => unzip.destroy(error));
  source.pipe(unzip);
  const onAbort = (): void => void unzip.destroy(new CancelledError());
  options.signal.addEventListener("abort", onAbort, { once: true });
  try {
    for await (const chunk of unzip) if (take(chunk)) break;
  } catch (error) {
    if (error instanceof DockwrightError) throw error;
    throw damaged(options.where, "gzip", error);
  } finally {
    options.signal.removeEventListener("abort", onAbort);
    source.destroy();
    unzip.destroy();
  }
}

// Small pieces: after a stop the decoder still works through the piece it has, and one piece may hold a bomb.
const zstdPiece = 16 * 1024;
// The decoder yields an empty chunk when it only took input; it does so forever when the input is damaged.
const emptyChunksOfDamage = 64;

async function unzstd(region: Region, take: (chunk: Buffer) => boolean, options: PourOptions): Promise<void> {
  const { ZSTDDecoder } = await import("zstddec/stream");
  const decoder = new ZSTDDecoder();
  await decoder.init();
  let stopped = false;
  function* pieces(): Generator<Uint8Array> {
    for (const piece of chunksOf(region, zstdPiece, options)) {
      if (stopped) return;
      yield piece;
    }
  }
  const chunks = decoder.decodeStreaming(pieces());
  let empty = 0;
  let sinceTurn = 0;
  let healthy = true;
  try {
    for (;;) {
      const next = nextChunk(chunks, options.where);
      if (next === undefined) return;
      empty = next.length === 0 ? empty + 1 : 0;
      if (empty > emptyChunksOfDamage) {
        healthy = false;
        throw damaged(options.where, "zstd");
      }
      sinceTurn += next.length;
      if (next.length > 0 && take(Buffer.from(next.buffer, next.byteOffset, next.byteLength))) return;
      if (sinceTurn > 16 * chunkBytes) {
        sinceTurn = 0;
        await nextTurn();
        if (options.signal.aborted) throw new CancelledError();
      }
    }
  } finally {
    // The decoder frees its memory only when it comes to the end of its input.
    stopped = true;
    if (healthy) drain(chunks);
  }
}

function nextChunk(chunks: Generator<Uint8Array>, where: string): Uint8Array | undefined {
  try {
    const next = chunks.next();
    return next.done ? undefined : next.value;
  } catch (error) {
    if (error instanceof DockwrightError) throw error;
    throw damaged(where, "zstd", error);
  }
}

function drain(chunks: Generator<Uint8Array>): void {
  try {
    for (let empty = 0; empty <= emptyChunksOfDamage; ) {
      const next = chunks.next();
      if (next.done) return;
      empty = next.value.length === 0 ? empty + 1 : 0;
    }
  } catch {
    // "Incomplete stream": that is what a stop looks like.
  }
}

function* chunksOf(region: Region, size: number, options: PourOptions): Generator<Buffer> {
  for (let at = 0; at < region.length; ) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(size, region.length - at));
    const got = readAt(region, buffer, at, buffer.length);
    yield buffer.subarray(0, got);
    at += got;
    options.onProgress?.(at);
  }
}

function damaged(where: string, format: string, cause?: unknown): InputError {
  return new InputError(
    `${where}: the ${format} data is damaged or ends early`,
    "save or pull the image again",
    { cause },
  );
}
