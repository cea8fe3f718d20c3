import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { uselessKind } from "../../src/image/analysis/useless.ts";
import { analyzeImage } from "../../src/image/analyze.ts";
import { createTarParser } from "../../src/image/tar/parser.ts";
import {
  digestOf,
  dockerArchive,
  type Entry,
  entryBlocks,
  gzip,
  header,
  makeTar,
  ociLayout,
  paxRecord,
  sealed,
} from "./make.ts";
import { makeFolder, open, writeFiles } from "./open.ts";

const folder = await makeFolder();

async function put(name: string, data: Buffer): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, data);
  return file;
}

async function analyzeLayersOf(name: string, ...layers: readonly (readonly Entry[])[]) {
  const file = await put(
    name,
    dockerArchive({ layers: layers.map((entries) => ({ entries, store: gzip })) }),
  );
  const handle = await open(folder, file);
  try {
    return await analyzeImage(handle);
  } finally {
    await handle.dispose();
  }
}

const long = (name: string): Entry => ({ path: "x", pax: { path: name } });

describe("an image made to exhaust the reader", () => {
  it("may remove a directory of very many files", async () => {
    const many = Array.from({ length: 150_000 }, (_, index) => ({ path: `d/f${index}` }));
    const analysis = await analyzeLayersOf("wide.tar", many, [{ path: ".wh.d" }]);
    expect(analysis.hidden).toMatchObject([{ cause: "dir-removed", files: 150_000 }]);
  }, 60_000);

  it("with millions of folders in a few thousand paths is refused", async () => {
    const deep = Array.from({ length: 1100 }, (_, index) => long(`x${index}/${"a/".repeat(2000)}f`));
    await expect(analyzeLayersOf("deep.tar", deep)).rejects.toThrow(/more than \d+ different paths/);
  }, 60_000);

  it("has no say over time by the depth of its paths", async () => {
    const below = "a/".repeat(1500);
    const files = Array.from({ length: 4000 }, (_, index) => ({ ...long(`${below}f${index}`), data: "x" }));
    const analysis = await analyzeLayersOf(
      "deep-files.tar",
      [{ path: "first" }],
      [{ path: ".wh.nothing" }, ...files],
    );
    expect(analysis.size).toMatchObject({ total: 4000, files: 4001 });
    for (const name of ["node_modules/", "build/"]) {
      for (let index = 0; index < 2000; index++)
        expect(uselessKind(`${name.repeat(300)}${index}`)).toBeUndefined();
    }
  }, 30_000);

  it("cannot fill memory with global headers nobody reads", () => {
    const value = "v".repeat(1_000_000);
    const parser = createTarParser({ where: "a layer", maxEntries: 10, visit: () => undefined });
    const before = process.memoryUsage();
    for (let index = 0; index < 300; index++) {
      const record = Buffer.from(paxRecord(`key${index}`, value));
      parser.push(header({ path: "g", type: "g", size: record.length }));
      parser.push(record);
      parser.push(Buffer.alloc((512 - (record.length % 512)) % 512));
    }
    const { heapUsed, external } = process.memoryUsage();
    expect(heapUsed + external - before.heapUsed - before.external).toBeLessThan(150_000_000);
  });

  it("with a sparse file of less than nothing is refused", () => {
    const sparse = header({ path: "s", type: "S", size: 0 });
    sparse.fill(0xff, 483, 495);
    const parser = createTarParser({ where: "a layer", maxEntries: 10, visit: () => undefined });
    expect(() => parser.push(sealed(sparse))).toThrow(/negative size/);
  });

  it("with a history or layers without end is refused", async () => {
    const history = Array.from({ length: 20_000 }, () => ({ empty_layer: true }));
    const steps = await put("steps.tar", dockerArchive({ layers: [], history }));
    await expect(open(folder, steps)).rejects.toThrow(/history has 20000 steps/);
    const files = ociLayout({ layers: Array.from({ length: 3000 }, () => ({ entries: [] })) });
    await writeFiles(path.join(folder, "layers"), files);
    await expect(open(folder, path.join(folder, "layers"))).rejects.toThrow(/3000 layers/);
  });
});

