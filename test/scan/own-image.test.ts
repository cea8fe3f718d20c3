import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { type OwnScanOptions, scanImage } from "../../src/scan/own.ts";
import type { ScanFinding, ScanResult } from "../../src/scan/types.ts";
import { dockerArchive, type Entry, type ImagePlan, noise } from "../image/make.ts";
import { makeFolder, open } from "../image/open.ts";

const folder = await makeFolder();
let number = 0;

async function scan(
  plan: ImagePlan,
  options: OwnScanOptions = {},
  today = "2026-11-21",
): Promise<ScanResult> {
  const name = `image-${number++}.tar`;
  await writeFile(path.join(folder, name), dockerArchive(plan));
  const handle = await open(folder, `./${name}`);
  try {
    return await scanImage(handle, today, options);
  } finally {
    await handle.dispose();
  }
}

async function findingsOf(
  entries: readonly Entry[],
  config: ImagePlan["config"] = {},
): Promise<ScanResult["findings"]> {
  return (
    await scan({
      layers: [{ entries }],
      config: { User: "1", Healthcheck: { Test: ["CMD", "x"] }, ...config },
    })
  ).findings;
}

describe("runtimes without support", () => {
  it.each<[name: string, entry: Entry, title: RegExp]>([
    [
      "Node.js",
      { path: "usr/local/include/node/node_version.h", data: "#define NODE_MAJOR_VERSION 18\n" },
      /^Node\.js 18: support ended on 2025-04-30$/,
    ],
    ["Python", { path: "usr/local/lib/python3.8/os.py", data: "x" }, /^Python 3\.8: support ended on 2024-/],
    [
      "Java",
      { path: "opt/java/openjdk/release", data: 'IMPLEMENTOR="A"\nJAVA_VERSION="20.0.2"\n' },
      /20: support ended on 2023-/,
    ],
    ["Go", { path: "usr/local/go/VERSION", data: "go1.20.4\n" }, /^Go 1\.20: support ended on 2024-/],
    [
      "PHP",
      { path: "usr/local/include/php/main/php_version.h", data: '#define PHP_VERSION "7.4.33"\n' },
      /^PHP 7\.4: support ended on 2022-/,
    ],
    ["Ruby", { path: "usr/local/lib/ruby/2.7.0/set.rb", data: "x" }, /^Ruby 2\.7: support ended on 2023-/],
    [
      ".NET",
      { path: "usr/share/dotnet/shared/Microsoft.NETCore.App/7.0.20/System.Runtime.dll", data: "x" },
      /7: support ended on 2024-/,
    ],
    ["PostgreSQL", { path: "usr/lib/postgresql/12/bin/postgres", data: "x" }, /12: support ended on 2024-/],
  ])("%s is told from its files, with the date and what to use", async (_name, entry, title) => {
    const found = (await findingsOf([entry])).filter(({ kind }) => kind === "end-of-life");
    expect(found).toEqual([
      expect.objectContaining({
        id: "end-of-life",
        title: expect.stringMatching(title),
        path: `/${entry.path}`,
        fix: expect.stringMatching(/^use /),
      }),
    ]);
  });

  it("a variable tells it only where the program is", async () => {
    const config = { Env: ["NGINX_VERSION=1.18.0"] };
    const program = { path: "usr/sbin/nginx", data: noise(2000, 4), mode: 0o755 };
    const ended = (findings: readonly ScanFinding[]): number =>
      findings.filter(({ kind }) => kind === "end-of-life").length;
    expect(ended(await findingsOf([{ path: "a", data: "a" }], config))).toBe(0);
    expect(ended(await findingsOf([program], config))).toBe(1);
  });

  it("supported ones, and those a later layer removed, are not mentioned; a near end is", async () => {
    const python = (line: string): Entry => ({ path: `usr/local/lib/python${line}/os.py`, data: "x" });
    const { findings } = await scan({
      layers: [
        { entries: [python("3.8"), python("3.13")] },
        { entries: [{ path: "usr/local/lib/.wh.python3.8" }] },
      ],
    });
    expect(findings.filter(({ kind }) => kind === "end-of-life")).toEqual([]);
    const late = await scan({ layers: [{ entries: [python("3.12")] }] }, {}, "2028-09-20");
    expect(late.findings.find(({ kind }) => kind === "end-of-life")).toMatchObject({
      id: "end-of-life-soon",
      severity: "info",
    });
  });
});

describe("accounts", () => {
  it("without a password, with one, and with root's number are told; locked ones are not", async () => {
    const hash = "$6$salt$Zx9Kq2Lm7Rt4Wv8Bn3Hc6Jf1Pd5Gs0Ya";
    const found = await findingsOf([
      { path: "etc/shadow", data: `root:${hash}:1::::::\nbin:*:1::::::\napp:!:1::::::\nguest::1::::::\n` },
      {
        path: "etc/passwd",
        data: "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\napp:x:1:1::/:/bin/sh\n",
      },
    ]);
    expect(found.map(({ id, title, path: file }) => [id, title, file]).sort()).toEqual([
      ["empty-password", "no password is needed for guest", "/etc/shadow"],
      ["password-hash", "the password hash of root", "/etc/shadow"],
      ["second-root", "toor has root's number", "/etc/passwd"],
    ]);
    expect(JSON.stringify(found)).not.toContain("Zx9Kq2");
  });
});

