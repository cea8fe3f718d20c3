import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError, NotFoundError } from "../security/errors.ts";
import { resolveInside } from "../security/paths.ts";
import { checkImageReference } from "../security/process.ts";
import { clean } from "../security/untrusted.ts";
import { openArchive, openArchiveFile } from "./sources/archive.ts";
import { openEngineImage } from "./sources/engine.ts";
import { openOciLayout } from "./sources/oci-layout.ts";
import { openRegistryImage } from "./sources/registry.ts";
import { makeSpool, spoolStream } from "./sources/spool.ts";
import type { ImageHandle, OpenOptions } from "./types.ts";

// The transports of skopeo and podman, for those who want to say which one they mean.
const transports = {
  "docker-archive": "path",
  "oci-archive": "path",
  oci: "path",
  "docker-daemon": "engine",
  docker: "registry",
  registry: "registry",
  podman: "podman",
} as const satisfies Record<string, "path" | "engine" | "registry" | "podman">;

/**
 * Opens an image from wherever it is: a path (`docker save` archive, OCI archive, OCI layout directory; `#name` picks
 * one of several), `-` for an archive on standard input, or a reference, which is looked up in the container engine and
 * then in its registry. A transport (`docker-archive:`, `oci:`, `docker-daemon:`, `docker://`, `podman:`) decides
 * where it is not clear. The caller disposes of the handle.
 * Throws InputError, NotFoundError, MissingToolError, EngineError, LimitError, CancelledError.
 */
export async function openImage(source: string, options: OpenOptions): Promise<ImageHandle> {
  if (source === "-") return openStdin(options);
  const { kind, rest } = splitTransport(source);
  if (kind === "path" || (kind === undefined && (await looksLikePath(rest, options))))
    return openPath(rest, options);
  const reference = checkImageReference(rest);
  if (kind === "registry" || options.engine === "none") return openRegistryImage(reference, options);
  const engine = kind === "podman" ? "podman" : (options.engine ?? "auto");
  const handle = await openEngineImage(reference, { ...options, engine });
  if (handle !== undefined) return handle;
  if (kind === "engine" || kind === "podman" || isImageId(reference)) {
    throw new NotFoundError(
      `the container engine has no image ${clean(reference, 120)}`,
      "build or pull it, start the engine, or name an archive",
    );
  }
  return openRegistryImage(reference, options);
}

function splitTransport(source: string): {
  kind: "path" | "engine" | "registry" | "podman" | undefined;
  rest: string;
} {
  const match = /^([a-z-]+):(?:\/\/)?(.+)$/.exec(source);
  const [, name = "", rest = ""] = match ?? [];
  for (const [transport, kind] of Object.entries(transports)) {
    // `docker:27` is the image of that name: the registry is meant only with the slashes.
    const needsSlashes = transport === "docker" || transport === "registry" || transport === "podman";
    if (name === transport && (!needsSlashes || source.startsWith(`${name}://`))) return { kind, rest };
  }
  return { kind: undefined, rest: source };
}

function isImageId(reference: string): boolean {
  return /^(?:sha256:)?[a-f0-9]{12,64}$/.test(reference);
}

async function looksLikePath(source: string, options: OpenOptions): Promise<boolean> {
  if (
    /^(?:\.{0,2}\/|\.\.?$|~|[A-Za-z]:\\)/.test(source) ||
    /\.(?:tar|tgz|tar\.gz|tar\.zst)(?:#.*)?$/.test(source)
  )
    return true;
  // `app` is a file or a layout here, or the image of that name; any other folder called so is neither.
  const found = await resolveInside(options.roots, source.replace(/#.*$/, "")).catch(() => undefined);
  if (found === undefined) return false;
  const isFile = async (file: string): Promise<boolean> =>
    (await stat(file).catch(() => undefined))?.isFile() ?? false;
  return (await isFile(found)) || isFile(path.join(found, "index.json"));
}

async function openPath(source: string, options: OpenOptions): Promise<ImageHandle> {
  const mark = source.indexOf("#");
  const tag = mark < 0 ? undefined : source.slice(mark + 1);
  const file = await resolveInside(options.roots, mark < 0 ? source : source.slice(0, mark));
  const info = await stat(file);
  if (info.isDirectory()) return openOciLayout(file, source, tag, options);
  if (!info.isFile())
    throw new InputError(`${clean(source)} is neither a file nor a directory`, "name an image archive");
  return openArchiveFile(file, source, tag, options);
}

async function openStdin(options: OpenOptions): Promise<ImageHandle> {
  const { stdin, progress, limits, signal } = options;
  if (stdin === undefined) {
    throw new InputError("there is no standard input to read an image from", "name a path or a reference");
  }
  const spool = makeSpool(limits.imageDiskBytes);
  try {
    const file = await spoolStream(spool, stdin, signal, (done) =>
      progress?.("reading standard input", done),
    );
    return await openArchive(file.region(), {
      reference: "-",
      tag: undefined,
      options,
      spool,
      file: file.path,
      close: () => undefined,
    });
  } catch (error) {
    spool.dispose();
    throw error;
  }
}
