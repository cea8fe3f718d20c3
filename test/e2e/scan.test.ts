import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { openImage } from "../../src/image/open.ts";
import { scanImage } from "../../src/scan/own.ts";
import type { ScanFinding, ScanResult } from "../../src/scan/types.ts";
import { defaultLimits } from "../../src/security/limits.ts";
import { scanBuilt } from "../../src/tools/verify-scan.ts";
import { zstdFrame } from "../image/make.ts";
import { assigned, tailOf, unmistakable } from "../scan/planted.ts";
import { docker, engineReady } from "./engine.ts";
import { allBut, claimOf, makeContext, verifyFiles } from "./verify-subject.ts";

const password = "Tr0ub4dor-and-3";
const token = unmistakable[1]?.value ?? "";
const image = `dockwright-test-scan-${process.pid}`;
const folders: string[] = [];

const dockerfile = `FROM debian:trixie-slim
ARG BUILD_TOKEN=${password}x
ENV DB_PASSWORD=${password} \\
    HARMLESS=yes
LABEL note="${token}"
COPY kept /srv/kept
COPY gone /srv/gone
RUN echo //registry.example.org/:_authToken=${assigned[0]?.value ?? ""} > /root/.npmrc
RUN rm -r /srv/gone /root/.npmrc
RUN apt-get --version && mkdir -p /root/.cache/pip && head -c 20000 /dev/urandom > /root/.cache/pip/wheel
HEALTHCHECK CMD ["true"]
USER 10001
`;
const lineOf = (start: string): number =>
  dockerfile.split("\n").findIndex((line) => line.startsWith(start)) + 1;

/** Every kind of secret, in a file of its own. */
const files = new Map<string, string>([
  ...unmistakable.map(({ value }, index) => [`u${index}/app.env`, `SETTING=${value}\n`] as const),
  ...assigned.map(({ file, text }, index) => [`a${index}/${file}`, text] as const),
]);
const expected = [
  ...unmistakable.map(({ ids }, index) => ({ ids, file: `u${index}/app.env` })),
  ...assigned.map(({ ids, file }, index) => ({ ids, file: `a${index}/${file}` })),
];
const values = [...unmistakable, ...assigned].map(({ value }) => value);

async function scan(source: string, root: string): Promise<ScanResult> {
  const handle = await openImage(source, {
    signal: new AbortController().signal,
    limits: defaultLimits,
    roots: { directories: [root] },
  });
  try {
    return await scanImage(handle, "2026-11-21", { dockerfile: parseDockerfile(dockerfile, "Dockerfile") });
  } finally {
    await handle.dispose();
  }
}

function at(result: ScanResult, where: string): readonly ScanFinding[] {
  return result.findings.filter(({ path: file }) => file === where);
}

