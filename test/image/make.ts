import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** A tar entry as a test describes it. Directories end in a slash unless `type` says otherwise. */
export interface Entry {
  readonly path: string;
  readonly data?: string | Buffer;
  readonly type?: string;
  readonly link?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly mtime?: number;
  /** Instead of the content's length. */
  readonly statedSize?: number;
  readonly prefix?: string;
  /** Records of a pax header before the entry. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Writes the path as a GNU long name. */
  readonly gnuLong?: boolean;
  /** Writes numbers in base-256. */
  readonly binary?: boolean;
}

const block = 512;

/** A ustar header with a right checksum. */
export function header(entry: Entry & { readonly size: number }): Buffer {
  const buffer = Buffer.alloc(block);
  buffer.write(entry.path, 0, 100, "latin1");
  octal(buffer, entry.mode ?? 0o644, 100, 8);
  octal(buffer, entry.uid ?? 0, 108, 8);
  octal(buffer, entry.uid ?? 0, 116, 8);
  const size = entry.statedSize ?? entry.size;
  if (entry.binary) {
    buffer[124] = 0x80;
    buffer.writeBigUInt64BE(BigInt(size), 128);
  } else octal(buffer, size, 124, 12);
  octal(buffer, entry.mtime ?? 1_700_000_000, 136, 12);
  buffer.write(entry.type ?? (entry.path.endsWith("/") ? "5" : "0"), 156, 1, "latin1");
  if (entry.link !== undefined) buffer.write(entry.link, 157, 100, "utf8");
  buffer.write("ustar\0" + "00", 257, 8, "latin1");
  if (entry.prefix !== undefined) buffer.write(entry.prefix, 345, 155, "utf8");
  return sealed(buffer);
}

/** Writes the checksum of a header into it. */
export function sealed(buffer: Buffer): Buffer {
  buffer.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of buffer) sum += byte;
  buffer.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, 8, "latin1");
  return buffer;
}

function octal(buffer: Buffer, value: number, at: number, length: number): void {
  buffer.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, length, "latin1");
}

function padded(data: Buffer): Buffer {
  const rest = data.length % block;
  return rest === 0 ? data : Buffer.concat([data, Buffer.alloc(block - rest)]);
}

/** One record of a pax header: its length counts itself. */
export function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(body);
  while (Buffer.byteLength(String(length)) + Buffer.byteLength(body) !== length) {
    length = Buffer.byteLength(String(length)) + Buffer.byteLength(body);
  }
  return length + body;
}

/** The blocks of one entry, extended headers included. */
export function entryBlocks(entry: Entry): Buffer {
  const data = Buffer.from(entry.data ?? "");
  const parts: Buffer[] = [];
  if (entry.pax !== undefined) {
    const records = Buffer.from(
      Object.entries(entry.pax)
        .map(([key, value]) => paxRecord(key, value))
        .join(""),
    );
    parts.push(header({ path: "PaxHeader", type: "x", size: records.length }), padded(records));
  }
  if (entry.gnuLong) {
    const name = Buffer.from(`${entry.path}\0`);
    parts.push(header({ path: "././@LongLink", type: "L", size: name.length }), padded(name));
  }
  const raw = Buffer.from(entry.path);
  // Names are written as bytes: latin1 keeps them.
  parts.push(
    header({ ...entry, path: raw.subarray(0, 100).toString("latin1"), size: data.length }),
    padded(data),
  );
  return Buffer.concat(parts);
}

/** A tar archive. */
export function makeTar(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.map(entryBlocks), Buffer.alloc(2 * block)]);
}

/** `sha256:…` of bytes. */
export function digestOf(data: Buffer): string {
  return `sha256:${createHash("sha256").update(data).digest("hex")}`;
}

/** An image as a test describes it: layers with the instruction that made them. */
export interface ImagePlan {
  readonly layers: readonly {
    readonly entries: readonly Entry[];
    readonly createdBy?: string;
    /** Made layers are stored through it; the default is to store them as they are. */
    readonly store?: (tar: Buffer) => Buffer;
  }[];
  readonly config?: Readonly<Record<string, unknown>>;
  /** Instead of one step per layer. */
  readonly history?: readonly { readonly created_by?: string; readonly empty_layer?: boolean }[];
  readonly architecture?: string;
  readonly tag?: string;
}

interface Built {
  readonly config: Buffer;
  readonly layers: readonly { readonly tar: Buffer; readonly stored: Buffer }[];
}

function build(plan: ImagePlan): Built {
  const layers = plan.layers.map(({ entries, store }) => {
    const tar = makeTar(entries);
    return { tar, stored: store === undefined ? tar : store(tar) };
  });
  const config = {
    architecture: plan.architecture ?? "amd64",
    os: "linux",
    config: plan.config ?? {},
    rootfs: { type: "layers", diff_ids: layers.map(({ tar }) => digestOf(tar)) },
    history: plan.history ?? plan.layers.map(({ createdBy }) => ({ created_by: createdBy ?? "" })),
  };
  return { config: Buffer.from(JSON.stringify(config)), layers };
}

