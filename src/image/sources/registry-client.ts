import { setTimeout as wait } from "node:timers/promises";
import {
  CancelledError,
  DockwrightError,
  EngineError,
  InputError,
  NotFoundError,
} from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import type { Credentials } from "./credentials.ts";
import { field } from "./endpoint.ts";
import { isLoopback, type RegistryReference } from "./reference.ts";

/** Reads one repository of a registry (OCI distribution specification 1.1; Docker's token protocol). */
export interface RegistryClient {
  /** A manifest or index by tag or digest. */
  manifest(tagOrDigest: string): Promise<{ readonly body: Buffer; readonly digest: string | undefined }>;
  /** A blob from byte `from` on. The answer may start at 0 all the same: `start` says so. */
  blob(
    digest: string,
    from: number,
  ): Promise<{ readonly start: number; readonly body: AsyncIterable<Uint8Array> }>;
}

export interface RegistryClientOptions {
  readonly signal: AbortSignal;
  readonly maxDocumentBytes: number;
  /** Called when the registry asks who is there. */
  credentials(): Promise<Credentials | undefined>;
}

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const attempts = 3;
const maxRedirects = 5;

/** Makes a client. Registries on this machine are asked over HTTP when they do not answer HTTPS; others never. */
export function makeRegistryClient(
  reference: RegistryReference,
  options: RegistryClientOptions,
): RegistryClient {
  const { host, repository } = reference;
  const { signal } = options;
  let origin = `https://${host}`;
  let authorization: string | undefined;
  /** The host behind the redirects, where there were any. */
  const answeredBy = new WeakMap<Response, string>();

  async function request(path: string, headers: Record<string, string>): Promise<Response> {
    let response = await send(path, headers);
    // Who stores the blobs may not ask for the registry's credentials.
    if (response.status === 401 && hostOf(response) === host) {
      const challenge = response.headers.get("www-authenticate") ?? "";
      await response.body?.cancel();
      authorization = await authorize(challenge);
      response = await send(path, headers);
    }
    if (response.ok) return response;
    await response.body?.cancel();
    throw refused(response.status, host, repository, path);
  }

  function hostOf(response: Response): string {
    return answeredBy.get(response) ?? host;
  }

  /** Plain HTTP, and this machine at all, are for registries on this machine: no other may make us ask what runs here. */
  function isAllowed(url: URL): boolean {
    if (isLoopback(url.host)) return isLoopback(host) && /^https?:$/.test(url.protocol);
    return url.protocol === "https:";
  }

  async function send(path: string, headers: Record<string, string>): Promise<Response> {
    const withAuthorization = authorization === undefined ? headers : { ...headers, authorization };
    try {
      return await follow(`${origin}/v2/${repository}/${path}`, withAuthorization);
    } catch (error) {
      if (!origin.startsWith("https:") || !isLoopback(host) || signal.aborted) throw error;
      origin = `http://${host}`;
      return follow(`${origin}/v2/${repository}/${path}`, withAuthorization);
    }
  }

  /** Follows redirects by hand: the storage a blob is redirected to must not see the registry's credentials. */
  async function follow(start: string, headers: Record<string, string>): Promise<Response> {
    let url = new URL(start);
    let sent = headers;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const response = await attempt(url, sent);
      const location = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || location === null) {
        if (hop > 0) answeredBy.set(response, url.host);
        return response;
      }
      await response.body?.cancel();
      const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
      if (next === undefined || !isAllowed(next)) {
        throw new InputError(
          `registry ${clean(host)} redirects to ${clean(next?.origin ?? location, 120)}`,
          "the registry is not to be trusted",
        );
      }
      if (next.host !== url.host) {
        const { authorization: _dropped, ...rest } = sent;
        sent = rest;
      }
      url = next;
    }
    throw new EngineError(`registry ${clean(host)} redirects in a circle`, "try again later");
  }

  /** GET, or POST with a form. */
  async function attempt(
    url: URL,
    headers: Record<string, string>,
    form?: URLSearchParams,
  ): Promise<Response> {
    const sent = form === undefined ? { headers } : { headers, method: "POST", body: form };
    for (let count = 1; ; count++) {
      try {
        const response = await fetch(url, { ...sent, redirect: "manual", signal });
        if (count >= attempts || (response.status !== 429 && response.status < 500)) return response;
        await response.body?.cancel();
        await wait(Math.min(10, Number(response.headers.get("retry-after")) || count) * 1000, undefined, {
          signal,
        });
      } catch (error) {
        if (signal.aborted) throw new CancelledError();
        // A token that cannot stand in a header would be told by the message of the error.
        if (causeCode(error) === undefined && error instanceof TypeError && error.cause === undefined) {
          throw new EngineError(
            `registry ${clean(host)} gave a token that cannot be sent`,
            "try again later",
          );
        }
        // A refused connection does not get better; other failures may.
        if (count >= attempts || causeCode(error) === "ECONNREFUSED" || isLoopback(url.host)) {
          throw new EngineError(
            `registry ${clean(url.host)} cannot be reached (${clean(causeCode(error) ?? String(error), 100)})`,
            "check the name and the network; for HTTPS_PROXY, Node.js 22.21, 24 and later want NODE_USE_ENV_PROXY=1; a saved archive needs no network",
            { cause: error },
          );
        }
        await wait(count * 300);
      }
    }
  }

  async function authorize(challenge: string): Promise<string> {
    const credentials = await options.credentials();
    if (/^basic\b/i.test(challenge)) {
      if (credentials?.kind !== "basic") throw refused(401, host, repository, "");
      return basic(credentials);
    }
    const parameters = new Map(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
    );
    const realm = parameters.get("realm") ?? "";
    const url = URL.canParse(realm) ? new URL(realm) : undefined;
    if (!/^bearer\b/i.test(challenge) || url === undefined) throw refused(401, host, repository, "");
    if (!isAllowed(url)) {
      throw new InputError(
        `registry ${clean(host)} wants its token from ${clean(realm, 120)}`,
        "a token service has to be HTTPS, and on another machine than this one",
      );
    }
    const token = await fetchToken(url, parameters.get("service"), credentials);
    return `Bearer ${token}`;
  }

  async function fetchToken(
    url: URL,
    service: string | undefined,
    credentials: Credentials | undefined,
  ): Promise<string> {
    const scope = `repository:${repository}:pull`;
    const response =
      credentials?.kind === "identity"
        ? await attempt(
            url,
            {},
            new URLSearchParams({
              grant_type: "refresh_token",
              refresh_token: credentials.token,
              client_id: "dockwright",
              scope,
              ...(service === undefined ? {} : { service }),
            }),
          )
        : await attempt(
            withQuery(url, service, scope),
            credentials === undefined ? {} : { authorization: basic(credentials) },
          );
    const body = response.ok ? parse(await readAll(response, options.maxDocumentBytes, signal)) : undefined;
    const token = field(body, "token") ?? field(body, "access_token");
    if (typeof token !== "string") throw refused(401, host, repository, "");
    return token;
  }

  return {
    async manifest(tagOrDigest) {
      const response = await request(`manifests/${tagOrDigest}`, { accept: manifestTypes });
      const body = await readAll(response, options.maxDocumentBytes, signal);
      return { body, digest: response.headers.get("docker-content-digest") ?? undefined };
    },
    async blob(digest, from) {
      const response = await request(`blobs/${digest}`, from > 0 ? { range: `bytes=${from}-` } : {});
      if (response.body === null)
        throw new EngineError(`registry ${clean(host)} sent no content`, "try again later");
      return { start: response.status === 206 ? from : 0, body: chunks(response.body, signal) };
    },
  };
}