describe.skipIf(!engineReady)("our own scan of real images", { timeout: 240_000 }, () => {
  let context = "";
  let archive = "";
  beforeAll(() => {
    context = makeContext({
      Dockerfile: dockerfile,
      ...Object.fromEntries(
        [...files].flatMap(([name, text]) => [
          [`kept/${name}`, text],
          [`gone/${name}`, text],
        ]),
      ),
    });
    const out = mkdtempSync(path.join(tmpdir(), "scan-image-"));
    folders.push(context, out);
    docker("build", "-q", "-t", image, context);
    archive = path.join(out, "image.tar");
    docker("save", "-o", archive, image);
  }, 240_000);
  afterAll(() => {
    if (!engineReady) return;
    docker("rmi", "-f", image);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** The saved image with its layers stored in another way. */
  function repacked(name: string, store: (tar: Buffer) => Buffer): string {
    const folder = path.join(path.dirname(archive), name);
    mkdirSync(folder);
    execFileSync("tar", ["-xf", archive, "-C", folder]);
    const [saved]: { Layers: string[] }[] = JSON.parse(
      readFileSync(path.join(folder, "manifest.json"), "utf8"),
    );
    for (const layer of new Set((saved?.Layers ?? []).map((one) => realpathSync(path.join(folder, one))))) {
      writeFileSync(layer, store(readFileSync(layer)));
    }
    execFileSync("tar", ["-cf", `${folder}.tar`, "-C", folder, "."]);
    return `${folder}.tar`;
  }

  test.each<[name: string, source: () => string]>([
    ["in the engine", () => `docker-daemon:${image}`],
    ["in gzip layers", () => repacked("gzip", gzipSync)],
    ["in zstd layers", () => repacked("zstd", zstdFrame)],
  ])(
    "finds every planted secret %s with layer, visibility and line, and shows no value",
    async (_name, source) => {
      const result = await scan(source(), path.dirname(archive));
      for (const { ids, file } of expected) {
        for (const [root, visible] of [
          ["kept", true],
          ["gone", false],
        ] as const) {
          const found = at(result, `/srv/${root}/${file}`).filter(({ kind }) => kind === "secret");
          expect(
            found.some(({ id }) => ids.includes(id)),
            `${ids} in ${root}/${file}: ${found.map(({ id }) => id)}`,
          ).toBe(true);
          for (const one of found) {
            expect(one.inFinalImage).toBe(visible);
            expect(one.layer?.instruction).toContain(`/srv/${root}`);
            expect(one.place?.line).toBe(lineOf(`COPY ${root}`));
          }
        }
      }
      expect(at(result, "/root/.npmrc")).toEqual([
        expect.objectContaining({
          id: "npmrc-auth",
          inFinalImage: false,
          place: expect.objectContaining({ line: lineOf("RUN echo") }),
        }),
      ]);
      const shown = JSON.stringify(result);
      for (const value of [...values, password]) expect(shown).not.toContain(tailOf(value));
    },
  );

  test("reads configuration and history, the caches that were left, and the benchmark", async () => {
    const result = await scan(archive, path.dirname(archive));
    const found = (id: string, variable?: string): ScanFinding | undefined =>
      result.findings.find((one) => one.id === id && one.variable === variable);
    expect(found("secret-in-env", "DB_PASSWORD")?.place?.line).toBe(lineOf("ENV"));
    expect(found("secret-in-build-argument", "BUILD_TOKEN")?.place?.line).toBe(lineOf("ARG"));
    const label = result.findings.find(({ title }) => title.startsWith("label note"));
    expect(label?.place?.line).toBe(lineOf("LABEL"));
    expect(found("package-cache-in-image")).toMatchObject({
      path: "/root/.cache/pip/wheel",
      place: { line: lineOf("RUN apt-get") },
    });
    const verdicts = Object.fromEntries((result.benchmark ?? []).map(({ id, status }) => [id, status]));
    expect(verdicts).toMatchObject({ "4.1": "pass", "4.6": "pass", "4.8": "fail", "4.10": "fail" });
    expect(Object.keys(verdicts)).toHaveLength(12);
  });

  test("verify's claim is refuted by what the scan finds, and open when it finds nothing", async () => {
    const input = { skip: allBut("no-known-vulnerabilities") };
    const scanner = { scan: (subject: Parameters<typeof scanBuilt>[0]) => scanBuilt(subject, "2026-11-21") };
    const leaking = await verifyFiles(
      { Dockerfile: "FROM debian:trixie-slim\nCOPY app.env /srv/\n", "app.env": `A=${token}\n` },
      input,
      process.env,
      scanner,
    );
    const refuted = claimOf(leaking, "no-known-vulnerabilities");
    expect(refuted).toMatchObject({ verdict: "refuted", measurement: { scanner: "dockwright's own scan" } });
    expect(refuted.log?.join("\n")).toContain("/srv/app.env:1");
    expect(refuted.log?.join("\n")).toContain("Dockerfile line 2");
    const silent = await verifyFiles(
      { Dockerfile: "FROM debian:trixie-slim\nRUN true\n" },
      input,
      process.env,
      scanner,
    );
    const open = claimOf(silent, "no-known-vulnerabilities");
    expect(open.verdict).toBe("not-tested");
    expect(open.reason).toMatch(/0 critical, 0 high.*advisory/);
  });

  test.skipIf(process.env.DOCKWRIGHT_TEST_TRIVY === undefined)(
    "Trivy finds nothing that we do not",
    async () => {
      const report: { Results?: { Target: string; Secrets?: { RuleID: string }[] }[] } = JSON.parse(
        execFileSync(
          process.env.DOCKWRIGHT_TEST_TRIVY ?? "trivy",
          [
            "image",
            "--input",
            archive,
            "--scanners",
            "secret",
            "--format",
            "json",
            "--quiet",
            "--offline-scan",
            "--skip-version-check",
            "--cache-backend",
            "memory",
          ],
          { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
        ),
      );
      const theirs = (report.Results ?? [])
        .filter(({ Secrets }) => Secrets?.length)
        .map(({ Target }) => Target)
        .filter((target) => target !== archive);
      const result = await scan(archive, path.dirname(archive));
      const ours = new Set(result.findings.filter(({ kind }) => kind === "secret").map((one) => one.path));
      expect(theirs.length).toBeGreaterThan(0);
      expect(theirs.filter((target) => !ours.has(target))).toEqual([]);
      console.log(`secrets in files: ours ${ours.size}, Trivy's ${theirs.length}`);
    },
  );

  test("an archive that is compressed as a whole is read, too", async () => {
    const packed = `${archive}.gz`;
    execFileSync("gzip", ["-k", "-1", archive]);
    const result = await scan(packed, path.dirname(archive));
    expect(at(result, "/srv/gone/u1/app.env")).toHaveLength(1);
  });
});
