import { copyFile, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startScanners } from "../../src/scan/scanners/run.ts";
import { containerStarter } from "../../src/tools/scanner-container.ts";
import { dockerArchive } from "../image/make.ts";
import { places } from "../scan/scanners/recorded.ts";
import { docker, engineReady } from "./engine.ts";

const trivy = process.env.DOCKWRIGHT_TEST_TRIVY;
const repository = `dockwright-test/trivy-${process.pid}`;
const token = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");

describe.skipIf(!engineReady || trivy === undefined)("a scanner in a container", { timeout: 120_000 }, () => {
  let folder = "";
  let archive = "";

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), "dockwright-container-")));
    await copyFile(trivy ?? "", path.join(folder, "trivy"));
    await writeFile(
      path.join(folder, "Dockerfile"),
      'FROM debian:trixie-slim\nCOPY --chmod=755 trivy /usr/local/bin/trivy\nUSER 1000\nENTRYPOINT ["trivy"]\n',
    );
    docker("build", "--quiet", "--tag", `${repository}:1`, folder);
    archive = path.join(folder, "image.tar");
    // As temporary files are: for their owner alone.
    await writeFile(
      archive,
      dockerArchive({ layers: [{ entries: [{ path: "a/token", data: `${token}\n` }] }] }),
      {
        mode: 0o600,
      },
    );
  }, 120_000);

  afterAll(async () => {
    docker("image", "rm", "--force", `${repository}:1`);
    await rm(folder, { recursive: true, force: true });
  });

  it("gets the archive, has no network, answers as the program does, and leaves no container", async () => {
    const signal = new AbortController().signal;
    const read = await startScanners(
      {
        scanners: ["trivy"],
        offline: true,
        timeoutMs: 100_000,
        now: Date.now,
        signal,
        env: { PATH: "" },
        container: () => containerStarter(repository, process.env, signal),
      },
      async () => archive,
    );
    const [report] = read(places);
    expect(report?.failed).toBeUndefined();
    expect(report?.findings).toContainEqual(expect.objectContaining({ id: "github-pat", kind: "secret" }));
    expect(
      docker(
        "ps",
        "--all",
        "--quiet",
        "--filter",
        "name=dockwright-tool-",
        "--filter",
        `ancestor=${repository}:1`,
      ),
    ).toBe("");
  });

  it("of which the engine has no image there is none, and none is pulled", async () => {
    expect(
      await containerStarter("dockwright-test/nothing", process.env, new AbortController().signal),
    ).toBeUndefined();
  });
});
