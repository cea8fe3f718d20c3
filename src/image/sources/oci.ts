import { z } from "zod";
import { InputError, NotFoundError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { defaultPlatform, formatPlatform, matches, type Platform, parsePlatform } from "./platform.ts";

const digestText = z.string().regex(/^sha(?:256:[a-f0-9]{64}|512:[a-f0-9]{128})$/);

const descriptorSchema = z.object({
  mediaType: z.string().nullish(),
  digest: digestText,
  size: z.number().int().nonnegative(),
  platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().nullish() }).nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

const manifestSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema) });
const indexSchema = z.object({ manifests: z.array(descriptorSchema) });

/** A pointer to content (OCI image specification, "Descriptor"; Docker's schema 2 has the same fields). */
export type Descriptor = z.output<typeof descriptorSchema>;

/** An image manifest and where it was found. */
export interface ResolvedManifest {
  readonly digest: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

// An index of an index is allowed; deeper nesting is not written by any builder.
const maxDepth = 4;

/**
 * Finds the manifest of one image below a document that is a manifest or an index. `load` brings further documents.
 * Attestations are passed over. Without `platform`, this machine's is taken, or the only image there is.
 * Throws NotFoundError when no image fits, InputError when a document is malformed.
 */
export async function resolveManifest(
  document: unknown,
  digest: string,
  load: (descriptor: Descriptor) => Promise<unknown>,
  platform: string | undefined,
  where: string,
): Promise<ResolvedManifest> {
  const wanted = platform === undefined ? undefined : parsePlatform(platform);
  let current = document;
  let currentDigest = digest;
  for (let depth = 0; depth < maxDepth; depth++) {
    const manifest = manifestSchema.safeParse(current);
    if (manifest.success)
      return { digest: currentDigest, config: manifest.data.config, layers: manifest.data.layers };
    const index = indexSchema.safeParse(current);
    if (!index.success) throw notAnImage(where);
    const chosen = choose(index.data.manifests, wanted, where);
    current = await load(chosen);
    currentDigest = chosen.digest;
  }
  throw new InputError(`${where}: indexes nest too deep`, "name the digest of one image");
}

function choose(manifests: readonly Descriptor[], wanted: Platform | undefined, where: string): Descriptor {
  const images = manifests.filter((one) => !isAttestation(one));
  const first = images[0];
  if (first === undefined) throw notAnImage(where);
  const target = wanted ?? defaultPlatform();
  const fitting = images.find((one) => one.platform && matches(toPlatform(one.platform), target));
  if (fitting !== undefined) return fitting;
  const unnamed = images.find((one) => !one.platform);
  if (unnamed !== undefined && (images.length === 1 || wanted === undefined)) return unnamed;
  if (wanted === undefined && images.length === 1) return first;
  const available = images.flatMap((one) => (one.platform ? [formatPlatform(toPlatform(one.platform))] : []));
  throw new NotFoundError(
    `${where} has no image for ${formatPlatform(target)}`,
    `choose a platform: ${clean([...new Set(available)].join(", "), 300)}`,
  );
}

function isAttestation(descriptor: Descriptor): boolean {
  return (
    descriptor.annotations?.["vnd.docker.reference.type"] === "attestation-manifest" ||
    (descriptor.platform?.os === "unknown" && descriptor.platform.architecture === "unknown")
  );
}

function toPlatform(value: {
  os: string;
  architecture: string;
  variant?: string | null | undefined;
}): Platform {
  const { os, architecture, variant } = value;
  return variant ? { os, architecture, variant } : { os, architecture };
}

function notAnImage(where: string): InputError {
  return new InputError(
    `${where} is not a container image (no manifest with layers)`,
    "it may be another kind of artifact: name an image",
  );
}
