import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { readPlain, readRawJson } from "../../src/engine/progress.ts";
import { passVariables } from "../../src/engine/variables.ts";
import { makeRecorder } from "../../src/verify/claims.ts";
import { userNumber } from "../../src/verify/image-user.ts";
import { needlesOf } from "../../src/verify/secrets/needles.ts";
import { makeLineSearch, type SearchResult, searchImage } from "../../src/verify/secrets/search.ts";
import { collectSecrets, makeCanary, type RunSecret } from "../../src/verify/secrets/values.ts";
import { dockerArchive, type Entry } from "../image/make.ts";
import { makeFolder, open } from "../image/open.ts";

const folder = await makeFolder();
let number = 0;

async function withImage<Result>(
  layers: readonly (readonly Entry[])[],
  config: Readonly<Record<string, unknown>>,
  work: (handle: Awaited<ReturnType<typeof open>>) => Promise<Result>,
): Promise<Result> {
  const file = path.join(folder, `${number++}.tar`);
  await writeFile(file, dockerArchive({ layers: layers.map((entries) => ({ entries })), config }));
  const handle = await open(folder, file);
  try {
    return await work(handle);
  } finally {
    await handle.dispose();
  }
}

const canary = makeCanary();
const secret: RunSecret = {
  label: "token",
  kind: "mount",
  id: "token",
  value: canary,
  canary: true,
  needles: needlesOf(canary),
};

const search = (...files: readonly Entry[]): Promise<SearchResult> =>
  withImage([[{ path: "other", data: "x" }], files], {}, (handle) =>
    searchImage(handle, [secret], (text) => text),
  );

describe("the number of the user an image declares", () => {
  const passwd = {
    path: "etc/passwd",
    data: "root:x:0:0::/:/bin/sh\napp:x:0:0::/:/bin/sh\nweb:x:101:101::/:\n",
  };

  it.each([
    ["", 0],
    ["root", 0],
    ["0:0", 0],
    ["00", 0],
    ["+0", 0],
    ["1000:1000", 1000],
    ["app", 0],
    ["web:web", 101],
    ["nobody", undefined],
  ])("USER %s is %s", async (User, expected) => {
    expect(await withImage([[passwd]], { User }, userNumber)).toBe(expected);
  });

  it("is that of the last layer that says it", async () => {
    const later = { path: "etc/passwd", data: "web:x:0:0::/:\n" };
    expect(await withImage([[passwd], [later]], { User: "web" }, userNumber)).toBe(0);
    expect(await withImage([[passwd], [{ path: "etc/.wh.passwd" }]], { User: "web" }, userNumber)).toBe(
      undefined,
    );
  });
});

describe("a secret in a file", () => {
  it("is found in gzip whose checksum is wrong", async () => {
    const packed = gzipSync(`token=${canary}`);
    packed.writeUInt32LE(7, packed.length - 8);
    expect((await search({ path: "a.gz", data: packed })).places).toHaveLength(1);
  });

  it("that cannot be looked into is told with its layer", async () => {
    let nested = gzipSync(canary, { level: 9 });
    for (let level = 0; level < 8; level++) nested = gzipSync(nested);
    const damaged = Buffer.concat([gzipSync("x").subarray(0, 10), Buffer.alloc(20, 0xff)]);
    for (const data of [nested, damaged]) {
      const result = await search({ path: "a.gz", data });
      expect(result.places).toEqual([]);
      expect(result.unsearched).toEqual([1]);
      expect(result.notes).toHaveLength(1);
    }
    expect((await search({ path: "a.gz", data: gzipSync("x") })).unsearched).toEqual([]);
  });
});

describe("what a build prints", () => {
  it("is searched to the first line, however much follows", () => {
    const plain = makeLineSearch("build-log", [secret]);
    const reader = readPlain(plain.add);
    reader.line("#1 [1/1] RUN x");
    reader.line(`#1 0.1 ${canary}`);
    for (let line = 0; line < 5000; line++) reader.line(`#1 0.2 ${line}`);
    expect(reader.log.some(({ text }) => text.includes(canary))).toBe(false);
    expect(plain.places).toEqual([{ secret: "token", where: "build-log", form: "plain" }]);
    const raw = makeLineSearch("build-log", [secret]);
    const data = Buffer.from(`${canary}\n`).toString("base64");
    readRawJson(raw.add).line(JSON.stringify({ logs: [{ vertex: "v", data }] }));
    expect(raw.places).toHaveLength(1);
  });
});

it("a reason holds nothing that steers a terminal, whatever the application said", () => {
  const recorder = makeRecorder((text) => text);
  recorder.add("answers-probe", "refuted", { reason: "exit code 1: \u001B]0;owned\u0007\u202Eno\nPASSED" });
  expect(recorder.claims[0]?.reason).toBe("exit code 1: no PASSED");
});

it("the path of a secret cannot be more options", async () => {
  const root = mkdtempSync(path.join(tmpdir(), "secret-path-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const file = path.join(root, "x,src=", "etc", "passwd");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, "x".repeat(20));
  const dockerfile = parseDockerfile("FROM scratch\n");
  await expect(
    collectSecrets(dockerfile, { context: root, secrets: [{ id: "a", file }] }, {}),
  ).rejects.toMatchObject({ kind: "input", message: expect.stringContaining("comma") });
});

it("values of variables stand in no list of processes, but for those the client itself reads", () => {
  const args: string[] = [];
  const env: Record<string, string> = {};
  passVariables("--env", { DB_PASSWORD: "s3cret", DOCKER_HOST: "tcp://other", http_proxy: "p" }, args, env);
  expect(args).toEqual(["--env", "DB_PASSWORD", "--env", "DOCKER_HOST=tcp://other", "--env", "http_proxy=p"]);
  expect(env).toEqual({ DB_PASSWORD: "s3cret" });
});
