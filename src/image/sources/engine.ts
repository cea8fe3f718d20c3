import http, { type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import { z } from "zod";
import { CancelledError, EngineError, InputError } from "../../security/errors.ts";
import { errorCode } from "../../security/paths.ts";
import { clean } from "../../security/untrusted.ts";
import type { ImageHandle, OpenOptions } from "../types.ts";
import { openArchive } from "./archive.ts";
import { type Endpoint, field, findEndpoints } from "./endpoint.ts";
import { formatPlatform, matches, parsePlatform } from "./platform.ts";
import { makeSpool, spoolStream } from "./spool.ts";

const inspectSchema = z.looseObject({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Size: z.number().nullish(),
  Os: z.string().nullish(),
  Architecture: z.string().nullish(),
  Variant: z.string().nullish(),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }).nullish(),
});

/** What an engine says about an image. */
export interface EngineImage {
  readonly endpoint: Endpoint;
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  /** Bytes, as the engine counts them. */
  readonly size: number;
  readonly diffIds: readonly string[];
}

/** Asks the engines in turn for an image; undefined when none runs or none has it. */
export async function inspectEngineImage(
  reference: string,
  options: OpenOptions,
): Promise<EngineImage | undefined> {
  const endpoints = await findEndpoints(options.engine ?? "auto", options.env ?? process.env);
  for (const endpoint of endpoints) {
    const response = await get(endpoint, `/images/${reference}/json`, options.signal).catch(
      (error: unknown) => {
        if (error instanceof CancelledError) throw error;
        return undefined;
      },
    );
    if (response === undefined) continue;
    const body = await readBody(response, options.limits.imageMetadataBytes);
    if (response.statusCode === 404) continue;
    const parsed = response.statusCode === 200 ? inspectSchema.safeParse(parse(body)) : undefined;
    if (!parsed?.success) throw refused(endpoint, response.statusCode, body);
    const { data } = parsed;
    if (!fits(data, options.platform)) continue;
    return {
      endpoint,
      id: data.Id,
      tags: data.RepoTags ?? [],
      digests: data.RepoDigests ?? [],
      size: data.Size ?? 0,
      diffIds: data.RootFS?.Layers ?? [],
    };
  }
  return undefined;
}

/**
 * Opens an image of a running engine (Docker Engine API, GET /images/{name}/json and /images/{name}/get; Podman
 * answers the same). The engine writes the archive to a temporary file here. Undefined when no engine has it.
 */
export async function openEngineImage(
  reference: string,
  options: OpenOptions,
): Promise<ImageHandle | undefined> {
  const image = await inspectEngineImage(reference, options);
  if (image === undefined) return undefined;
  const { signal, progress } = options;
  progress?.("the engine is preparing the image", 0, image.size);
  const response = await get(image.endpoint, `/images/${reference}/get`, signal);
  if (response.statusCode !== 200) {
    throw refused(
      image.endpoint,
      response.statusCode,
      await readBody(response, options.limits.imageMetadataBytes),
    );
  }
  const spool = makeSpool(options.limits.imageDiskBytes);
  try {
    const file = await spoolStream(spool, response, signal, (done) =>
      progress?.("reading from the engine", done, image.size),
    );
    const handle = await openArchive(file.region(), {
      reference,
      tag: undefined,
      options,
      spool,
      file: file.path,
      source: "engine",
      close: () => undefined,
    });
    const digest = image.digests[0]?.split("@")[1];
    return {
      ...handle,
      reference,
      imageId: image.id,
      tags: image.tags,
      ...(digest === undefined ? {} : { digest }),
    };
  } catch (error) {
    spool.dispose();
    if (signal.aborted) throw new CancelledError();
    throw error;
  }
}

function fits(
  image: {
    Os?: string | null | undefined;
    Architecture?: string | null | undefined;
    Variant?: string | null | undefined;
  },
  platform: string | undefined,
): boolean {
  if (platform === undefined || !image.Os || !image.Architecture) return true;
  const have = parsePlatform(
    formatPlatform({
      os: image.Os,
      architecture: image.Architecture,
      ...(image.Variant ? { variant: image.Variant } : {}),
    }),
  );
  return matches(have, parsePlatform(platform));
}

function get(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  const request: RequestOptions & https.RequestOptions = {
    path,
    method: "GET",
    headers: { host: "docker" },
    signal,
    agent: false,
  };
  if (endpoint.socketPath !== undefined) request.socketPath = endpoint.socketPath;
  if (endpoint.host !== undefined) request.host = endpoint.host;
  if (endpoint.port !== undefined) request.port = endpoint.port;
  const { tls } = endpoint;
  if (tls) {
    Object.assign(request, { rejectUnauthorized: tls.verify });
    if (tls.ca) request.ca = tls.ca;
    if (tls.cert) request.cert = tls.cert;
    if (tls.key) request.key = tls.key;
  }
  return new Promise((resolve, reject) => {
    const sent = (tls ? https : http).request(request, resolve);
    sent.on("error", (error) => {
      reject(
        signal.aborted
          ? new CancelledError()
          : new EngineError(
              `the container engine (${endpoint.label}) cannot be reached: ${errorCode(error)}`,
              errorCode(error) === "EACCES"
                ? "your user may not use its socket: join the docker group"
                : "start it",
              { cause: error },
            ),
      );
    });
    sent.end();
  });
}

async function readBody(response: IncomingMessage, max: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of response) {
    total += chunk.length;
    if (total > max) {
      response.destroy();
      throw new InputError("the container engine's answer is too large", "check what answers at its address");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function refused(endpoint: Endpoint, status: number | undefined, body: Buffer): EngineError {
  const message = field(parse(body), "message");
  return new EngineError(
    `the container engine (${endpoint.label}) answered ${status ?? "nothing"}: ${clean(typeof message === "string" ? message : "no reason given")}`,
    "see the engine's own log",
  );
}
