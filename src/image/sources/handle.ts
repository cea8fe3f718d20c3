import { InputError, LimitError, NotFoundError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { sniff } from "../blob/decompress.ts";
import type { Region } from "../blob/region.ts";
import { layerHistory, platformOf } from "../config.ts";
import { readLayer } from "../layer.ts";
import type { ImageConfig, ImageHandle, LayerInfo, OpenOptions, SourceKind } from "../types.ts";
import { saveArchive } from "./save.ts";
import { makeSpool } from "./spool.ts";

/** The stored bytes of a layer, brought here when they are first asked for. */
export interface LayerBlob {
  readonly digest?: string;
  readonly mediaType?: string;
  /** Bytes as stored. */
  readonly size: number;
  /** True when the source stores layers as a registry does. */
  readonly transferred: boolean;
  load(): Promise<Region>;
}

/** What a source found out about an image. */
export interface FoundImage {
  readonly reference: string;
  readonly source: SourceKind;
  readonly imageId?: string;
  readonly digest?: string;
  readonly tags: readonly string[];
  readonly config: ImageConfig;
  /** The configuration as it is stored. */
  readonly configBytes: Buffer;
  /** The source, where it is a docker archive of this image alone that is not compressed. */
  readonly file?: string;
  readonly blobs: readonly LayerBlob[];
  dispose(): void;
}

/** More layers than any engine mounts (overlayfs stops at 500, Docker at 127). */
export const maxLayers = 1000;

/** Makes the handle that all sources share. Throws InputError when configuration and layers contradict each other. */
export function makeHandle(found: FoundImage, options: OpenOptions): ImageHandle {
  const { config, blobs } = found;
  if (config.diffIds.length > 0 && config.diffIds.length !== blobs.length) {
    throw new InputError(
      `${clean(found.reference)}: the configuration names ${config.diffIds.length} layers, the manifest ${blobs.length}`,
      "the image is damaged; save or pull it again",
    );
  }
  if (blobs.length > maxLayers) throw tooManyLayers(clean(found.reference), blobs.length);
  const steps = layerHistory(config, blobs.length);
  const layers = blobs.map((blob, index): LayerInfo => {
    const step = steps[index];
    const diffId = config.diffIds[index];
    return {
      index,
      ...(blob.digest === undefined ? {} : { digest: blob.digest }),
      ...(diffId === undefined ? {} : { diffId }),
      size: blob.size,
      ...(blob.transferred ? { compressedSize: blob.size } : {}),
      ...(blob.mediaType === undefined ? {} : { mediaType: blob.mediaType }),
      createdBy: step === undefined ? "" : (config.history[step]?.createdBy ?? ""),
      ...(step === undefined ? {} : { historyIndex: step }),
    };
  });
  const load = async (index: number): Promise<Region> => {
    const blob = blobs[index];
    if (blob === undefined)
      throw new NotFoundError(`layer ${index} does not exist`, `layers are 0 to ${blobs.length - 1}`);
    return blob.load();
  };
  let disposed = false;
  let archive: Promise<string> | undefined;
  const saved = makeSpool(options.limits.imageDiskBytes);
  const entriesOfLayer = new Map<number, number>();
  return {
    reference: found.reference,
    source: found.source,
    ...(found.imageId === undefined ? {} : { imageId: found.imageId }),
    ...(found.digest === undefined ? {} : { digest: found.digest }),
    tags: found.tags,
    platform: platformOf(config),
    config,
    layers,
    async compression(index) {
      return sniff(await load(index), layerName(index));
    },
    async entries(index, visit) {
      const region = await load(index);
      const { progress, limits, signal } = options;
      const others = [...entriesOfLayer].reduce(
        (sum, [other, count]) => (other === index ? sum : sum + count),
        0,
      );
      let count = 0;
      try {
        await readLayer(
          region,
          (entry) => {
            count++;
            return visit(entry);
          },
          {
            where: layerName(index),
            signal,
            maxBytes: limits.imageLayerBytes,
            maxEntries: Math.max(0, limits.imageEntries - others),
            ...(progress === undefined
              ? {}
              : {
                  onProgress: (done: number) => progress(`reading ${layerName(index)}`, done, region.length),
                }),
          },
        );
      } catch (error) {
        if (error instanceof LimitError || !isReadAfterDispose(error, disposed)) throw error;
        throw new InputError("the image was closed while it was read", "open it again");
      }
      entriesOfLayer.set(index, count);
    },
    archive() {
      const { signal, limits, progress } = options;
      archive ??=
        found.file === undefined
          ? saveArchive(saved, {
              config: found.configBytes,
              tags: found.tags,
              layers: blobs.length,
              load,
              signal,
              limits,
              ...(progress === undefined ? {} : { progress }),
            })
          : Promise.resolve(found.file);
      return archive;
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      saved.dispose();
      found.dispose();
    },
  };
}

/** The error for an image of more than `maxLayers`. */
export function tooManyLayers(where: string, layers: number): LimitError {
  return new LimitError(`${where} has ${layers} layers`, `no engine runs more than ${maxLayers}`);
}

function isReadAfterDispose(error: unknown, disposed: boolean): boolean {
  return disposed && error instanceof Error && "code" in error && error.code === "EBADF";
}

function layerName(index: number): string {
  return `layer ${index}`;
}
