import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { openImage } from "../../src/image/open.ts";
import type { ImageHandle, LayerEntry, OpenOptions } from "../../src/image/types.ts";
import { defaultLimits } from "../../src/security/limits.ts";

/** A folder of one test file, removed at its end. */
export async function makeFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "image-test-")));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files below a folder. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [name, data] of files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, data);
  }
}

/** Opens an image with the folder as the only root and no engine. */
export function open(
  folder: string,
  source: string,
  options: Partial<OpenOptions> = {},
): Promise<ImageHandle> {
  return openImage(source, {
    signal: new AbortController().signal,
    limits: defaultLimits,
    roots: { directories: [folder] },
    engine: "none",
    env: {},
    ...options,
  });
}

/** All entries of all layers. */
export async function entriesOf(handle: ImageHandle): Promise<LayerEntry[][]> {
  const layers: LayerEntry[][] = [];
  for (const { index } of handle.layers) {
    const entries: LayerEntry[] = [];
    await handle.entries(index, (entry) => {
      entries.push(entry);
      return undefined;
    });
    layers.push(entries);
  }
  return layers;
}
