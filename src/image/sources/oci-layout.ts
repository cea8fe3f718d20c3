import { fstatSync } from "node:fs";
import path from "node:path";
import { InputError, NotFoundError } from "../../security/errors.ts";
import { readBounded, resolveInside } from "../../security/paths.ts";
import { clean } from "../../security/untrusted.ts";
import { closeQuietly, openForReading, type Region } from "../blob/region.ts";
import type { ImageHandle, OpenOptions } from "../types.ts";
import { parseJson } from "./json.ts";
import { openOciImage } from "./oci-image.ts";

/** Opens an OCI layout directory. Links in it may not lead out of the roots. */
export async function openOciLayout(
  folder: string,
  reference: string,
  tag: string | undefined,
  options: OpenOptions,
): Promise<ImageHandle> {
  const open: number[] = [];
  const dispose = (): void => {
    for (const fd of open.splice(0)) closeQuietly(fd);
  };
  const regions = new Map<string, Promise<Region | undefined>>();
  const findBlob = async (digest: string): Promise<Region | undefined> => {
    const file = await blobFile(folder, digest, options);
    if (file === undefined) return undefined;
    const fd = openForReading(file);
    open.push(fd);
    const info = fstatSync(fd);
    if (!info.isFile()) throw new InputError(`blob ${digest} is not a regular file`, "copy the layout again");
    return { fd, offset: 0, length: info.size };
  };
  const indexFile = await resolveInside(options.roots, path.join(folder, "index.json")).catch(() => {
    throw new InputError(
      `${clean(reference)} is a directory without index.json`,
      "name an image archive, an OCI layout or an image reference",
    );
  });
  try {
    return await openOciImage({
      reference,
      tag,
      source: "oci-layout",
      options,
      index: parseJson(await readBounded(indexFile, options.limits.imageMetadataBytes), "index.json"),
      find(digest) {
        const known = regions.get(digest) ?? findBlob(digest);
        regions.set(digest, known);
        return known;
      },
      dispose,
    });
  } catch (error) {
    dispose();
    throw error;
  }
}

async function blobFile(folder: string, digest: string, options: OpenOptions): Promise<string | undefined> {
  try {
    return await resolveInside(options.roots, path.join(folder, "blobs", ...digest.split(":")));
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