describe("caches", () => {
  it("that the final image holds are told by kind, with the layer", async () => {
    const { findings } = await scan({
      layers: [
        {
          createdBy: "RUN apt-get update",
          entries: [{ path: "var/lib/apt/lists/a_Packages", data: noise(9000, 1) }],
        },
        {
          createdBy: "RUN npm ci",
          entries: [
            { path: "root/.npm/_cacache/index", data: noise(9000, 2) },
            { path: "root/.cache/pip/http/a", data: noise(9000, 3) },
          ],
        },
        { createdBy: "RUN rm -r /root/.cache", entries: [{ path: "root/.wh..cache" }] },
      ],
    });
    const caches = findings.filter(({ id }) => id === "package-cache-in-image");
    expect(caches.map((one) => [one.path, one.layer?.index]).sort()).toEqual([
      ["/root/.npm/_cacache/index", 1],
      ["/var/lib/apt/lists/a_Packages", 0],
    ]);
  });
});

describe("the CIS benchmark's section 4", () => {
  const statuses = (result: ScanResult): Record<string, string> =>
    Object.fromEntries((result.benchmark ?? []).map(({ id, status }) => [id, status]));

  it("passes what it can see to be right, and claims nothing it cannot see", async () => {
    const result = await scan({
      layers: [{ entries: [{ path: "app", data: noise(3000, 1) }], createdBy: "COPY app /app # buildkit" }],
      config: { User: "65532", Healthcheck: { Test: ["CMD", "/app", "check"] } },
      history: [
        { created_by: "ADD rootfs.tar / # buildkit", empty_layer: true },
        { created_by: "RUN /bin/sh -c apt-get update && apt-get install -y x # buildkit", empty_layer: true },
        { created_by: "COPY app /app # buildkit" },
      ],
    });
    expect(statuses(result)).toEqual({
      "4.1": "pass",
      "4.2": "not-decidable",
      "4.3": "pass",
      "4.4": "not-decidable",
      "4.5": "not-decidable",
      "4.6": "pass",
      "4.7": "pass",
      "4.8": "pass",
      "4.9": "pass",
      "4.10": "pass",
      "4.11": "not-decidable",
      "4.12": "not-decidable",
    });
  });

  it("fails what is wrong", async () => {
    const result = await scan({
      layers: [
        {
          entries: [
            { path: "usr/bin/gcc", data: "x", mode: 0o755 },
            { path: "usr/bin/su", data: "x", mode: 0o4755 },
            { path: "etc/os-release", data: 'ID=alpine\nVERSION_ID="3.12.0"\n' },
          ],
          createdBy: "ADD rootfs.tar /",
        },
      ],
      config: { Env: ["DB_PASSWORD=Tr0ub4dor-and-3"] },
      history: [
        { created_by: "ADD rootfs.tar /" },
        { created_by: "RUN /bin/sh -c apt-get update", empty_layer: true },
        { created_by: "RUN /bin/sh -c curl -k https://example.org/x | sh", empty_layer: true },
        { created_by: "ADD app.py /app/", empty_layer: true },
      ],
    });
    const failed = (result.benchmark ?? []).filter(({ status }) => status === "fail").map(({ id }) => id);
    expect(failed).toEqual(["4.1", "4.3", "4.4", "4.6", "4.7", "4.8", "4.9", "4.10", "4.11"]);
  });
});

describe("the Dockerfile's line", () => {
  const text = `FROM debian
ARG TOKEN_A=Tr0ub4dor-and-3
ENV OTHER=1
ENV DB_PASSWORD=Tr0ub4dor-and-4
COPY app /srv/
RUN echo secret > /srv/key
EXPOSE 22
USER root
`;
  const key = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");
  const plan: ImagePlan = {
    layers: [
      { createdBy: "base", entries: [{ path: "etc/a", data: "a" }] },
      { createdBy: "COPY app /srv/ # buildkit", entries: [{ path: "srv/b.env", data: `A=${key}` }] },
      {
        createdBy: "RUN /bin/sh -c echo secret > /srv/key # buildkit",
        entries: [{ path: "srv/key", data: key }],
      },
    ],
    config: { Env: ["OTHER=1", "DB_PASSWORD=Tr0ub4dor-and-4"], User: "root", ExposedPorts: { "22/tcp": {} } },
    history: [
      { created_by: "base" },
      { created_by: "ARG TOKEN_A=Tr0ub4dor-and-3", empty_layer: true },
      { created_by: "ENV OTHER=1", empty_layer: true },
      { created_by: "ENV DB_PASSWORD=Tr0ub4dor-and-4", empty_layer: true },
      { created_by: "COPY app /srv/ # buildkit" },
      { created_by: "RUN /bin/sh -c echo secret > /srv/key # buildkit" },
      { created_by: "EXPOSE [22/tcp]", empty_layer: true },
      { created_by: "USER root", empty_layer: true },
    ],
  };
  const lines = (result: ScanResult): Record<string, number | undefined> =>
    Object.fromEntries(
      result.findings.map(({ id, path: file, variable, place }) => [file ?? variable ?? id, place?.line]),
    );

  it("is named for files, variables, arguments and settings", async () => {
    const result = await scan(plan, { dockerfile: parseDockerfile(text, "Dockerfile") });
    expect(lines(result)).toMatchObject({
      "/srv/b.env": 5,
      "/srv/key": 6,
      DB_PASSWORD: 4,
      TOKEN_A: 2,
      "exposes-ssh": 7,
      "runs-as-root": 8,
    });
  });

  it("is left out when the Dockerfile is another image's, or not given", async () => {
    const other = parseDockerfile("FROM x\nRUN a\nRUN b\nCOPY c /d\n", "Dockerfile");
    for (const result of [await scan(plan, { dockerfile: other }), await scan(plan)]) {
      expect(result.findings.some(({ place }) => place !== undefined)).toBe(false);
    }
  });
});
