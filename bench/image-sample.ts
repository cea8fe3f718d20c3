/*
 * Makes the sample the image benchmarks read: a `docker save` archive of 1.9 GB and 98,000 entries as a careless
 * Dockerfile leaves it: an application copied, its owner changed, its mode changed, thousands of files deleted.
 * Deterministic; needs no engine.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { header, noise } from "../test/image/make.ts";

interface PlannedFile {
  readonly path: string;
  readonly size: number;
  /** Where its content starts in the pool of bytes. */
  readonly from: number;
  readonly uid?: number;
  readonly mode?: number;
}
interface PlannedLayer {
  readonly createdBy: string;
  readonly folders: readonly string[];
  readonly files: readonly PlannedFile[];
}

/** Bytes that the files take their content from. */
export const poolSize = 64 * 1024 * 1024;
const prime = 7919;

/** Figures of the sample that was made. */
export interface SampleFigures {
  readonly bytes: number;
  readonly entries: number;
  readonly whiteouts: number;
}

/** Writes the sample; its files hold noise, or text when a pool of it is given (`poolSize` bytes). */
export function writeSample(file: string, content: Buffer = noise(poolSize, 1)): SampleFigures {
  const pool = Buffer.concat([content, content]);
  const layers = plan();
  const fd = openSync(file, "w");
  const writer = makeWriter(fd);
  const names: string[] = [];
  const diffIds: string[] = [];
  let entries = 0;
  let whiteouts = 0;
  for (const layer of layers) {
    const id = createHash("sha256").update(layer.createdBy).digest("hex");
    const size = layerBytes(layer);
    names.push(`${id}/layer.tar`);
    writer.write(header({ path: `${id}/`, size: 0 }));
    writer.write(header({ path: `${id}/layer.tar`, size }));
    diffIds.push(writeLayer(layer, pool, writer));
    writer.write(Buffer.alloc((512 - (size % 512)) % 512));
    entries += layer.folders.length + layer.files.length;
    whiteouts += layer.files.filter((one) => one.path.includes("/.wh.")).length;
  }
  const config = Buffer.from(
    JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config: { Cmd: ["node"] },
      rootfs: { type: "layers", diff_ids: diffIds },
      history: layers.map((layer) => ({ created_by: layer.createdBy })),
    }),
  );
  const configName = `${createHash("sha256").update(config).digest("hex")}.json`;
  const manifest = Buffer.from(
    JSON.stringify([{ Config: configName, RepoTags: ["sample:large"], Layers: names }]),
  );
  writer.file(configName, config);
  writer.file("manifest.json", manifest);
  writer.write(Buffer.alloc(1024));
  writer.flush();
  closeSync(fd);
  return { bytes: writer.total(), entries, whiteouts };
}

function plan(): PlannedLayer[] {
  const base = tree("usr", 60, 66, 18_900, 11);
  const system = tree("usr/lib/packages", 50, 60, 49_200, 23);
  const app = tree("app/node_modules", 800, 40, 12_850, 37, 1.53);
  const data = tree("opt/data", 25, 20, 893_000, 53);
  const source = app.files.slice(0, 26_400);
  const deleted = [
    ...app.files.slice(0, 2_500),
    ...data.files.slice(0, 100),
    ...system.files.slice(0, 879 - 31),
  ];
  const folders = new Set(app.folders);
  return [
    { createdBy: "/bin/sh -c #(nop) ADD file:base in /", ...base },
    { createdBy: "/bin/sh -c apt-get install -y build-essential", ...system },
    { createdBy: "/bin/sh -c #(nop) COPY dir:app in /app", ...app },
    {
      createdBy: "/bin/sh -c chown -R 1000:1000 /app",
      folders: [...folders],
      files: source.map((one) => ({ ...one, uid: 1000 })),
    },
    { createdBy: "/bin/sh -c ./fetch-data.sh", ...data },
    {
      createdBy: "/bin/sh -c chmod -R g+w /app",
      folders: [...folders],
      files: source.map((one) => ({ ...one, uid: 1000, mode: 0o664 })),
    },
    {
      createdBy: "/bin/sh -c find / -name '*.tmp' -delete",
      folders: [],
      files: deleted.map((one) => whiteout(one.path)),
    },
    {
      createdBy: "/bin/sh -c rm -rf /app/node_modules/package-5??",
      folders: ["app/", "app/node_modules/"],
      files: app.folders.slice(-31).map((folder) => whiteout(folder.replace(/\/$/, ""))),
    },
    {
      createdBy: "/bin/sh -c head -c 60M /dev/urandom > /var/tmp/a && cp /var/tmp/a /var/tmp/b",
      folders: ["var/tmp/"],
      files: [
        { path: "var/tmp/a", size: 62_900_000, from: 0 },
        { path: "var/tmp/b", size: 62_900_000, from: 0 },
      ],
    },
  ];
}

