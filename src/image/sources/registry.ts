import { createHash } from "node:crypto";
import { CancelledError, EngineError, InputError, LimitError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import type { Region } from "../blob/region.ts";
import { parseImageConfig } from "../config.ts";
import type { ImageHandle, OpenOptions } from "../types.ts";
import { findCredentials } from "./credentials.ts";
import { makeHandle } from "./handle.ts";
import { parseJson } from "./json.ts";
import { type Descriptor, resolveManifest } from "./oci.ts";
import { parseReference } from "./reference.ts";
import { makeRegistryClient, type RegistryClient } from "./registry-client.ts";
import { checkDigest, makeSpool, type Spool, wrongDigest } from "./spool.ts";

/**
 * Opens an image of a registry: manifest and configuration at once, a layer when it is first read (into a temporary
 * file, its digest checked, a broken download resumed where it stopped).
 */
export async function openRegistryImage(reference: string, options: OpenOptions): Promise<ImageHandle> {
  const place = parseReference(reference);
  const env = options.env ?? process.env;
  const max = options.limits.imageMetadataBytes;
  const client = makeRegistryClient(place, {
    signal: options.signal,
    maxDocumentBytes: max,
    credentials: () => findCredentials(place.credentialKey, env, options.signal),
  });
  const document = async (tagOrDigest: string): Promise<{ json: unknown; digest: string }> => {
    const { body } = await client.manifest(tagOrDigest);
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    if (tagOrDigest.includes(":")) checkDigest(body, tagOrDigest, clean(reference));
    return { json: parseJson(body, `the manifest of ${clean(reference)}`), digest };
  };
  const top = await document(place.tag);
  const load = async (descriptor: Descriptor): Promise<unknown> => (await document(descriptor.digest)).json;
  const manifest = await resolveManifest(top.json, top.digest, load, options.platform, clean(reference));
  const configBytes = await readBlob(client, manifest.config, max);
  const config = parseImageConfig(parseJson(configBytes, "the image configuration"), clean(reference));
  const spool = makeSpool(options.limits.imageDiskBytes);
  return makeHandle(
    {
      reference,
      source: "registry",
      imageId: manifest.config.digest,
      digest: manifest.digest,
      tags: [reference],
      config,
      configBytes,
      blobs: manifest.layers.map((layer, index) => {
        let region: Promise<Region> | undefined;
        return {
          digest: layer.digest,
          ...(layer.mediaType ? { mediaType: layer.mediaType } : {}),
          size: layer.size,
          transferred: true,
          load() {
            region ??= download(client, layer, index, spool, options).catch((error: unknown) => {
              region = undefined;
              throw error;
            });
            return region;
          },
        };
      }),
      dispose: () => spool.dispose(),
    },
    options,
  );
}

async function readBlob(client: RegistryClient, descriptor: Descriptor, max: number): Promise<Buffer> {
  if (descriptor.size > max) {
    throw new InputError(
      `the image configuration has ${descriptor.size} bytes; at most ${max} are read`,
      "this is no image",
    );
  }
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of (await client.blob(descriptor.digest, 0)).body) {
    total += chunk.length;
    if (total > descriptor.size)
      throw new InputError("the image configuration is longer than stated", "the registry is at fault");
    parts.push(chunk);
  }
  const bytes = Buffer.concat(parts);
  checkDigest(bytes, descriptor.digest, "the image configuration");
  return bytes;
}

const resumes = 4;

async function download(
  client: RegistryClient,
  layer: Descriptor,
  index: number,
  spool: Spool,
  options: OpenOptions,
): Promise<Region> {
  const { signal, progress } = options;
  if (layer.size > options.limits.imageDiskBytes) {
    throw new LimitError(`layer ${index} has ${layer.size} bytes`, "raise the limit if you trust the image");
  }
  const file = spool.create();
  const algorithm = layer.digest.startsWith("sha512:") ? "sha512" : "sha256";
  const hash = createHash(algorithm);
  let done = 0;
  for (let tries = 0; done < layer.size || tries === 0; tries++) {
    if (signal.aborted) throw new CancelledError();
    const before = done;
    try {
      const { start, body } = await client.blob(layer.digest, done);
      let skip = done - start;
      for await (const chunk of body) {
        // A registry without ranges starts over: what is here already is passed by.
        const fresh = skip > 0 ? chunk.subarray(Math.min(skip, chunk.length)) : chunk;
        skip -= chunk.length - fresh.length;
        if (done + fresh.length > layer.size) throw longer(index);
        hash.update(fresh);
        file.write(fresh);
        done += fresh.length;
        progress?.(`downloading layer ${index}`, done, layer.size);
      }
    } catch (error) {
      if (!(error instanceof EngineError) || tries >= resumes) throw error;
    }
    if (done < layer.size && (tries >= resumes || (done === before && tries > 1))) {
      throw new EngineError(
        `layer ${index}: the download stops after ${done} of ${layer.size} bytes`,
        "try again later",
      );
    }
  }
  const digest = `${algorithm}:${hash.digest("hex")}`;
  if (digest !== layer.digest) throw wrongDigest(`layer ${index}`, layer.digest, digest);
  return file.region();
}

function longer(index: number): InputError {
  return new InputError(
    `layer ${index} is longer than the manifest says`,
    "the registry is at fault; do not use the image",
  );
}
