import type { ImageName } from "./types.ts";

/**
 * Takes an image reference apart: `[registry/]repository[:tag][@digest]`. The first path part is a registry when
 * it holds a dot or a colon or is `localhost` (distribution/reference). Takes any text; see `isImageReference`.
 */
export function parseImageName(reference: string): ImageName {
  const at = reference.indexOf("@");
  const digest = at < 0 ? undefined : reference.slice(at + 1);
  const name = at < 0 ? reference : reference.slice(0, at);
  const colon = name.lastIndexOf(":");
  const tagged = colon > name.lastIndexOf("/");
  const tag = tagged ? name.slice(colon + 1) : undefined;
  const path = tagged ? name.slice(0, colon) : name;
  const slash = path.indexOf("/");
  const host = slash < 0 ? "" : path.slice(0, slash);
  const registry = /[.:]/.test(host) || host === "localhost" ? host : undefined;
  return {
    ...(registry === undefined ? {} : { registry }),
    repository: registry === undefined ? path : path.slice(slash + 1),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** True when the text follows the grammar of image references (distribution/reference). */
export function isImageReference(reference: string): boolean {
  if (reference.length > 4096) return false;
  const { registry, repository, tag, digest } = parseImageName(reference);
  if (registry !== undefined && !HOST.test(registry)) return false;
  if (repository.length > 255 || !repository.split("/").every((part) => PATH_PART.test(part))) return false;
  if (tag !== undefined && !TAG.test(tag)) return false;
  return digest === undefined || DIGEST.test(digest);
}
