import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { defaultLimits } from "../../src/security/limits.ts";
import { scanTool } from "../../src/tools/scan.ts";
import { scanInput, type scanOutput } from "../../src/tools/schemas/scan.ts";
import { gzip, ociLayout, zstdFrame } from "../image/make.ts";
import { writeFiles } from "../image/open.ts";
import { docker, engineReady } from "./engine.ts";

type Output = ReturnType<typeof scanOutput.parse>;
type Finding = Output["findings"][number];

const trivy = process.env.DOCKWRIGHT_TEST_TRIVY;
const image = `dockwright-scan-trivy-${process.pid}:1`;

// Made anew for each run, so that scanners of this repository have nothing to report.
const random = (seed: string, length: number): string =>
  createHash("sha512")
    .update(`${process.pid} ${seed}`)
    .digest("base64")
    .replace(/[+/=]/g, "")
    .slice(0, length);
const values = {
  npm: `npm_${random("npm", 36)}`,
  awsId: `AKIA${[
    ...random("id", 60)
      .toUpperCase()
      .replace(/[^A-Z2-7]/g, ""),
  ]
    .slice(0, 16)
    .join("")}`,
  awsKey: `${random("key", 40)}`,
  github: `ghp_${random("github", 36)}`,
  password: `Pw-${random("password", 20)}`,
  label: `ghp_${random("label", 36)}`,
};
const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
  type: "pkcs1",
  format: "pem",
});

const dockerfile = `FROM debian:trixie-slim
LABEL token="${values.label}"
COPY npmrc /root/.npmrc
COPY credentials /root/.aws/credentials
COPY key /root/.ssh/id_rsa
ENV APP_DB_PASSWORD=${values.password}
COPY token /opt/token
RUN rm -r /root/.npmrc /root/.aws
EXPOSE 22
`;

describe.skipIf(!engineReady || trivy === undefined)("our scan beside Trivy's", { timeout: 600_000 }, () => {
  let folder = "";
  let ours: Output;
  let both: Output;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), "dockwright-scan-trivy-")));
    const files = {
      Dockerfile: dockerfile,
      npmrc: `//registry.example.com/:_authToken=${values.npm}\n`,
      credentials: `[default]\naws_access_key_id = ${values.awsId}\naws_secret_access_key = ${values.awsKey}\n`,
      key: String(key),
      token: `${values.github}\n`,
    };
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    docker("build", "--quiet", "--tag", image, folder);
    // No database can be had here, and none may be looked for.
    vi.stubEnv("TRIVY_CACHE_DIR", path.join(folder, "cache"));
    vi.stubEnv("DOCKWRIGHT_TRIVY", trivy ?? "");
    ours = await scan({ image, scanners: ["none"] });
    both = await scan({ image, scanners: ["trivy"] });
  }, 600_000);

  afterAll(async () => {
    vi.unstubAllEnvs();
    docker("image", "rm", "--force", image);
    await rm(folder, { recursive: true, force: true });
  });

  async function scan(given: Readonly<Record<string, unknown>>): Promise<Output> {
    const input = scanInput.parse({ offline: true, dockerfile: "Dockerfile", ...given });
    return scanTool.run(input, {
      signal: new AbortController().signal,
      progress: () => undefined,
      roots: { directories: [folder] },
      limits: defaultLimits,
      today: "2026-11-21",
      now: () => Date.now(),
      allow: { write: false, build: false },
    });
  }
  const at = (output: Output, file: string): Finding[] =>
    output.findings.filter(({ kind, path: where }) => kind === "secret" && where === file);

  it.each([
    ["/root/.npmrc", ["npm-token"], 3, false],
    ["/root/.aws/credentials", ["aws-access-key-id", "aws-secret-access-key"], 4, false],
    ["/root/.ssh/id_rsa", ["private-key"], 5, true],
    ["/opt/token", ["github-token"], 7, true],
  ] as const)("we find %s with layer, line and visibility", (file, ids, line, visible) => {
    for (const output of [ours, both]) {
      const found = at(output, file);
      expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort());
      for (const one of found) {
        expect(one).toMatchObject({
          inFinalImage: visible,
          place: { line },
          layer: { index: expect.any(Number) },
        });
      }
    }
  });

  it("we find what is in ENV and labels", () => {
    for (const output of [ours, both]) {
      expect(output.findings).toContainEqual(
        expect.objectContaining({
          kind: "secret",
          variable: "APP_DB_PASSWORD",
          place: expect.objectContaining({ line: 6 }),
        }),
      );
      expect(
        output.findings.some(({ kind, title }) => kind === "secret" && title.startsWith("label token")),
      ).toBe(true);
    }
  });

  it("what Trivy found is the same finding, not another one; what it missed is ours alone", () => {
    const [run] = both.scanners;
    expect(run).toMatchObject({ name: "trivy", version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(run?.failed).toBeUndefined();
    for (const file of ["/root/.aws/credentials", "/root/.ssh/id_rsa", "/opt/token"]) {
      for (const one of at(both, file)) expect(one.scanners).toEqual(["dockwright", "trivy"]);
    }
    expect(at(both, "/root/.npmrc").map(({ scanners }) => scanners)).toEqual([["dockwright"]]);
    const secrets = (output: Output): number =>
      output.findings.filter(({ kind }) => kind === "secret").length;
    expect(secrets(both)).toBe(secrets(ours));
    // It does not see port 22, which BuildKit writes into the history as `EXPOSE map[22/tcp:{}]`.
    expect(both.findings.map(({ id }) => id)).toContain("exposes-ssh");
    for (const id of ["runs-as-root", "no-healthcheck"]) {
      expect(both.findings.filter((one) => one.id === id).map(({ scanners }) => scanners)).toEqual([
        ["dockwright", "trivy"],
      ]);
    }
  });

  it("what Trivy could not do is said, and no value is printed in any form", () => {
    expect(both.notScanned.join("\n")).toContain("no vulnerability database");
    for (const format of ["text", "json", "sarif", "vex", "html"] as const) {
      const text = scanTool.render(both, scanInput.parse({ image, format, detail: "full" }));
      for (const value of [...Object.values(values), String(key).split("\n")[3] ?? ""]) {
        expect(value.length).toBeGreaterThan(15);
        expect(text).not.toContain(value);
      }
    }
  });

  it("Trivy gets the image from a file and from one that is compressed as a whole", async () => {
    docker("save", "--output", path.join(folder, "image.tar"), image);
    execFileSync("gzip", ["-k", "-1", path.join(folder, "image.tar")]);
    for (const source of ["./image.tar", "./image.tar.gz"]) {
      const output = await scan({ image: source, scanners: ["trivy"] });
      expect(output.scanners[0]?.failed).toBeUndefined();
      expect(at(output, "/opt/token").map(({ scanners }) => scanners)).toEqual([["dockwright", "trivy"]]);
    }
  });

  it.each([
    ["gzip", gzip],
    ["zstd", zstdFrame],
  ])("Trivy gets the image of an OCI layout with %s layers, which it need not know", async (name, store) => {
    const layers = [{ entries: [{ path: "a/token", data: `${values.github}\n` }], createdBy: "COPY", store }];
    await writeFiles(path.join(folder, name), ociLayout({ layers }));
    const output = await scan({ image: `./${name}`, scanners: ["trivy"], dockerfile: undefined });
    expect(output.scanners[0]?.failed).toBeUndefined();
    expect(at(output, "/a/token").map(({ scanners }) => scanners)).toEqual([["dockwright", "trivy"]]);
  });
});
