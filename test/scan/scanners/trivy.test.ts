import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { type ScannersRequest, startScanners } from "../../../src/scan/scanners/run.ts";
import { trivy } from "../../../src/scan/scanners/trivy.ts";
import { makeFolder } from "../../image/open.ts";
import { places, recorded } from "./recorded.ts";
import { makeReplay, type Reply } from "./replay.ts";

const folder = await makeFolder();
const archive = path.join(folder, "image.tar");
await writeFile(archive, "an archive");
const now = Date.parse("2026-11-21T12:00:00Z");
let number = 0;

const database = (updated: string, next: string): Reply => ({
  when: "^version",
  stdout: JSON.stringify({
    Version: "0.76.0",
    VulnerabilityDB: { Version: 2, UpdatedAt: updated, NextUpdate: next },
  }),
});
const release: Reply = { when: "^--version", stdout: "Version: 0.76.0" };
const none: Reply = { when: "^version", stdout: '{"Version":"0.76.0"}' };
const fresh = database("2026-11-21T00:00:00Z", "2026-11-22T06:00:00Z");
const scan: Reply = { when: "--input", stdout: recorded("trivy-vulnerabilities") };

async function run(replies: readonly Reply[], request: Partial<ScannersRequest> = {}) {
  const replay = await makeReplay(folder, `trivy-${number++}`, [release, ...replies]);
  const read = await startScanners(
    {
      scanners: ["trivy"],
      offline: true,
      timeoutMs: 20_000,
      now: () => now,
      signal: new AbortController().signal,
      env: {
        DOCKWRIGHT_TRIVY: replay.program,
        TRIVY_DB_REPOSITORY: "mirror.example.com/db",
        AWS_SECRET_KEY: "x",
      },
      ...request,
    },
    async () => archive,
  );
  const starts = await replay.starts();
  const [report] = read({ ...places, has: () => true });
  return { report, starts, scanned: starts.find(({ args }) => args.includes("--input")) };
}

it("without a database and network it scans for all else, and says what is missing", async () => {
  const { report, scanned, starts } = await run([none, { ...scan, stdout: recorded("trivy-secrets") }]);
  expect(report?.notScanned).toEqual([expect.stringContaining("no vulnerability database")]);
  expect(report?.looked).not.toContain("vulnerability");
  expect(scanned?.args.join(" ")).toContain("--scanners secret,misconfig ");
  expect(scanned?.args).toEqual(
    expect.arrayContaining(["--offline-scan", "--skip-db-update", "--skip-java-db-update"]),
  );
  expect(starts.some(({ args }) => args.includes("--download-db-only"))).toBe(false);
});

it("with a database and no network it looks up all but Java archives, which need another one", async () => {
  const { report, scanned } = await run([fresh, scan]);
  expect(scanned?.args.join(" ")).toContain("--scanners vuln,secret,misconfig ");
  expect(report).toMatchObject({ database: "2026-11-21T00:00:00Z", looked: trivy.kinds });
  expect(report?.notScanned).toEqual([expect.stringContaining("Java archives")]);
  expect(report?.findings.filter(({ kind }) => kind === "vulnerability").length).toBe(4);
});

it("with the network it fetches a database that is missing or stale, and goes on without one", async () => {
  const stale = database("2026-11-10T00:00:00Z", "2026-11-11T00:00:00Z");
  const refused: Reply = {
    when: "--download-db-only",
    code: 1,
    stderr: "2026-11-21T09:24:20Z\tFATAL\tno such host",
  };
  const { report, starts } = await run([stale, refused, scan], { offline: false });
  expect(starts.filter(({ args }) => args.includes("--download-db-only")).length).toBe(1);
  expect(report?.notes).toEqual([expect.stringContaining("no such host")]);
  expect(report?.database).toBe("2026-11-10T00:00:00Z");
  expect(
    (await run([fresh, scan], { offline: false })).starts.some(({ args }) =>
      args.includes("--download-db-only"),
    ),
  ).toBe(false);
});

it("gets its own settings of the environment and nobody else's", async () => {
  const { scanned } = await run([none, scan]);
  expect(scanned?.env).toMatchObject({
    TRIVY_DB_REPOSITORY: "mirror.example.com/db",
    TRIVY_DISABLE_TELEMETRY: "true",
  });
  expect(scanned?.env.AWS_SECRET_KEY).toBeUndefined();
});

it("goes without its cache when another process has it", async () => {
  const busy: Reply = {
    when: "--input",
    code: 1,
    stderr: "FATAL\tcache may be in use by another process: timeout",
  };
  const { report, starts } = await run([none, busy]);
  expect(starts.map(({ env }) => env.TRIVY_CACHE_BACKEND)).toEqual([
    undefined,
    undefined,
    undefined,
    "memory",
  ]);
  expect(report?.failed).toContain("in use by another process");
});

it("says when a label made the rebuilt Dockerfile unreadable", async () => {
  const stderr = 'ERROR\t[dockerfile scanner] Failed to parse file\tfile_path="Dockerfile"';
  const { report } = await run([none, { ...scan, stderr }]);
  expect(report?.notScanned).toContainEqual(expect.stringContaining("misconfiguration by trivy"));
});

it("reads secrets with their layer and visibility, and the packages with their source", () => {
  const { findings } = trivy.parse(recorded("trivy-secrets"), places);
  expect(findings).toContainEqual(
    expect.objectContaining({
      id: "aws-access-key-id",
      path: "/root/.aws/credentials",
      line: 2,
      layer: expect.objectContaining({ index: 2 }),
      inFinalImage: false,
    }),
  );
  expect(findings).toContainEqual(expect.objectContaining({ path: "/tok2", inFinalImage: true }));
  expect(findings).toContainEqual(
    expect.objectContaining({ id: "DS-0031", kind: "secret", variable: "APP_DB_PASSWORD" }),
  );
  const { findings: packages } = trivy.parse(recorded("trivy-vulnerabilities"), places);
  expect(packages).toContainEqual(
    expect.objectContaining({
      id: "CVE-2011-4116",
      severity: "low",
      severitySource: "debian",
      ratings: expect.arrayContaining([{ source: "nvd", severity: "high" }]),
      package: expect.objectContaining({ name: "perl-base", source: "perl", ecosystem: "Debian" }),
    }),
  );
});

it("leaves out what it guesses from the history, and says so", () => {
  const report = {
    SchemaVersion: 2,
    Results: [
      {
        Target: "image.tar",
        Class: "config",
        Misconfigurations: ["DS011", "AVD-DS-0005", "DS-0002"].map((ID) => ({
          ID,
          Severity: "CRITICAL",
          Status: "FAIL",
        })),
      },
    ],
  };
  const { findings, notes } = trivy.parse(JSON.stringify(report), places);
  expect(findings.map(({ id }) => id)).toEqual(["DS-0002"]);
  expect(notes.join()).toContain("DS-0005, DS-0011");
});
