import { LimitError } from "../../security/errors.ts";
import type { ContentSink, EntryType } from "../types.ts";
import {
  blockSize,
  checkHeader,
  hasNoContent,
  isZeroBlock,
  malformed,
  readNumber,
  readPath,
  readPaxRecords,
  readText,
  typeflag,
} from "./header.ts";

/** One tar entry as it is written; `LayerEntry` adds what it means in a layer. Valid only during the call. */
export interface TarEntry {
  /** As written, extended headers applied. */
  name: string;
  type: EntryType;
  /** Logical bytes of content; 0 unless `type` is "file". */
  size: number;
  /** Bytes that follow the header in the archive, padding not counted. */
  stored: number;
  /** The size field as written, also where it means nothing. */
  statedSize: number;
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  linkName: string;
  /** Offset of the content from the start of the archive. */
  offset: number;
}

/** Reads a tar that is pushed to it piece by piece. */
export interface TarParser {
  /** Takes the next bytes of the archive: the first `length` of a buffer, all of them unless given. */
  push(chunk: Buffer, length?: number): void;
  /** How many of the bytes to come nobody wants: a reader of a file may seek over them (then call `skipped`). */
  skippable(): number;
  skipped(bytes: number): void;
  /** True after the two zero blocks that end an archive; what follows is not read. */
  readonly ended: boolean;
  /** Entries so far, extended headers not counted. */
  readonly count: number;
  /** Says that there are no more bytes. Throws InputError when the archive stops in the middle of an entry. */
  finish(): void;
}

export interface TarParserOptions {
  /** What is read, for messages: `layer 3`. */
  readonly where: string;
  readonly maxEntries: number;
  visit(entry: Readonly<TarEntry>): ContentSink | undefined;
}

// Go's reader and Linux agree on these: larger attribute blocks and longer paths are attacks or damage.
const maxExtendedHeader = 1024 * 1024;
const maxPath = 4096;
/** Attributes that are read; global ones last for the whole archive, and others are not worth its memory. */
const usedPax = new Set([
  "size",
  "path",
  "linkpath",
  "uid",
  "gid",
  "GNU.sparse.name",
  "GNU.sparse.size",
  "GNU.sparse.realsize",
]);
const padding = (size: number): number => (blockSize - (size % blockSize)) % blockSize;

type State = "header" | "extended" | "sparse" | "content" | "padding" | "end";

