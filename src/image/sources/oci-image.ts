import { z } from "zod";
import { InputError, NotFoundError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { sniff } from "../blob/decompress.ts";
import { type Region, readWhole } from "../blob/region.ts";
import { parseImageConfig } from "../config.ts";
import type { ImageHandle, OpenOptions, SourceKind } from "../types.ts";
import { makeHandle, maxLayers, tooManyLayers } from "./handle.ts";
import { parseJson } from "./json.ts";
import { type Descriptor, resolveManifest } from "./oci.ts";
import { checkDigest } from "./spool.ts";

/** An OCI layout, wherever its blobs are. */
export interface OciRequest {
  readonly reference: string;
  /** `org.opencontainers.image.ref.name` of one image, when the layout holds several. */
  readonly tag: string | undefined;
  readonly source: SourceKind;
  readonly options: OpenOptions;
  /** The parsed `index.json`. */
  readonly index: unknown;
  /** The region of a blob by its digest; undefined when it is not there. */
  find(digest: string): Promise<Region | undefined>;
  dispose(): void;
}

const namesSchema = z.object({
  manifests: z.array(z.looseObject({ annotations: z.record(z.string(), z.string()).nullish() })),
});
const refName = "org.opencontainers.image.ref.name";
const containerdName = "io.containerd.image.name";

/** Opens one image of an OCI layout (OCI image specification 1.1, "Image Layout"). */
export async function openOciImage(request: OciRequest): Promise<ImageHandle> {
  const { reference, options } = request;
  const where = clean(reference);
  const max = options.limits.imageMetadataBytes;
  const blob = async (descriptor: Descriptor): Promise<Buffer> => {
    const region = await request.find(descriptor.digest);
    if (region === undefined) throw missing(where, descriptor.digest);
    const bytes = readWhole(region, max, `${where}: ${descriptor.digest}`);
    checkDigest(bytes, descriptor.digest, where);
    return bytes;
  };
  const { index, tags } = narrow(request);
  const manifest = await resolveManifest(
    index,
    "",
    async (descriptor) => parseJson(await blob(descriptor), `${where}: ${descriptor.digest}`),
    options.platform,
    where,
  );
  const configBytes = await blob(manifest.config);
  const config = parseImageConfig(parseJson(configBytes, `${where}: configuration`), where);
  if (manifest.layers.length > maxLayers) throw tooManyLayers(where, manifest.layers.length);
  const regions = await Promise.all(
    manifest.layers.map(async (layer) => {
      const region = await request.find(layer.digest);
      if (region === undefined) throw missing(where, layer.digest);
      return region;
    }),
  );
  return makeHandle(
    {
      reference,
      source: request.source,
      imageId: manifest.config.digest,
      ...(manifest.digest === "" ? {} : { digest: manifest.digest }),
      tags,
      config,
      configBytes,
      blobs: manifest.layers.flatMap((layer, position) => {
        const region = regions[position];
        if (region === undefined) return [];
        return [
          {
            digest: layer.digest,
            ...(layer.mediaType ? { mediaType: layer.mediaType } : {}),
            size: region.length,
            transferred: sniff(region, `layer ${position}`) !== "none",
            load: async () => region,
          },
        ];
      }),
      dispose: request.dispose,
    },
    options,
  );
}

/** Leaves only the wanted image in an index of several named ones. */
function narrow(request: OciRequest): { index: unknown; tags: string[] } {
  const parsed = namesSchema.safeParse(request.index);
  if (!parsed.success) return { index: request.index, tags: [] };
  const named = parsed.data.manifests.map((manifest) => ({
    manifest,
    names: [manifest.annotations?.[containerdName], manifest.annotations?.[refName]].filter(
      (name) => name !== undefined,
    ),
  }));
  const { tag } = request;
  const distinct = [...new Set(named.flatMap(({ names }) => names.slice(0, 1)))];
  if (tag === undefined) {
    if (distinct.length < 2) return { index: request.index, tags: distinct };
    throw new InputError(
      `${clean(request.reference)} holds ${distinct.length} images: ${clean(distinct.join(", "), 300)}`,
      `add #name to the path, for example #${clean(distinct[0] ?? "", 80)}`,
    );
  }
  const chosen = named.filter(({ names }) => names.some((name) => name === tag || name.endsWith(`/${tag}`)));
  if (chosen.length === 0) {
    throw new NotFoundError(
      `${clean(request.reference)} holds no image ${clean(tag, 80)}`,
      distinct.length > 0
        ? `it holds ${clean(distinct.join(", "), 300)}`
        : "its images have no names: leave #name out",
    );
  }
  return { index: { manifests: chosen.map(({ manifest }) => manifest) }, tags: [tag] };
}

function missing(where: string, digest: string): InputError {
  return new InputError(
    `${where}: blob ${digest.slice(0, 19)}… is missing`,
    "the layout is incomplete: copy it again with all its blobs",
  );
}
