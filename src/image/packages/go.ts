import type { ContentSink } from "../types.ts";

/*
 * Go writes what a program was built from into it: "\xff Go buildinf:", then at 32 bytes the Go version and the module
 * text, each after its length as a varint (Go 1.18 and later; debug/buildinfo of the standard library).
 */
const magic = Buffer.from("\xff Go buildinf:", "latin1");
const elf = Buffer.from("\x7fELF", "latin1");
const inlineFlag = 2;
const mostText = 256 * 1024;

/** Looks for the build information of a Go program as its content goes by; `found` hears the main module. */
export function goModuleSink(found: (module: string, version: string) => void): ContentSink {
  let start = true;
  let over = false;
  let tail: Buffer = Buffer.alloc(0);
  return {
    data(chunk) {
      if (over) return;
      if (start) {
        start = false;
        if (chunk.length >= 4 && elf.compare(chunk, 0, 4) !== 0) {
          over = true;
          return;
        }
      }
      const at = tail.length > 0 ? -1 : indexOf(chunk);
      if (tail.length === 0 && at < 0) {
        tail = keepTail(chunk);
        return;
      }
      // The text may go on in the next chunk: what was found is joined until it is complete.
      tail = tail.length > 0 ? Buffer.concat([tail, chunk]) : Buffer.from(chunk.subarray(at));
      const place = indexOf(tail);
      if (place < 0) {
        tail = keepTail(tail);
        return;
      }
      const info = readInfo(tail.subarray(place));
      if (info === undefined && tail.length - place < mostText) {
        tail = tail.subarray(place);
        return;
      }
      over = true;
      tail = Buffer.alloc(0);
      if (info !== undefined) found(info.module, info.version);
    },
    end() {
      tail = Buffer.alloc(0);
    },
  };
}

/** Build information stands at a multiple of 16 bytes in the file; a text that mentions it mostly does not. */
function indexOf(chunk: Uint8Array): number {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).indexOf(magic);
}

function keepTail(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.subarray(Math.max(0, chunk.length - magic.length + 1)));
}

function readInfo(data: Buffer): { module: string; version: string } | undefined {
  if (data.length < 33) return undefined;
  if (((data[15] ?? 0) & inlineFlag) === 0) return { module: "", version: "" };
  const goVersion = readText(data, 32);
  const text = goVersion === undefined ? undefined : readText(data, goVersion.end);
  if (text === undefined) return undefined;
  const [, module = "", version = ""] = /^mod\t([^\t\n]+)\t([^\t\n]*)/m.exec(text.text) ?? [];
  const [, path = ""] = /^path\t([^\n]+)/m.exec(text.text) ?? [];
  return { module: module || path, version };
}

function readText(data: Buffer, at: number): { text: string; end: number } | undefined {
  let length = 0;
  let shift = 0;
  let next = at;
  for (;;) {
    const byte = data[next++];
    if (byte === undefined || shift > 28) return undefined;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
    shift += 7;
  }
  const end = next + length;
  return end > data.length ? undefined : { text: data.toString("utf8", next, end), end };
}
