import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import type { Limits } from "../../security/limits.ts";
import { pour, sniff } from "../blob/decompress.ts";
import type { Region } from "../blob/region.ts";
import type { Spool } from "./spool.ts";

/** What an archive is written from. */
export interface SaveRequest {
  readonly config: Buffer;
  readonly tags: readonly string[];
  readonly layers: number;
  /** The stored bytes of a layer. */
  load(index: number): Promise<Region>;
  readonly signal: AbortSignal;
  readonly limits: Limits;
  readonly progress?: (message: string, done?: number, total?: number) => void;
}

const block = 512;

/**
 * Writes one image as `docker save` does (manifest.json, configuration, layers as plain tars), the form that every
 * scanner reads. Returns the path of the file. Throws LimitError when it does not fit, as `pour` for a damaged layer.
 */
export async function saveArchive(spool: Spool, request: SaveRequest): Promise<string> {
  const file = spool.create();
  const member = (name: string, data: Buffer): void => {
    file.write(header(name, data.length));
    file.write(data);
    file.write(padding(data.length));
  };
  const config = `${createHash("sha256").update(request.config).digest("hex")}.json`;
  const layers = Array.from({ length: request.layers }, (_, index) => `${index}/layer.tar`);
  for (const [index, name] of layers.entries()) {
    const where = `layer ${index}`;
    request.progress?.(`preparing ${where} for scanners`, index, layers.length);
    const region = await request.load(index);
    const start = file.region().length;
    file.write(header(name, 0));
    let length = 0;
    const reader = {
      push(chunk: Buffer, size = chunk.length) {
        file.write(chunk.subarray(0, size));
        length += size;
      },
      skippable: () => 0,
      skipped: () => undefined,
      ended: false,
    };
    const { signal } = request;
    await pour(region, sniff(region, where), reader, {
      where,
      signal,
      maxBytes: request.limits.imageLayerBytes,
    });
    // How long it is was not known before.
    writeSync(file.region().fd, header(name, length), 0, block, start);
    file.write(padding(length));
  }
  member(config, request.config);
  const names = request.tags.filter((tag) => /^[\w./-]+(?::\d+\/[\w./-]+)?:[\w.-]+$/.test(tag));
  member("manifest.json", Buffer.from(JSON.stringify([{ Config: config, RepoTags: names, Layers: layers }])));
  file.write(Buffer.alloc(2 * block));
  return file.path;
}

/** A ustar header of a regular file; sizes from 8 GiB on are written in base-256, as GNU tar does. */
function header(name: string, size: number): Buffer {
  const buffer = Buffer.alloc(block);
  buffer.write(name, 0, 100, "latin1");
  buffer.write("0000644\x000000000\x000000000\0", 100, "latin1");
  if (size < 8 ** 11) buffer.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  else {
    buffer[124] = 0x80;
    buffer.writeBigUInt64BE(BigInt(size), 128);
  }
  buffer.write("00000000000\0        0", 136, "latin1");
  buffer.write("ustar\u000000", 257, "latin1");
  const sum = buffer.reduce((total, byte) => total + byte, 0);
  buffer.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return buffer;
}

function padding(length: number): Buffer {
  return Buffer.alloc((block - (length % block)) % block);
}
