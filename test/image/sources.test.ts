import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { analyzeImage } from "../../src/image/analyze.ts";
import type { OpenOptions } from "../../src/image/types.ts";
import { defaultLimits } from "../../src/security/limits.ts";
import {
  digestOf,
  dockerArchive,
  gzip,
  type ImagePlan,
  makeTar,
  noise,
  ociArchive,
  ociLayout,
  zstdFrames,
} from "./make.ts";
import { entriesOf, makeFolder, open, writeFiles } from "./open.ts";

const folder = await makeFolder();

const layers: ImagePlan["layers"] = [
  {
    entries: [
      { path: "etc/" },
      { path: "etc/release", data: "one" },
      { path: "big", data: noise(300_000, 3) },
    ],
    createdBy: "ADD rootfs.tar /",
  },
  {
    entries: [{ path: "etc/" }, { path: "etc/release", data: "two" }],
    createdBy: "RUN /bin/sh -c echo two # buildkit",
  },
  {
    entries: [{ path: "etc/" }, { path: "etc/.wh.release" }],
    createdBy: "RUN /bin/sh -c rm /etc/release # buildkit",
  },
];
const plan: ImagePlan = { layers, tag: "example:1", config: { User: "app", Cmd: ["run"], Env: ["A=1"] } };
const stored = (store: (tar: Buffer) => Buffer): ImagePlan => ({
  ...plan,
  layers: layers.map((layer) => ({ ...layer, store })),
});
// Not every layer has to be stored the same way.
const mixed: ImagePlan = {
  ...plan,
  layers: layers.map((layer, index) => (index === 1 ? { ...layer, store: gzip } : layer)),
};

async function put(name: string, data: Buffer): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, data);
  return file;
}

async function layout(name: string, files: ReadonlyMap<string, Buffer>): Promise<string> {
  const target = path.join(folder, name);
  await writeFiles(target, files);
  return target;
}

const forms: Readonly<Record<string, () => Promise<string>>> = {
  "docker save before 25": () => put("old.tar", dockerArchive(plan)),
  "docker save since 25": () => put("new.tar", ociArchive(ociLayout(plan, { also: true }))),
  "docker save, compressed as a whole": () => put("old.tar.gz", gzipSync(dockerArchive(plan))),
  "docker save, compressed as a whole with zstd": () => put("old.tar.zst", zstdFrames(dockerArchive(plan))),
  "layers compressed with gzip": () => put("gzip.tar", dockerArchive(stored(gzip))),
  "layers compressed with zstd in several frames": () => put("zstd.tar", dockerArchive(stored(zstdFrames))),
  "an OCI archive with ./ names": () => put("oci.tar", ociArchive(ociLayout(stored(gzip)), true)),
  "an OCI layout with an index of an index and an attestation": () =>
    layout("nested", ociLayout(plan, { nested: true })),
  "a media type that lies": () =>
    layout("lying", ociLayout(plan, { mediaType: "application/vnd.oci.image.layer.v1.tar+zstd" })),
  "layers stored in different ways": () => layout("mixed", ociLayout(mixed)),
};

