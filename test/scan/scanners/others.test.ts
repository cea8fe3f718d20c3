import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { dockle } from "../../../src/scan/scanners/dockle.ts";
import { grype } from "../../../src/scan/scanners/grype.ts";
import { osvScanner } from "../../../src/scan/scanners/osv-scanner.ts";
import { type ScannersRequest, startScanners } from "../../../src/scan/scanners/run.ts";
import type { Scanner } from "../../../src/scan/scanners/types.ts";
import { MissingToolError } from "../../../src/security/errors.ts";
import { makeFolder } from "../../image/open.ts";
import { outputs, places } from "./recorded.ts";
import { makeReplay, type Reply } from "./replay.ts";

const folder = await makeFolder();
const archive = path.join(folder, "image.tar");
await writeFile(archive, "an archive");
const release: Reply = { when: "^(?:--)?version$", stdout: "Version: 99.0.0" };
let number = 0;

afterEach(() => void vi.unstubAllEnvs());

async function run(scanner: Scanner, replies: readonly Reply[], request: Partial<ScannersRequest> = {}) {
  const replay = await makeReplay(folder, `${scanner.name}-${number++}`, [release, ...replies]);
  const read = await startScanners(
    {
      scanners: [scanner.name],
      offline: true,
      timeoutMs: 20_000,
      now: Date.now,
      signal: new AbortController().signal,
      env: { [scanner.setting]: replay.program },
      ...request,
    },
    async () => archive,
  );
  return { report: read(places)[0], starts: await replay.starts() };
}

it("grype: an old database is used and its age told; exit code 2 is an answer; 100 asks for an update", async () => {
  const scan: Reply = { when: "^docker-archive:", stdout: outputs.grype, code: 2 };
  const status: Reply = { when: "^db status", stdout: '{"built":"2026-10-01T00:00:00Z","valid":true}' };
  const { report, starts } = await run(grype, [scan, status]);
  expect(report).toMatchObject({ database: "2026-10-01T00:00:00Z", looked: ["vulnerability"] });
  expect(starts[1]?.env).toMatchObject({ GRYPE_DB_AUTO_UPDATE: "false", GRYPE_DB_VALIDATE_AGE: "false" });
  const upgrade = await run(grype, [{ ...scan, code: 100 }, status]);
  expect(upgrade.report?.failed).toContain("grype db update");
});

it("grype: a database that cannot be updated is used as it is", async () => {
  const replies: Reply[] = [
    { when: "^db status", stdout: "{}" },
    { when: "^docker-archive:", code: 1, stderr: "ERROR unable to update: no such host" },
  ];
  const { report, starts } = await run(grype, replies, { offline: false });
  expect(
    starts
      .filter(({ args }) => args[0]?.startsWith("docker-archive:"))
      .map(({ env }) => env.GRYPE_DB_AUTO_UPDATE),
  ).toEqual(["true", "false"]);
  expect(report?.failed).toContain("no such host");
});

it("grype: GitHub's advisory keeps the CVE as alias, a distribution's path is not its database", () => {
  const [jinja, perl, log4j] = grype.parse(outputs.grype, places).findings;
  expect(jinja).toMatchObject({
    id: "GHSA-462w-v97r-4m45",
    aliases: ["CVE-2019-10906"],
    severitySource: "ghsa",
    fixedVersion: "2.10.1",
  });
  expect(perl).toMatchObject({ severity: "info", severitySource: "debian", package: { source: "perl" } });
  expect(perl?.package?.path).toBeUndefined();
  expect(log4j).toMatchObject({ exploited: true, package: { ecosystem: "Maven", path: "/app/app.jar" } });
});

it("osv-scanner: a missing database ends its run early, whatever its exit code is, and that is said", async () => {
  const stderr = "could not load db for Debian ecosystem: no offline version\nError during extraction\n";
  for (const code of [1, 127]) {
    const { report } = await run(osvScanner, [
      { when: "--offline", code, stderr, stdout: outputs["osv-scanner"] },
    ]);
    expect(report?.notScanned).toEqual([expect.stringContaining("no data for Debian")]);
    expect(report?.looked).toEqual([]);
    expect(report?.findings.length).toBeGreaterThan(0);
  }
});