/** `folders` directories of `perFolder` files; sizes vary around `mean`, most small, a few large. */
function tree(
  root: string,
  folders: number,
  perFolder: number,
  mean: number,
  seed: number,
  growth = 1.6,
): { folders: string[]; files: PlannedFile[] } {
  const made: string[] = [`${root}/`];
  const files: PlannedFile[] = [];
  let step = seed;
  for (let folder = 0; folder < folders; folder++) {
    const name = `${root}/package-${String(folder).padStart(3, "0")}`;
    made.push(`${name}/`);
    for (let index = 0; index < perFolder; index++) {
      step = (step * 48_271) % 2_147_483_647;
      const size = Math.max(1, Math.round((mean * growth * (step % 1000)) / 800));
      files.push({ path: `${name}/file-${index}.js`, size, from: (step * prime) % (poolSize / 2) });
    }
  }
  return { folders: made, files };
}

function whiteout(path: string): PlannedFile {
  const slash = path.lastIndexOf("/");
  return { path: `${path.slice(0, slash)}/.wh.${path.slice(slash + 1)}`, size: 0, from: 0 };
}

function layerBytes(layer: PlannedLayer): number {
  const files = layer.files.reduce((sum, one) => sum + 512 + Math.ceil(one.size / 512) * 512, 0);
  return layer.folders.length * 512 + files + 1024;
}

function writeLayer(layer: PlannedLayer, pool: Buffer, writer: Writer): string {
  const hash = createHash("sha256");
  const put = (data: Buffer): void => {
    hash.update(data);
    writer.write(data);
  };
  const zeros = Buffer.alloc(1024);
  for (const path of layer.folders) put(header({ path, size: 0, mode: 0o755 }));
  for (const one of layer.files) {
    put(header({ ...one, mode: one.mode ?? 0o644 }));
    for (let at = 0; at < one.size; at += poolSize)
      put(pool.subarray(one.from, one.from + Math.min(poolSize, one.size - at)));
    if (one.size % 512 > 0) put(zeros.subarray(0, 512 - (one.size % 512)));
  }
  put(zeros);
  return `sha256:${hash.digest("hex")}`;
}

interface Writer {
  write(data: Buffer): void;
  file(path: string, data: Buffer): void;
  flush(): void;
  total(): number;
}

function makeWriter(fd: number): Writer {
  let pending: Buffer[] = [];
  let length = 0;
  let total = 0;
  const flush = (): void => {
    const all = Buffer.concat(pending);
    for (let at = 0; at < all.length; ) at += writeSync(fd, all, at);
    pending = [];
    length = 0;
  };
  const write = (data: Buffer): void => {
    pending.push(data);
    length += data.length;
    total += data.length;
    if (length > 8 * 1024 * 1024) flush();
  };
  return {
    write,
    file(path, data) {
      write(header({ path, size: data.length }));
      write(data);
      write(Buffer.alloc((512 - (data.length % 512)) % 512));
    },
    flush,
    total: () => total,
  };
}