describe("sources", () => {
  it.each(Object.entries(forms))("%s gives the same image", async (_name, make) => {
    const handle = await open(folder, await make());
    expect(handle.config).toMatchObject({ user: "app", cmd: ["run"], env: ["A=1"] });
    expect(handle.layers.map((layer) => layer.createdBy)).toEqual(layers.map((layer) => layer.createdBy));
    const analysis = await analyzeImage(handle);
    expect(analysis.size).toMatchObject({ total: 300_006, visible: 300_000, hidden: 6 });
    expect(analysis.hidden.map((group) => [group.writtenBy, group.hiddenBy, group.cause])).toEqual([
      [0, 1, "overwritten"],
      [1, 2, "file-removed"],
    ]);
    // Layers can be read again.
    expect((await entriesOf(handle)).map((entries) => entries.length)).toEqual([3, 2, 2]);
    await handle.dispose();
    await handle.dispose();
  });

  it("reads standard input, and refuses it where there is none", async () => {
    const handle = await open(folder, "-", { stdin: Readable.from([gzipSync(dockerArchive(plan))]) });
    expect((await analyzeImage(handle)).size.total).toBe(300_006);
    await handle.dispose();
    await expect(open(folder, "-")).rejects.toThrow(/no standard input/);
  });

  it("gives the content of chosen entries", async () => {
    const handle = await open(folder, await put("content.tar", dockerArchive(stored(gzip))));
    const chunks: Buffer[] = [];
    await handle.entries(1, (entry) =>
      entry.path === "etc/release"
        ? { data: (chunk) => void chunks.push(Buffer.from(chunk)), end: () => undefined }
        : undefined,
    );
    expect(Buffer.concat(chunks).toString()).toBe("two");
    await handle.dispose();
  });

  it("finds repeated layers that older engines store as links", async () => {
    const same = layers[1] ?? { entries: [] };
    const handle = await open(folder, await put("links.tar", dockerArchive({ layers: [same, same] })));
    expect((await analyzeImage(handle)).size).toMatchObject({ total: 6, visible: 3 });
    await handle.dispose();
  });

  it("asks which one of several images, and takes the one after #", async () => {
    const file = await put(
      "two.tar",
      dockerArchive({ ...plan, tag: "a:1" }, { layers: layers.slice(0, 1), tag: "b:2" }),
    );
    await expect(open(folder, file)).rejects.toMatchObject({
      message: expect.stringContaining("a:1, b:2"),
      hint: expect.stringContaining("#a:1"),
    });
    const handle = await open(folder, `${file}#b:2`);
    expect(handle.layers).toHaveLength(1);
    await handle.dispose();
    await expect(open(folder, `${file}#c:3`)).rejects.toThrow(/holds no image c:3/);
  });

  it("chooses by platform", async () => {
    const files = ociLayout({ ...plan, architecture: "s390x" });
    const amd = ociLayout({ ...plan, architecture: "amd64" });
    const manifests = [files, amd].flatMap((one) => JSON.parse(String(one.get("index.json"))).manifests);
    const target = await layout(
      "platforms",
      new Map([
        ...files,
        ...amd,
        ["index.json", Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }))],
      ]),
    );
    const handle = await open(folder, target, { platform: "linux/s390x" });
    expect(handle.platform).toBe("linux/s390x");
    await handle.dispose();
    await expect(open(folder, target, { platform: "linux/riscv64" })).rejects.toMatchObject({
      kind: "not-found",
      hint: expect.stringContaining("linux/s390x, linux/amd64"),
    });
  });
});

describe("hostile and damaged sources", () => {
  const fails = async (
    source: string,
    message: RegExp,
    options: Partial<OpenOptions> = {},
  ): Promise<void> => {
    const run = async (): Promise<void> => {
      const handle = await open(folder, source, options);
      try {
        await analyzeImage(handle);
      } finally {
        await handle.dispose();
      }
    };
    await expect(run()).rejects.toThrow(message);
  };

  it.each<[string, () => Buffer, RegExp]>([
    ["a truncated archive", () => dockerArchive(plan).subarray(0, 200_000), /truncated|ends/],
    [
      "a tar that is no image",
      () => makeTar([{ path: "readme", data: "x" }]),
      /neither manifest.json nor index.json/,
    ],
    ["text", () => Buffer.from("x".repeat(2000)), /octal|checksum|truncated/],
    ["a manifest that is no JSON", () => makeTar([{ path: "manifest.json", data: "{" }]), /not JSON/],
    ["a manifest of another shape", () => makeTar([{ path: "manifest.json", data: "[]" }]), /malformed/],
    [
      "a missing layer",
      () =>
        makeTar([
          { path: "manifest.json", data: '[{"Config":"c.json","Layers":["a/layer.tar"]}]' },
          { path: "c.json", data: "{}" },
        ]),
      /a\/layer.tar is missing/,
    ],
    [
      "links in a circle",
      () =>
        makeTar([
          { path: "manifest.json", type: "2", link: "other" },
          { path: "other", type: "2", link: "manifest.json" },
        ]),
      /circle/,
    ],
    [
      "a layer that is no tar",
      () => dockerArchive(stored(() => Buffer.from("nonsense".repeat(100)))),
      /layer 0/,
    ],
    [
      "a gzip layer that ends early",
      () => dockerArchive(stored((tar) => gzip(tar).subarray(0, -100_000))),
      /gzip data is damaged|ends/,
    ],
    [
      "a zstd layer that ends early",
      () => dockerArchive(stored((tar) => zstdFrames(tar).subarray(0, -100_000))),
      /zstd data is damaged|ends/,
    ],
    [
      "a damaged zstd layer",
      () => dockerArchive(stored((tar) => zstdFrames(tar).fill(0xff, 20, 40))),
      /zstd data is damaged|layer 0/,
    ],
    [
      "an xz layer",
      () => dockerArchive(stored(() => Buffer.from("\xfd7zXZ\0 and more", "latin1"))),
      /compressed with xz/,
    ],
  ])("%s is refused with a clear message", async (name, make, message) => {
    await fails(await put(`${name.replace(/\W+/g, "-")}.tar`, make()), message);
  });

  it("a content that is not what its digest says", async () => {
    const files = ociLayout(plan);
    const manifest = JSON.parse(String(files.get("index.json"))).manifests[0].digest.slice(7);
    const text = String(files.get(`blobs/sha256/${manifest}`)).replace("tar+gzip", "tar+gzIp");
    files.set(`blobs/sha256/${manifest}`, Buffer.from(text));
    await fails(await layout("tampered", files), new RegExp(`content is ${digestOf(Buffer.from(text))}`));
  });

  it("bombs stop at the limit", async () => {
    const bomb = { layers: [{ entries: [{ path: "zeros", data: Buffer.alloc(40_000_000) }], store: gzip }] };
    const limits = { ...defaultLimits, imageLayerBytes: 10_000_000 };
    await fails(await put("bomb.tar", dockerArchive(bomb)), /decompresses to more than/, { limits });
    const many = {
      layers: [{ entries: Array.from({ length: 300 }, (_, index) => ({ path: `f${index}` })) }, ...layers],
    };
    await fails(await put("many.tar", dockerArchive(many)), /more than \d+ entries/, {
      limits: { ...defaultLimits, imageEntries: 301 },
    });
  });

  it("paths outside the roots and links out of them are refused", async () => {
    const inner = path.join(folder, "inner");
    await mkdir(inner, { recursive: true });
    const outside = await put("outside.tar", dockerArchive(plan));
    await expect(open(inner, outside)).rejects.toThrow(/outside the allowed directories/);
    const files = ociLayout(plan);
    const target = path.join(inner, "layout");
    await writeFiles(target, new Map([...files].filter(([name]) => !name.startsWith("blobs/"))));
    await writeFiles(path.join(folder, "elsewhere"), files);
    await symlink(path.join(folder, "elsewhere", "blobs"), path.join(target, "blobs"));
    await expect(open(inner, target)).rejects.toThrow(/outside the allowed directories/);
  });

  it("a cancelled read ends", async () => {
    const file = await put("cancel.tar", dockerArchive(stored(gzip)));
    const controller = new AbortController();
    const handle = await open(folder, file, { signal: controller.signal });
    controller.abort();
    await expect(analyzeImage(handle)).rejects.toMatchObject({ kind: "cancelled" });
    await handle.dispose();
  });
});

