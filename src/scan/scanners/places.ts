import type { ImageModel } from "../../image/model/read.ts";
import { findNode, pathOf } from "../../image/model/tree.ts";
import type { ImageHandle } from "../../image/types.ts";
import { redact } from "../redact.ts";
import type { FindingLayer } from "../types.ts";

/** Where things are in an image, for scanners that name a digest or a path. */
export interface ImagePlaces {
  /** The layer with this diff id or blob digest. */
  layer(digest: string): FindingLayer | undefined;
  /** The layer that wrote a path last, and whether that file is still there. Paths with or without leading slash. */
  at(path: string): { readonly layer?: FindingLayer; readonly inFinalImage: boolean };
  /** True when the final image has a file whose path fits. */
  has(paths: RegExp): boolean;
  /** True when the final image shows the file at `path` that this layer wrote. */
  visible(path: string, layer: number): boolean;
}

/** Places of an image that was read. */
export function makePlaces(handle: ImageHandle, model: ImageModel): ImagePlaces {
  const layers = handle.layers.map(({ index, digest, diffId, createdBy }): FindingLayer => {
    const known = digest ?? diffId;
    return { index, instruction: redact(createdBy), ...(known === undefined ? {} : { digest: known }) };
  });
  let writers: Map<string, number> | undefined;
  const lastWriter = (path: string): number | undefined => {
    if (writers === undefined) {
      writers = new Map();
      for (const { node, layer } of model.versions) writers.set(pathOf(node), layer);
    }
    return writers.get(path);
  };
  const shown = (path: string): number | undefined => {
    const node = findNode(model.root, path);
    return node?.kind === "file" ? node.version?.layer : undefined;
  };
  return {
    layer(digest) {
      const found = handle.layers.find((one) => one.diffId === digest || one.digest === digest);
      return found === undefined ? undefined : layers[found.index];
    },
    at(path) {
      const relative = path.replace(/^\/+/, "");
      const visible = shown(relative);
      const layer = layers[visible ?? lastWriter(relative) ?? -1];
      return { inFinalImage: visible !== undefined, ...(layer === undefined ? {} : { layer }) };
    },
    has: (paths) => model.versions.some(({ node, links }) => links > 0 && paths.test(node.name)),
    visible: (path, layer) => shown(path.replace(/^\/+/, "")) === layer,
  };
}