async function* chunks(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    if (error instanceof DockwrightError) throw error;
    if (signal.aborted) throw new CancelledError();
    throw new EngineError("the download broke off", "try again", { cause: error });
  }
}

async function readAll(response: Response, max: number, signal: AbortSignal): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of response.body === null ? [] : chunks(response.body, signal)) {
    total += part.length;
    if (total > max)
      throw new InputError(`the registry's document has more than ${max} bytes`, "the registry is at fault");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function withQuery(url: URL, service: string | undefined, scope: string): URL {
  const result = new URL(url);
  if (service !== undefined) result.searchParams.set("service", service);
  result.searchParams.set("scope", scope);
  return result;
}

function basic(credentials: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
}

function refused(status: number, host: string, repository: string, path: string): DockwrightError {
  const what = `${clean(host)}/${clean(repository, 120)}`;
  if (status === 401 || status === 403) {
    return new InputError(
      `registry ${clean(host)} gives no access to ${clean(repository, 120)}`,
      `check the name, or run docker login ${clean(host)}`,
    );
  }
  if (status === 404) {
    return new NotFoundError(
      `${what} has no ${clean(path.replace("manifests/", "image "), 100)}`,
      "check the name and the tag",
    );
  }
  if (status === 429)
    return new EngineError(`registry ${clean(host)} limits the rate of pulls`, "log in, or wait");
  return new EngineError(
    `registry ${clean(host)} answered ${status} for ${clean(repository, 120)}`,
    "try again later",
  );
}

function causeCode(error: unknown): string | undefined {
  const cause = field(error, "cause");
  const code = field(cause, "code") ?? field(error, "code");
  return typeof code === "string" ? code : undefined;
}