/** Makes a parser for one archive: POSIX ustar and pax, GNU long names and sparse files, base-256 numbers. */
export function createTarParser(options: TarParserOptions): TarParser {
  const { where, maxEntries, visit } = options;
  let state: State = "header";
  /** Bytes left in this state. */
  let left = 0;
  let pad = 0;
  let sink: ContentSink | undefined;
  const partial = Buffer.allocUnsafeSlow(blockSize);
  let partialLength = 0;
  let extended: { kind: number; data: Buffer; filled: number } | undefined;
  let longName: string | undefined;
  let longLink: string | undefined;
  let pax: Map<string, string> | undefined;
  const globalPax = new Map<string, string>();
  /** One object for all entries: a hundred thousand short-lived ones cost more than reading them. */
  const entry: TarEntry = {
    name: "",
    type: "other",
    size: 0,
    stored: 0,
    statedSize: 0,
    mode: 0,
    uid: 0,
    gid: 0,
    mtime: 0,
    linkName: "",
    offset: 0,
  };
  let position = 0;
  let count = 0;

  function header(buffer: Buffer, at: number): void {
    const flag = buffer[at + 156] ?? 0;
    if (buffer[at] === 0 && flag === 0 && isZeroBlock(buffer, at)) {
      state = "end";
      return;
    }
    checkHeader(buffer, at, where);
    const stated = readNumber(buffer, at + 124, 12, where);
    if (stated < 0) throw malformed(where, "an entry has a negative size");
    if (isExtended(flag)) {
      if (stated > maxExtendedHeader) throw malformed(where, `an extended header of ${stated} bytes`);
      extended = { kind: flag, data: Buffer.allocUnsafe(stated), filled: 0 };
      left = stated;
      pad = padding(stated);
      state = "extended";
      if (left === 0) endExtended();
      return;
    }
    fillEntry(buffer, at, flag, stated);
    longName = undefined;
    longLink = undefined;
    pax = undefined;
    if (flag === typeflag.gnuSparse && buffer[at + 482] === 1) {
      state = "sparse";
      return;
    }
    begin();
  }

  function fillEntry(buffer: Buffer, at: number, flag: number, stated: number): void {
    entry.name = longName ?? readPath(buffer, at);
    entry.stored = stated;
    entry.size = flag === typeflag.gnuSparse ? readNumber(buffer, at + 483, 12, where) : stated;
    if (entry.size < 0) throw malformed(where, "a sparse file has a negative size");
    entry.mode = readNumber(buffer, at + 100, 8, where) & 0o7777;
    entry.uid = readNumber(buffer, at + 108, 8, where);
    entry.gid = readNumber(buffer, at + 116, 8, where);
    entry.mtime = readNumber(buffer, at + 136, 12, where);
    entry.linkName = longLink ?? (buffer[at + 157] === 0 ? "" : readText(buffer, at + 157, 100));
    if (pax !== undefined || globalPax.size > 0) applyPax();
    entry.type = entryType(flag, entry.name);
    if (entry.name.length > maxPath) throw malformed(where, `a path of ${entry.name.length} characters`);
    entry.statedSize = entry.stored;
    if (entry.type !== "file") entry.size = 0;
    if (hasNoContent(flag)) entry.stored = 0;
  }

  function applyPax(): void {
    const attribute = (key: string): string | undefined => pax?.get(key) ?? globalPax.get(key);
    const size = attribute("size");
    if (size !== undefined) {
      entry.stored = numeric(size);
      entry.size = entry.stored;
    }
    const realSize = attribute("GNU.sparse.realsize") ?? attribute("GNU.sparse.size");
    if (realSize !== undefined) entry.size = numeric(realSize);
    entry.name = attribute("GNU.sparse.name") ?? attribute("path") ?? entry.name;
    entry.linkName = attribute("linkpath") ?? entry.linkName;
    const uid = attribute("uid");
    if (uid !== undefined) entry.uid = numeric(uid);
    const gid = attribute("gid");
    if (gid !== undefined) entry.gid = numeric(gid);
  }

  function numeric(text: string): number {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
      throw malformed(where, "a number in an extended header is broken");
    return value;
  }

  function begin(): void {
    if (++count > maxEntries) {
      throw new LimitError(
        `${where} has more than ${maxEntries} entries`,
        "raise the limit if you trust the image, or look at a smaller one",
      );
    }
    entry.offset = position;
    sink = visit(entry);
    left = entry.stored;
    pad = padding(left);
    state = "content";
    if (left === 0) endContent();
  }

  function endContent(): void {
    const finished = sink;
    sink = undefined;
    left = pad;
    state = left === 0 ? "header" : "padding";
    finished?.end();
  }

  function endExtended(): void {
    if (extended === undefined) return;
    const { kind, data } = extended;
    extended = undefined;
    if (kind === typeflag.gnuLongName || kind === typeflag.gnuLongLink) {
      const text = readText(data, 0, data.length);
      if (text.length > maxPath) throw malformed(where, `a path of ${text.length} characters`);
      if (kind === typeflag.gnuLongName) longName = text;
      else longLink = text;
    } else if (kind === typeflag.globalPax) {
      for (const [key, value] of readPaxRecords(data, where)) if (usedPax.has(key)) globalPax.set(key, value);
    } else {
      pax = readPaxRecords(data, where);
    }
    left = pad;
    state = left === 0 ? "header" : "padding";
  }

  function block(buffer: Buffer, at: number): void {
    if (state === "header") header(buffer, at);
    else if (buffer[at + 504] !== 1) begin();
  }

  function push(chunk: Buffer, length = chunk.length): void {
    let at = 0;
    while (at < length && state !== "end") {
      if (state === "header" || state === "sparse") {
        if (partialLength === 0 && length - at >= blockSize) {
          position += blockSize;
          at += blockSize;
          block(chunk, at - blockSize);
        } else {
          const taken = chunk.copy(
            partial,
            partialLength,
            at,
            Math.min(length, at + blockSize - partialLength),
          );
          partialLength += taken;
          position += taken;
          at += taken;
          if (partialLength === blockSize) {
            partialLength = 0;
            block(partial, 0);
          }
        }
        continue;
      }
      const taken = Math.min(left, length - at);
      if (state === "content") sink?.data(chunk.subarray(at, at + taken));
      else if (state === "extended" && extended !== undefined) {
        extended.filled += chunk.copy(extended.data, extended.filled, at, at + taken);
      }
      advance(taken);
      at += taken;
    }
  }

  function advance(bytes: number): void {
    position += bytes;
    left -= bytes;
    if (left > 0) return;
    if (state === "content") endContent();
    else if (state === "extended") endExtended();
    else if (state === "padding") state = "header";
  }

  return {
    push,
    skippable: () =>
      state === "padding" ? left : state === "content" && sink === undefined ? left + pad : 0,
    skipped(bytes) {
      if (state === "content" && bytes >= left) {
        const rest = bytes - left;
        advance(left);
        if (rest > 0) advance(rest);
      } else advance(bytes);
    },
    get ended() {
      return state === "end";
    },
    get count() {
      return count;
    },
    finish() {
      // Some writers leave the closing zero blocks out, or padding after the last entry.
      if (state === "end" || state === "padding" || (state === "header" && partialLength === 0)) return;
      throw malformed(where, "the archive ends in the middle of an entry");
    },
  };
}

function isExtended(flag: number): boolean {
  return (
    flag === typeflag.pax ||
    flag === typeflag.gnuLongName ||
    flag === typeflag.gnuLongLink ||
    flag === typeflag.globalPax ||
    flag === typeflag.solarisPax
  );
}

function entryType(flag: number, name: string): EntryType {
  switch (flag) {
    case typeflag.oldFile:
      // Before POSIX a folder was a file whose name ends in a slash.
      return name.endsWith("/") ? "directory" : "file";
    case typeflag.file:
    case typeflag.contiguous:
    case typeflag.gnuSparse:
      return "file";
    case typeflag.directory:
      return "directory";
    case typeflag.symlink:
      return "symlink";
    case typeflag.hardlink:
      return "hardlink";
    case typeflag.character:
      return "character";
    case typeflag.block:
      return "block";
    case typeflag.fifo:
      return "fifo";
    default:
      return "other";
  }
}
