import { type PourOptions, pour, sniff } from "./blob/decompress.ts";
import type { Region } from "./blob/region.ts";
import { createTarParser } from "./tar/parser.ts";
import { normalizePath, readWhiteout } from "./tar/path.ts";
import type { EntryVisitor, LayerEntry } from "./types.ts";

/** Options of one layer's read. */
export interface ReadLayerOptions extends PourOptions {
  readonly maxEntries: number;
}

/**
 * Reads the entries of a layer stored in a region, in tar order. The root directory itself is not an entry.
 * Throws as `ImageHandle.entries`.
 */
export async function readLayer(
  region: Region,
  visit: EntryVisitor,
  options: ReadLayerOptions,
): Promise<void> {
  const parser = createTarParser({
    where: options.where,
    maxEntries: options.maxEntries,
    visit(entry) {
      const path = normalizePath(entry.name);
      if (path === "") return undefined;
      const whiteout = path.includes(".wh.") ? readWhiteout(path) : undefined;
      const { type, size, mode, uid, gid, mtime, linkName, statedSize } = entry;
      const layerEntry: LayerEntry = {
        path,
        type,
        size,
        mode,
        uid,
        gid,
        mtime,
        linkName,
        statedSize,
        whiteout,
      };
      return visit(layerEntry);
    },
  });
  await pour(region, sniff(region, options.where), parser, options);
  parser.finish();
}
