import type { ContentSink } from "../types.ts";

/*
 * Go writes what a program was built from into it: "\xff Go buildinf:", then at 32 bytes the Go version and the module
 * text, each after its length as a varint (Go 1.18 and later; debug/buildinfo of the standard library).
 */
const magic = Buffer.from("\xff Go buildinf:", "latin1");
const elf = Buffer.from("\x7fELF", "latin1");
const inlineFlag = 2;
const aligned = 16;
const mostText = 1024 * 1024;

/** What a Go program says it was built from. Text is raw. */
export interface GoBuildInfo {
  /** `go1.27.1`. */
  readonly goVersion: string;
  /** Path of the main module, or of the main package when there is none. */
  readonly module: string;
  /** `v1.2.3`, a pseudo version, `(devel)` or empty. */
  readonly version: string;
  /** Modules that were linked in; a replaced one is the one it was replaced with. */
  readonly dependencies: readonly { readonly path: string; readonly version: string }[];
}

/** Looks for the build information of a Go program as its content goes by. */
export function goModuleSink(found: (info: GoBuildInfo) => void): ContentSink {
  let start = true;
  let over = false;
  let tail: Buffer = Buffer.alloc(0);
  /** Place of `tail` in the file. */
  let place = 0;
  return {
    data(chunk) {
      if (over) return;
      if (start) {
        start = false;
        if (chunk.length < 4 || elf.compare(chunk, 0, 4) !== 0) {
          over = true;
          return;
        }
      }
      let data = tail.length > 0 ? Buffer.concat([tail, chunk]) : viewOf(chunk);
      for (;;) {
        const at = nextMagic(data, place);
        if (at < 0) {
          const kept = Math.max(0, data.length - magic.length - aligned);
          place += kept;
          tail = Buffer.from(data.subarray(kept));
          return;
        }
        const info = readInfo(data.subarray(at));
        if (info === "incomplete") {
          if (data.length - at < mostText) {
            place += at;
            tail = Buffer.from(data.subarray(at));
            return;
          }
        } else if (info !== undefined) {
          over = true;
          tail = Buffer.alloc(0);
          found(info);
          return;
        }
        place += at + aligned;
        data = data.subarray(at + aligned);
      }
    },
    end() {
      tail = Buffer.alloc(0);
    },
  };
}

function viewOf(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** Build information stands at a multiple of 16 bytes; a program that looks for it elsewhere has the mark as a text. */
function nextMagic(data: Buffer, place: number): number {
  for (let at = data.indexOf(magic); at >= 0; at = data.indexOf(magic, at + 1)) {
    if ((place + at) % aligned === 0) return at;
  }
  return -1;
}

/** Undefined: not build information, or of a Go before 1.18, which has pointers here. */
function readInfo(data: Buffer): GoBuildInfo | "incomplete" | undefined {
  if (data.length < 33) return "incomplete";
  if (((data[15] ?? 0) & inlineFlag) === 0) return undefined;
  const goVersion = readText(data, 32);
  if (goVersion === undefined) return "incomplete";
  const framed = readText(data, goVersion.end);
  if (framed === undefined) return "incomplete";
  // A mark of 16 bytes stands at both ends, after a line's end at the second.
  const { bytes } = framed;
  const text = bytes.at(-17) === 10 ? bytes.toString("utf8", 16, bytes.length - 16) : bytes.toString("utf8");
  const [, module = "", version = ""] = /^mod\t([^\t\n]+)\t([^\t\n]*)/m.exec(text) ?? [];
  const [, path = ""] = /^path\t([^\n]+)/m.exec(text) ?? [];
  const dependencies: { path: string; version: string }[] = [];
  for (const [, kind, name = "", number = ""] of text.matchAll(/^(dep|=>)\t([^\t\n]+)\t?([^\t\n]*)/gm)) {
    if (kind === "=>") dependencies.pop();
    dependencies.push({ path: name, version: number });
  }
  return { goVersion: goVersion.bytes.toString("utf8"), module: module || path, version, dependencies };
}

function readText(data: Buffer, at: number): { bytes: Buffer; end: number } | undefined {
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
  return end > data.length ? undefined : { bytes: data.subarray(next, end), end };
}
