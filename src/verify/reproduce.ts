import { createHash } from "node:crypto";
import type { ImageHandle } from "../image/types.ts";

/** How two images of the same Dockerfile differ. */
export interface Difference {
  /** Same configuration, bit by bit: the same image id. */
  readonly sameId: boolean;
  /** Paths whose content, owner, mode or presence differs; at most twenty. Raw. */
  readonly paths: readonly string[];
  readonly count: number;
  /** Only times differ: of files, and of the image's creation. */
  readonly timesOnly: boolean;
}

/** Compares two images layer by layer; layers of the same digest are not read. Throws as `ImageHandle.entries`. */
export async function compareImages(first: ImageHandle, second: ImageHandle): Promise<Difference> {
  const sameId = first.imageId !== undefined && first.imageId === second.imageId;
  const paths: string[] = [];
  let count = 0;
  const differs = (path: string): void => {
    count++;
    if (paths.length < 20) paths.push(path);
  };
  const layers = Math.max(first.layers.length, second.layers.length);
  for (let index = 0; index < layers; index++) {
    const [a, b] = [first.layers[index], second.layers[index]];
    if (a === undefined || b === undefined) {
      differs(`layer ${index}`);
      continue;
    }
    if (a.diffId !== undefined && a.diffId === b.diffId) continue;
    const [left, right] = [await contentOf(first, index), await contentOf(second, index)];
    for (const [path, content] of left) if (right.get(path) !== content) differs(`/${path}`);
    for (const path of right.keys()) if (!left.has(path)) differs(`/${path}`);
  }
  return { sameId, paths, count, timesOnly: !sameId && count === 0 };
}

/** Everything of a layer but times, by path. */
async function contentOf(handle: ImageHandle, layer: number): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  await handle.entries(layer, (entry) => {
    const head = [entry.type, entry.mode, entry.uid, entry.gid, entry.linkName].join("|");
    contents.set(entry.path, head);
    if (entry.type !== "file" || entry.size === 0) return undefined;
    const hash = createHash("sha256");
    const { path } = entry;
    return {
      data: (chunk) => void hash.update(chunk),
      end: () => void contents.set(path, `${head}|${hash.digest("hex")}`),
    };
  });
  return contents;
}