it("osv-scanner: no packages is an answer that says little", async () => {
  const { report } = await run(osvScanner, [{ when: "--archive", code: 128 }]);
  expect(report?.failed).toBeUndefined();
  expect(report?.notScanned.join()).toContain("found none");
});

it("osv-scanner: names the step's layer, all ids, and versions rather than commits", () => {
  const { findings } = osvScanner.parse(outputs["osv-scanner"], places);
  const jinja = findings.find(({ package: subject }) => subject?.name === "jinja2");
  expect(jinja).toMatchObject({
    fixedVersion: "2.10.1",
    layer: { index: 5 },
    package: { ecosystem: "PyPI", version: "2.10" },
  });
  expect([jinja?.id, ...(jinja?.aliases ?? [])]).toEqual(
    expect.arrayContaining(["CVE-2019-10906", "PYSEC-2019-217"]),
  );
  for (const { fixedVersion } of findings) expect(fixedVersion ?? "").not.toMatch(/[0-9a-f]{40}/);
});

it("dockle: each alert is a finding of its file or variable; what is about the puller is left out", () => {
  const { findings } = dockle.parse(outputs.dockle, places);
  expect(findings).toContainEqual(
    expect.objectContaining({ id: "CIS-DI-0010", kind: "secret", path: "/root/.ssh/id_rsa" }),
  );
  expect(findings).toContainEqual(expect.objectContaining({ kind: "secret", variable: "APP_DB_PASSWORD" }));
  expect(findings).toContainEqual(
    expect.objectContaining({ id: "setuid-file", aliases: ["CIS-DI-0008"], path: "/usr/bin/su" }),
  );
  expect(findings.map(({ id }) => id)).not.toContain("CIS-DI-0005");
});

it("auto takes what is on PATH, leaves out what sends data away, and never starts a container", async () => {
  const bin = path.join(folder, "bin");
  await mkdir(bin);
  const replies = [release, { when: "--input", stdout: outputs.dockle }];
  for (const name of ["dockle", "docker-scout"]) {
    const { program } = await makeReplay(folder, `${name}-on-path`, replies);
    await symlink(program, path.join(bin, name));
  }
  vi.stubEnv("PATH", bin);
  const read = await startScanners(
    {
      scanners: "auto",
      offline: true,
      timeoutMs: 10_000,
      now: Date.now,
      signal: new AbortController().signal,
      env: { DOCKWRIGHT_GRYPE: "/nowhere/grype" },
      container: () => Promise.reject(new Error("a container was looked for")),
    },
    async () => archive,
  );
  expect(read(places).map(({ name, failed }) => [name, failed === undefined])).toEqual([
    ["dockle", true],
    ["grype", false],
  ]);
});

it("a container image stands in for a program that is not installed, when the scanner is named", async () => {
  vi.stubEnv("PATH", folder);
  const asked: string[] = [];
  const read = await startScanners(
    {
      scanners: ["grype"],
      offline: true,
      timeoutMs: 5_000,
      now: Date.now,
      signal: new AbortController().signal,
      env: {},
      container: async (image) => ({
        what: `image ${image}`,
        seenAs: () => "/scan/image.tar",
        async start({ args, files, network }) {
          asked.push(`${args[0]} ${files?.join() ?? ""} ${network}`);
          const stdout = args[0] === "version" ? "1.0.0" : args[0] === "db" ? "{}" : outputs.grype;
          return { exitCode: 0, stdout, stderr: "", durationMs: 1 };
        },
      }),
    },
    async () => archive,
  );
  expect(asked).toContain(`docker-archive:/scan/image.tar ${archive} false`);
  expect(read(places)[0]?.findings.length).toBe(3);
  await expect(
    startScanners(
      {
        scanners: ["grype"],
        offline: true,
        timeoutMs: 1,
        now: Date.now,
        signal: new AbortController().signal,
        env: {},
      },
      async () => archive,
    ),
  ).rejects.toThrow(MissingToolError);
});
