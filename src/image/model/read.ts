import { createHash, type Hash } from "node:crypto";
import { normalizePath } from "../tar/path.ts";
import type { ContentSink, ImageHandle, LayerEntry } from "../types.ts";
import { type DiveModel, makeDiveModel } from "./dive.ts";
import { applyLayer, type LayerChange } from "./overlay.ts";
import { type FileVersion, makeLookup, makeRoot, type PathNode } from "./tree.ts";

/** What was counted while a layer was read. */
export interface LayerCount {
  /** Bytes of its regular files. */
  bytes: number;
  /** Regular files. */
  files: number;
  /** All entries, whiteouts included. */
  entries: number;
  whiteouts: number;
}

/** An image as a merged filesystem that remembers where each file came from and what became of it. */
export interface ImageModel {
  readonly root: PathNode;
  /** All regular files of all layers, lowest layer first, in tar order. */
  readonly versions: readonly FileVersion[];
  readonly layers: readonly LayerCount[];
  readonly dive: DiveModel;
  /** True when contents were compared: causes and duplicates are exact. */
  readonly compared: boolean;
}

/** Options of `readModel`. */
export interface ReadModelOptions {
  /** False reads headers only: "overwritten" then includes rewrites of the same content, and there are no duplicates. */
  readonly contents: boolean;
  /** Sees each entry on the first read; returning a sink asks for its content (package databases). */
  readonly observe?: (layer: number, entry: LayerEntry) => ContentSink | undefined;
  /** Sees each entry of a directory. */
  readonly directory?: (layer: number, entry: LayerEntry) => void;
}

/**
 * Reads an image once for its headers and a second time for the contents that have to be compared: files that were
 * rewritten in the same size, and visible files of equal size. Layers that are compressed are read once, every
 * file hashed on the way, because decompressing costs more than hashing.
 */
export async function readModel(handle: ImageHandle, options: ReadModelOptions): Promise<ImageModel> {
  const root = makeRoot();
  const lookup = makeLookup(root);
  const dive = makeDiveModel(root);
  const versions: FileVersion[] = [];
  const layers: LayerCount[] = [];
  const starts: number[] = [];
  for (const { index } of handle.layers) {
    const hashAll = options.contents && (await handle.compression(index)) !== "none";
    const count: LayerCount = { bytes: 0, files: 0, entries: 0, whiteouts: 0 };
    const changes: LayerChange[] = [];
    starts.push(versions.length);
    await handle.entries(index, (entry) => {
      count.entries++;
      const { whiteout, type, statedSize } = entry;
      if (whiteout !== undefined) {
        count.whiteouts++;
        const node = lookup(whiteout.target);
        if (whiteout.kind === "path") dive.whiteout(node, statedSize);
        else dive.marker(node, statedSize);
        if (whiteout.kind !== "ignored") {
          changes.push({ type: "whiteout", node, opaque: whiteout.kind === "opaque" });
        }
        return undefined;
      }
      const node = lookup(entry.path);
      dive.entry(node, type === "file" ? entry.size : statedSize, type === "directory");
      if (type === "file") {
        const version = makeVersion(index, node, entry);
        versions.push(version);
        count.files++;
        count.bytes += entry.size;
        changes.push(version);
        const observer = options.observe?.(index, entry);
        return hashAll && entry.size > 0 ? both(hashSink(version), observer) : observer;
      }
      if (type === "hardlink") {
        changes.push({ type: "hardlink", node, target: lookup(normalizePath(entry.linkName)) });
      } else if (type === "directory") {
        changes.push({ type, node });
        options.directory?.(index, entry);
      } else changes.push({ type: "other", node });
      return undefined;
    });
    applyLayer(index, changes);
    dive.endLayer();
    layers.push(count);
  }
  if (options.contents) {
    await hashCandidates(handle, versions, starts);
    settleCauses(versions);
  }
  return { root, versions, layers, dive, compared: options.contents };
}

function makeVersion(layer: number, node: PathNode, entry: LayerEntry): FileVersion {
  return {
    type: "file",
    layer,
    node,
    size: entry.size,
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    links: 0,
    hiddenBy: -1,
    cause: undefined,
    replacedBy: undefined,
    hash: undefined,
  };
}

function hashSink(version: FileVersion): ContentSink {
  const hash: Hash = createHash("sha256");
  return {
    data: (chunk) => void hash.update(chunk),
    end: () => {
      version.hash = hash.digest("binary");
    },
  };
}

function both(first: ContentSink, second: ContentSink | undefined): ContentSink {
  if (second === undefined) return first;
  return {
    data(chunk) {
      first.data(chunk);
      second.data(chunk);
    },
    end() {
      first.end();
      second.end();
    },
  };
}

/** Hashes what has to be compared and was not hashed yet, layer by layer. */
async function hashCandidates(
  handle: ImageHandle,
  versions: readonly FileVersion[],
  starts: readonly number[],
): Promise<void> {
  const wanted = new Set<FileVersion>();
  const bySize = new Map<number, FileVersion>();
  for (const version of versions) {
    if (version.size === 0) continue;
    if (version.replacedBy !== undefined) {
      wanted.add(version);
      wanted.add(version.replacedBy);
    }
    if (version.hiddenBy >= 0) continue;
    const other = bySize.get(version.size);
    if (other === undefined) bySize.set(version.size, version);
    else wanted.add(version).add(other);
  }
  for (const { index } of handle.layers) {
    const start = starts[index] ?? 0;
    const end = starts[index + 1] ?? versions.length;
    let needed = false;
    for (let at = start; at < end && !needed; at++) {
      const version = versions[at];
      needed = version !== undefined && version.hash === undefined && wanted.has(version);
    }
    if (!needed) continue;
    let next = start;
    await handle.entries(index, (entry) => {
      if (entry.type !== "file" || entry.whiteout !== undefined) return undefined;
      const version = versions[next++];
      return version !== undefined && version.hash === undefined && wanted.has(version)
        ? hashSink(version)
        : undefined;
    });
  }
}

function settleCauses(versions: readonly FileVersion[]): void {
  for (const version of versions) {
    const { replacedBy, hash } = version;
    if (replacedBy === undefined || hash === undefined) continue;
    if (replacedBy.hash === hash) version.cause = "same-content-rewritten";
  }
}