describe("the container engine", () => {
  it("is asked over its socket for the image and its archive", async () => {
    const socket = path.join(folder, "engine.sock");
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      if (request.url === "/images/example:1/json") {
        response.end(
          JSON.stringify({
            Id: digestOf(Buffer.from("x")),
            RepoTags: ["example:1"],
            Size: 1,
            Os: "linux",
            Architecture: "amd64",
          }),
        );
      } else if (request.url === "/images/example:1/get") response.end(dockerArchive(plan));
      else if (request.url === "/images/broken:1/json") {
        response.writeHead(500).end(JSON.stringify({ message: "disk is \u001b[31mfull" }));
      } else response.writeHead(404).end(JSON.stringify({ message: "no such image" }));
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      const env = { DOCKER_HOST: `unix://${socket}` };
      const handle = await open(folder, "example:1", { engine: "docker", env });
      expect(handle).toMatchObject({ source: "engine", reference: "example:1", tags: ["example:1"] });
      expect((await analyzeImage(handle)).size.total).toBe(300_006);
      await handle.dispose();
      expect(asked).toEqual(["/images/example:1/json", "/images/example:1/get"]);
      await expect(open(folder, "broken:1", { engine: "docker", env })).rejects.toThrow("disk is full");
      await expect(open(folder, "docker-daemon:other:1", { engine: "docker", env })).rejects.toMatchObject({
        kind: "not-found",
      });
      // A folder of the same name is not what is meant: nobody has the image, its registry does not answer.
      await mkdir(path.join(folder, "127.0.0.1:1", "other"), { recursive: true });
      await expect(open(folder, "127.0.0.1:1/other", { engine: "docker", env })).rejects.toThrow(
        /registry 127\.0\.0\.1:1 cannot be reached/,
      );
      const context = path.join(folder, "docker");
      const id = digestOf(Buffer.from("remote")).slice(7);
      await writeFiles(
        context,
        new Map([
          ["config.json", Buffer.from('{"currentContext":"remote"}')],
          [
            `contexts/meta/${id}/meta.json`,
            Buffer.from(
              JSON.stringify({ Name: "remote", Endpoints: { docker: { Host: `unix://${socket}` } } }),
            ),
          ],
        ]),
      );
      const second = await open(folder, "example:1", { engine: "docker", env: { DOCKER_CONFIG: context } });
      expect(second.layers).toHaveLength(3);
      await second.dispose();
    } finally {
      server.close();
    }
  });

  it("at an address that cannot be used is an error with a way out", async () => {
    const env = { DOCKER_HOST: "ssh://me@host" };
    await expect(open(folder, "example:1", { engine: "docker", env })).rejects.toMatchObject({
      message: expect.stringContaining("DOCKER_HOST ssh://me@host cannot be used"),
      hint: expect.stringContaining("ssh -L"),
    });
  });
});
