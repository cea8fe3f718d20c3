import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { dockerArchive, gzip, type ImagePlan, makeTar, noise, ociLayout, zstdFrames } from "./make.ts";
import { entriesOf, makeFolder, open, writeFiles } from "./open.ts";

const folder = await makeFolder();
const entries = [
  { path: "etc/" },
  { path: "etc/release", data: "one" },
  { path: "big", data: noise(300_001, 3) },
];
const plan: ImagePlan = {
  layers: [
    { entries, createdBy: "ADD rootfs.tar /" },
    { entries: [{ path: "etc/.wh.release" }], createdBy: "RUN rm" },
  ],
  tag: "example:1",
  config: { User: "app", Env: ["A=1"] },
};

it.each([
  ["gzip", gzip],
  ["zstd", zstdFrames],
])("an OCI layout with %s layers becomes an archive of the same image", async (name, store) => {
  const layers = plan.layers.map((layer) => ({ ...layer, store }));
  await writeFiles(path.join(folder, name), ociLayout({ ...plan, layers }));
  const handle = await open(folder, `./${name}`);
  const archive = await handle.archive();
  const again = await open(path.dirname(archive), `docker-archive:${archive}`);
  expect(again.source).toBe("docker-archive");
  expect(await entriesOf(again)).toEqual(await entriesOf(handle));
  expect({ id: again.imageId, config: again.config }).toEqual({ id: handle.imageId, config: handle.config });
  // Other programs check the digests of the layers.
  expect((await readFile(archive)).includes(makeTar(entries))).toBe(true);
  expect(await handle.archive()).toBe(archive);
  await again.dispose();
  await handle.dispose();
  await expect(stat(archive)).rejects.toThrow("ENOENT");
});

it("an archive of this image alone is handed on as it is, one of several is written anew", async () => {
  await writeFile(path.join(folder, "one.tar"), dockerArchive(plan));
  await writeFile(path.join(folder, "two.tar"), dockerArchive(plan, { ...plan, tag: "other:2" }));
  const one = await open(folder, "./one.tar");
  expect(await one.archive()).toBe(path.join(folder, "one.tar"));
  const two = await open(folder, "./two.tar#other:2");
  const archive = await two.archive();
  expect(archive).not.toBe(path.join(folder, "two.tar"));
  const again = await open(path.dirname(archive), `docker-archive:${archive}`);
  expect(again.tags).toEqual(["other:2"]);
  for (const handle of [one, two, again]) await handle.dispose();
});
