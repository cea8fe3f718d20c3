import type { XzReadableStream } from "xz-decompress";

interface Decoder {
  readonly XzReadableStream: typeof XzReadableStream;
}

/**
 * Decompresses .xz: one stream or several in a row. Damaged or truncated data gives what could be read; undefined when
 * that is nothing: the decoder knows neither SHA-256 checks nor filters for programs. Rejects with RangeError when more
 * than `max` bytes would come out. It is WebAssembly with a dictionary of 64 MB at most.
 */
export async function unxz(data: Uint8Array, max: number): Promise<Buffer | undefined> {
  const { XzReadableStream: Stream } = await loadDecoder();
  const reader = new Stream(
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(data);
        controller.close();
      },
    }),
  ).getReader();
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const piece = await reader.read().catch(() => undefined);
    if (piece === undefined && total === 0) return undefined;
    if (piece?.value === undefined) return Buffer.concat(pieces);
    total += piece.value.length;
    if (total > max) {
      await reader.cancel();
      throw new RangeError("the file unpacks to too much");
    }
    pieces.push(piece.value);
  }
}

/** A CommonJS module: its exports are the default one, or the module's own once it is bundled. */
async function loadDecoder(): Promise<Decoder> {
  const loaded: Partial<Decoder> & { readonly default?: Decoder } = await import("xz-decompress");
  const decoder = loaded.XzReadableStream ?? loaded.default?.XzReadableStream;
  if (decoder === undefined) throw new Error("xz-decompress has no XzReadableStream");
  return { XzReadableStream: decoder };
}
