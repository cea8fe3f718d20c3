import { createHash } from "node:crypto";
import { fstatSync } from "node:fs";
import { z } from "zod";
import { InputError, NotFoundError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { pour, sniff } from "../blob/decompress.ts";
import { closeQuietly, openForReading, type Region, readWhole } from "../blob/region.ts";
import { parseImageConfig } from "../config.ts";
import type { ImageHandle, OpenOptions, SourceKind } from "../types.ts";
import { makeHandle } from "./handle.ts";
import { parseJson, readJson } from "./json.ts";
import { type Members, readMembers } from "./members.ts";
import { openOciImage } from "./oci-image.ts";
import { makeSpool, type Spool } from "./spool.ts";

const manifestSchema = z
  .array(
    z.object({
      Config: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Layers: z.array(z.string()),
      LayerSources: z.record(z.string(), z.object({ mediaType: z.string().nullish() })).nullish(),
    }),
  )
  .min(1);

/** Opens an image archive on disk: `docker save` in both layouts, Podman's, Kaniko's, or an OCI layout in a tar. */
export async function openArchiveFile(
  file: string,
  reference: string,
  tag: string | undefined,
  options: OpenOptions,
): Promise<ImageHandle> {
  const fd = openForReading(file);
  try {
    const info = fstatSync(fd);
    if (!info.isFile())
      throw new InputError(`${clean(reference)} is not a regular file`, "name an image archive");
    const region = { fd, offset: 0, length: info.size };
    return await openArchive(region, {
      reference,
      tag,
      options,
      file,
      spool: makeSpool(options.limits.imageDiskBytes),
      close: () => closeQuietly(fd),
    });
  } catch (error) {
    closeQuietly(fd);
    throw error;
  }
}

/** What `openArchive` is told about the archive. */
export interface ArchiveRequest {
  readonly reference: string;
  /** Which image of an archive with several. */
  readonly tag: string | undefined;
  readonly options: OpenOptions;
  readonly spool: Spool;
  /** What the handle says about where it came from, when it is not the archive itself. */
  readonly source?: SourceKind;
  /** Path of the region, when it is a whole file. */
  readonly file?: string | undefined;
  /** Called once when the handle is disposed of, or when opening fails. */
  close(): void;
}

/** Opens an image archive in a region; the whole may be compressed. Throws InputError when it is none. */
export async function openArchive(stored: Region, request: ArchiveRequest): Promise<ImageHandle> {
  const { reference, options, spool } = request;
  try {
    const { region: archive, file } = await decompressed(stored, request);
    const members = await readMembers(archive, options.signal);
    if (members.find("manifest.json") !== undefined) return openDockerArchive(members, { ...request, file });
    if (members.find("index.json") !== undefined) {
      const max = options.limits.imageMetadataBytes;
      return await openOciImage({
        reference,
        tag: request.tag,
        source: request.source ?? "oci-archive",
        options,
        index: readJson(found(members, "index.json", reference), max, "index.json"),
        find: async (digest) => members.find(`blobs/${digest.replace(":", "/")}`),
        dispose: () => finish(request),
      });
    }
    throw new InputError(
      `${clean(reference)} is a tar but no image: it has neither manifest.json nor index.json`,
      "make one with docker save, podman save or skopeo copy … docker-archive:",
    );
  } catch (error) {
    spool.dispose();
    request.close();
    throw error;
  }
}

function openDockerArchive(members: Members, request: ArchiveRequest): ImageHandle {
  const { reference, options } = request;
  const max = options.limits.imageMetadataBytes;
  const parsed = manifestSchema.safeParse(
    readJson(found(members, "manifest.json", reference), max, "manifest.json"),
  );
  if (!parsed.success) {
    throw new InputError(`${clean(reference)}: manifest.json is malformed`, "save the image again");
  }
  const image = chooseImage(parsed.data, request);
  const bytes = readWhole(found(members, image.Config, reference), max, "the image configuration");
  const config = parseImageConfig(parseJson(bytes, "the image configuration"), clean(reference));
  return makeHandle(
    {
      reference,
      source: request.source ?? "docker-archive",
      // What the archive calls its configuration may be a lie.
      imageId: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
      tags: image.RepoTags ?? [],
      config,
      configBytes: bytes,
      ...(request.file === undefined || parsed.data.length > 1 ? {} : { file: request.file }),
      blobs: image.Layers.map((path, index) => {
        const region = found(members, path, reference);
        const hex = /^blobs\/sha256\/([a-f0-9]{64})$/.exec(path)?.[1];
        const diffId = config.diffIds[index];
        const mediaType = diffId === undefined ? undefined : image.LayerSources?.[diffId]?.mediaType;
        return {
          ...(hex === undefined ? {} : { digest: `sha256:${hex}` }),
          ...(mediaType ? { mediaType } : {}),
          size: region.length,
          transferred: sniff(region, `layer ${index}`) !== "none",
          load: async () => region,
        };
      }),
      dispose: () => finish(request),
    },
    options,
  );
}

type SavedImage = z.output<typeof manifestSchema>[number];

function chooseImage(images: readonly SavedImage[], request: ArchiveRequest): SavedImage {
  const names = images.map((image) => image.RepoTags?.[0] ?? image.Config);
  const { tag } = request;
  const chosen =
    tag === undefined
      ? images.length === 1
        ? images[0]
        : undefined
      : images.find((image) =>
          (image.RepoTags ?? []).some((name) => name === tag || name.endsWith(`/${tag}`)),
        );
  if (chosen !== undefined) return chosen;
  const list = clean(names.join(", "), 300);
  const hint = `add #name to the path: ${clean(request.reference.replace(/#.*/, ""), 120)}#${clean(names[0] ?? "", 80)}`;
  if (tag === undefined)
    throw new InputError(`${clean(request.reference)} holds ${images.length} images: ${list}`, hint);
  throw new NotFoundError(`${clean(request.reference)} holds no image ${clean(tag, 80)}, only ${list}`, hint);
}

function found(members: Members, path: string, reference: string): Region {
  const region = members.find(path);
  if (region !== undefined) return region;
  throw new InputError(
    `${clean(reference)}: ${clean(path, 120)} is missing in the archive`,
    "save the image again",
  );
}

async function decompressed(
  stored: Region,
  request: ArchiveRequest,
): Promise<{ readonly region: Region; readonly file: string | undefined }> {
  const { options, spool } = request;
  const where = clean(request.reference);
  const compression = sniff(stored, where);
  if (compression === "none") return { region: stored, file: request.file };
  const file = spool.create();
  const { progress } = options;
  await pour(
    stored,
    compression,
    { push: (chunk) => file.write(chunk), skippable: () => 0, skipped: () => undefined, ended: false },
    {
      where,
      signal: options.signal,
      maxBytes: options.limits.imageDiskBytes,
      ...(progress
        ? { onProgress: (done: number) => progress("decompressing the archive", done, stored.length) }
        : {}),
    },
  );
  return { region: file.region(), file: file.path };
}

function finish(request: ArchiveRequest): void {
  request.spool.dispose();
  request.close();
}