/** `docker save` of engines before 25: a folder per layer, repeated layers as links, manifest.json last. */
export function dockerArchive(...plans: readonly ImagePlan[]): Buffer {
  const entries: Entry[] = [];
  const manifest: unknown[] = [];
  const seen = new Map<string, string>();
  plans.forEach((plan, image) => {
    const { config, layers } = build(plan);
    const configName = `${digestOf(config).slice(7)}.json`;
    entries.push({ path: configName, data: config });
    const names = layers.map(({ stored }, index) => {
      const id = createHash("sha256").update(`${image} ${index}`).digest("hex");
      const name = `${id}/layer.tar`;
      const first = seen.get(digestOf(stored));
      entries.push({ path: `${id}/` }, { path: `${id}/VERSION`, data: "1.0" });
      if (first === undefined) {
        seen.set(digestOf(stored), name);
        entries.push({ path: name, data: stored });
      } else entries.push({ path: name, type: "2", link: `../${first}` });
      return name;
    });
    manifest.push({
      Config: configName,
      RepoTags: plan.tag === undefined ? null : [plan.tag],
      Layers: names,
    });
  });
  return makeTar([...entries, { path: "manifest.json", data: JSON.stringify(manifest) }]);
}

/** The files of an OCI layout, by path. `also` makes `manifest.json` too, as engines since 25 do. */
export function ociLayout(
  plan: ImagePlan,
  options: { readonly also?: boolean; readonly nested?: boolean; readonly mediaType?: string } = {},
): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const put = (data: Buffer): { digest: string; size: number } => {
    const digest = digestOf(data);
    files.set(`blobs/${digest.replace(":", "/")}`, data);
    return { digest, size: data.length };
  };
  const { config, layers } = build(plan);
  const mediaType = options.mediaType ?? "application/vnd.oci.image.layer.v1.tar+gzip";
  const stored = layers.map((layer) => ({ mediaType, ...put(layer.stored) }));
  const configDescriptor = { mediaType: "application/vnd.oci.image.config.v1+json", ...put(config) };
  const manifest = {
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    ...put(Buffer.from(JSON.stringify({ schemaVersion: 2, config: configDescriptor, layers: stored }))),
    platform: { os: "linux", architecture: plan.architecture ?? "amd64" },
    ...(plan.tag === undefined ? {} : { annotations: { "io.containerd.image.name": plan.tag } }),
  };
  const attestation = {
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    ...put(Buffer.from(JSON.stringify({ schemaVersion: 2, config: configDescriptor, layers: [] }))),
    platform: { os: "unknown", architecture: "unknown" },
    annotations: { "vnd.docker.reference.type": "attestation-manifest" },
  };
  const inner = { schemaVersion: 2, manifests: options.nested ? [attestation, manifest] : [manifest] };
  const outer = options.nested
    ? {
        schemaVersion: 2,
        manifests: [
          {
            mediaType: "application/vnd.oci.image.index.v1+json",
            ...put(Buffer.from(JSON.stringify(inner))),
          },
        ],
      }
    : inner;
  files.set("oci-layout", Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  files.set("index.json", Buffer.from(JSON.stringify(outer)));
  if (options.also) {
    const names = stored.map(({ digest }) => `blobs/${digest.replace(":", "/")}`);
    const saved = [
      {
        Config: `blobs/${configDescriptor.digest.replace(":", "/")}`,
        RepoTags: plan.tag ? [plan.tag] : [],
        Layers: names,
      },
    ];
    files.set("manifest.json", Buffer.from(JSON.stringify(saved)));
  }
  return files;
}

/** An OCI layout as a tar; `dot` writes the names as `tar -C layout .` does. */
export function ociArchive(files: ReadonlyMap<string, Buffer>, dot = false): Buffer {
  const prefix = dot ? "./" : "";
  return makeTar([...files].map(([path, data]) => ({ path: prefix + path, data })));
}

export const gzip = (tar: Buffer): Buffer => gzipSync(tar);

/** Bytes that look random and are the same on every run (xorshift32). */
export function noise(length: number, seed: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  for (let index = 0; index < length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    buffer[index] = state & 0xff;
  }
  return buffer;
}

/** A zstd frame of raw blocks (RFC 8878), without content size, as streaming compressors write it. */
export function zstdFrame(data: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])];
  const most = 128 * 1024;
  for (let at = 0; at === 0 || at < data.length; at += most) {
    const block = data.subarray(at, at + most);
    const last = at + most >= data.length ? 1 : 0;
    const head = (block.length << 3) | last;
    parts.push(Buffer.from([head & 0xff, (head >> 8) & 0xff, head >> 16]), block);
  }
  return Buffer.concat(parts);
}

/** A zstd file of several frames with a skippable one between them, as zstd:chunked layers are. */
export function zstdFrames(data: Buffer): Buffer {
  const half = data.length >> 1;
  const skippable = Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from("abc")]);
  return Buffer.concat([
    skippable,
    zstdFrame(data.subarray(0, half)),
    skippable,
    zstdFrame(data.subarray(half)),
  ]);
}