describe("an archive that lies", () => {
  it("is not believed about the digest of its configuration", async () => {
    const honest = dockerArchive({ layers: [{ entries: [{ path: "a", data: "1" }] }] });
    const [name = ""] = /[a-f0-9]{64}(?=\.json)/.exec(honest.toString("latin1")) ?? [];
    const handle = await open(folder, await put("honest.tar", honest));
    expect(handle.imageId).toBe(`sha256:${name}`);
    await handle.dispose();
    const config = Buffer.from(
      JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { diff_ids: [] } }),
    );
    const entries: Entry[] = [
      { path: `${name}.json`, data: config },
      { path: "manifest.json", data: JSON.stringify([{ Config: `${name}.json`, Layers: [] }]) },
    ];
    const liar = await open(folder, await put("liar.tar", makeTar(entries)));
    expect(liar.imageId).toBe(digestOf(config));
    await liar.dispose();
  });

  it("is read as engines unpack it, when a link takes a file's place", async () => {
    const config = (user: string): string =>
      JSON.stringify({ os: "linux", config: { User: user }, rootfs: { diff_ids: [] } });
    const manifest = (name: string): string => JSON.stringify([{ Config: name, Layers: [] }]);
    const blocks = [
      { path: "harmless", data: config("app") },
      { path: "other", data: config("root") },
      { path: "manifest.json", data: manifest("harmless") },
      { path: "second.json", data: manifest("other") },
      { path: "manifest.json", type: "2", link: "second.json" },
    ].map(entryBlocks);
    const file = await put("links.tar", Buffer.concat([...blocks, Buffer.alloc(1024)]));
    const handle = await open(folder, file);
    expect(handle.config.user).toBe("root");
    await handle.dispose();
  });
});

describe("a registry elsewhere", () => {
  afterEach(() => void vi.unstubAllGlobals());

  function answering(answer: (url: string, headers: Headers) => Response): string[] {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (input: URL | string, init: RequestInit) => {
      const headers = new Headers(init.headers);
      asked.push(`${input} ${headers.get("authorization") ?? "-"}`);
      return answer(String(input), headers);
    });
    return asked;
  }

  async function login(): Promise<Record<string, string>> {
    const auths = { "registry.example": { auth: Buffer.from("me:pass").toString("base64") } };
    await writeFiles(folder, new Map([["config.json", Buffer.from(JSON.stringify({ auths }))]]));
    return { DOCKER_CONFIG: folder };
  }

  const bearer = (realm: string): Response =>
    new Response("", { status: 401, headers: { "www-authenticate": `Bearer realm="${realm}"` } });

  it("cannot send requests to this machine", async () => {
    const redirects = answering(
      () => new Response("", { status: 307, headers: { location: "http://127.0.0.1:9/admin" } }),
    );
    await expect(open(folder, "registry.example/app:1")).rejects.toThrow(/redirects to http:\/\/127/);
    const realms = answering(() => bearer("http://localhost:9/token"));
    const env = await login();
    await expect(open(folder, "registry.example/app:1", { env })).rejects.toThrow(/wants its token/);
    expect([...redirects, ...realms].filter((one) => !one.startsWith("https://registry.example/"))).toEqual(
      [],
    );
  });

  it("keeps the credentials from where it redirects to", async () => {
    const asked = answering((url) =>
      url.startsWith("https://registry.example/")
        ? new Response("", { status: 307, headers: { location: "https://storage.example/blob" } })
        : bearer("https://storage.example/token"),
    );
    await expect(open(folder, "registry.example/app:1", { env: await login() })).rejects.toThrow(/no access/);
    expect(asked.filter((one) => !one.endsWith(" -"))).toEqual([]);
  });

  it("cannot fill memory with a token", async () => {
    const endless = (): Response =>
      new Response(
        new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)) }),
      );
    answering((url) => (url.includes("/token") ? endless() : bearer("https://registry.example/token")));
    await expect(open(folder, "registry.example/app:1")).rejects.toThrow(/more than \d+ bytes/);
  });
});
