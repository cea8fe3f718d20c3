import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { analyzeImage, analyzeLayers } from "../../src/image/analyze.ts";
import { parseReference } from "../../src/image/sources/reference.ts";
import { gzip, type ImagePlan, noise, ociLayout } from "./make.ts";
import { makeFolder, open, writeFiles } from "./open.ts";

const folder = await makeFolder();
const plan: ImagePlan = {
  layers: [
    { entries: [{ path: "big", data: noise(200_000, 9) }], createdBy: "ADD rootfs.tar /", store: gzip },
    { entries: [{ path: ".wh.big" }], createdBy: "RUN /bin/sh -c rm /big", store: gzip },
  ],
};
const files = ociLayout(plan, { nested: true });
const top = JSON.parse(String(files.get("index.json"))).manifests[0].digest;

type Handler = (request: IncomingMessage, response: ServerResponse) => boolean;

interface Seen {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** A registry that needs a token, redirects blobs to another host, and can misbehave. */
let seen: Seen[] = [];
let before: Handler = () => false;
let expected = "Bearer secret-token";
const storage = await listen((request, response) => {
  seen.push({
    url: `storage${request.url}`,
    authorization: request.headers.authorization,
    range: request.headers.range,
  });
  if (before(request, response)) return;
  const blob = files.get(`blobs/${(request.url ?? "").slice(1).replace(":", "/")}`) ?? Buffer.alloc(0);
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200).end(blob.subarray(from));
});
const registry = await listen((request, response) => {
  const url = request.url ?? "";
  seen.push({ url, authorization: request.headers.authorization, range: request.headers.range });
  if (url.startsWith("/token")) {
    response.end(JSON.stringify({ token: "secret-token" }));
  } else if (request.headers.authorization !== expected) {
    const challenge = expected.startsWith("Basic")
      ? 'Basic realm="r"'
      : `Bearer realm="http://127.0.0.1:${port(registry)}/token",service="test"`;
    response.writeHead(401, { "www-authenticate": challenge }).end();
  } else if (url === "/v2/team/app/manifests/1") response.end(blobOf(top));
  else if (url.startsWith("/v2/team/app/manifests/sha256:")) response.end(blobOf(url.slice(23)));
  else if (url.startsWith("/v2/team/app/blobs/")) {
    response.writeHead(307, { location: `http://localhost:${port(storage)}/${url.slice(19)}` }).end();
  } else response.writeHead(404).end();
});

function blobOf(digest: string): Buffer {
  return files.get(`blobs/${digest.replace(":", "/")}`) ?? Buffer.alloc(0);
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => void server.close());
  return server;
}

function port(server: Server): number {
  return (server.address() as AddressInfo).port;
}

beforeEach(() => {
  seen = [];
  before = () => false;
  expected = "Bearer secret-token";
});

const reference = (): string => `127.0.0.1:${port(registry)}/team/app:1`;

describe("a registry", () => {
  it("is asked with a token, and its storage without one", async () => {
    const handle = await open(folder, reference());
    expect(handle).toMatchObject({ source: "registry", platform: "linux/amd64" });
    const analysis = await analyzeImage(handle);
    expect(analysis.size).toMatchObject({ total: 200_000, visible: 0 });
    expect(analysis.size.compressed).toBe(handle.layers.reduce((sum, layer) => sum + layer.size, 0));
    await handle.dispose();
    const token = seen.find((one) => one.url.startsWith("/token"));
    expect(token?.url).toBe("/token?service=test&scope=repository%3Ateam%2Fapp%3Apull");
    const stored = seen.filter((one) => one.url.startsWith("storage"));
    expect(stored.length).toBeGreaterThan(0);
    expect(stored.every((one) => one.authorization === undefined)).toBe(true);
  });

  it("says stored sizes without sending a layer", async () => {
    const handle = await open(folder, reference());
    const analysis = analyzeLayers(handle);
    expect(analysis.size.total).toBe(handle.layers.reduce((sum, layer) => sum + layer.size, 0));
    const digests = handle.layers.map((layer) => layer.digest ?? "");
    expect(seen.some((one) => digests.some((digest) => one.url.includes(digest)))).toBe(false);
    await handle.dispose();
  });

  it("goes on where a download broke off", async () => {
    let broken = false;
    before = (request, response) => {
      const blob = blobOf((request.url ?? "").slice(1));
      if (broken || blob.length < 50_000) return false;
      broken = true;
      response.writeHead(200, { "content-length": blob.length });
      response.write(blob.subarray(0, 40_000), () => setTimeout(() => response.destroy(), 50));
      return true;
    };
    const handle = await open(folder, reference());
    expect((await analyzeImage(handle)).size.total).toBe(200_000);
    expect(seen.some((one) => one.range !== undefined && one.range !== "bytes=0-")).toBe(true);
    await handle.dispose();
  });

  it("that sends something else than the digest says is not believed", async () => {
    before = (request, response) => {
      const blob = Buffer.from(blobOf((request.url ?? "").slice(1)));
      if (blob.length < 50_000) return false;
      blob[20_000] = (blob[20_000] ?? 0) ^ 1;
      response.end(blob);
      return true;
    };
    const handle = await open(folder, reference());
    await expect(analyzeImage(handle)).rejects.toThrow(/content is sha256:/);
    await handle.dispose();
  });

  it("gets the name and password that docker login keeps", async () => {
    expected = `Basic ${Buffer.from("me:pass").toString("base64")}`;
    await expect(open(folder, reference())).rejects.toMatchObject({
      hint: expect.stringContaining("docker login"),
    });
    const config = path.join(folder, "login");
    const auths = { [`127.0.0.1:${port(registry)}`]: { auth: Buffer.from("me:pass").toString("base64") } };
    await writeFiles(config, new Map([["config.json", Buffer.from(JSON.stringify({ auths }))]]));
    const handle = await open(folder, reference(), { env: { DOCKER_CONFIG: config } });
    expect(handle.layers).toHaveLength(2);
    await handle.dispose();
  });

  it("without the image is a clear error", async () => {
    await expect(open(folder, `127.0.0.1:${port(registry)}/team/app:nope`)).rejects.toMatchObject({
      kind: "not-found",
    });
  });
});

describe("references", () => {
  it.each([
    ["node", "registry-1.docker.io", "library/node", "latest"],
    ["node:22-slim", "registry-1.docker.io", "library/node", "22-slim"],
    ["docker.io/library/node:22", "registry-1.docker.io", "library/node", "22"],
    ["me/app", "registry-1.docker.io", "me/app", "latest"],
    ["localhost/app:1", "localhost", "app", "1"],
    ["localhost:5000/a/b", "localhost:5000", "a/b", "latest"],
    [`ghcr.io/a/b:1@sha256:${"0".repeat(64)}`, "ghcr.io", "a/b", `sha256:${"0".repeat(64)}`],
  ])("%s", (text, host, repository, tag) => {
    expect(parseReference(text)).toMatchObject({ host, repository, tag });
  });
});
