import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readModel } from "../../src/image/model/read.ts";
import { makeInventoryCollector } from "../../src/scan/packages/collect.ts";
import type { ImagePackage } from "../../src/scan/packages/types.ts";
import { makeFolder, open } from "../image/open.ts";
import { docker, engineReady } from "./engine.ts";

const syft = process.env.DOCKWRIGHT_TEST_SYFT;
const folder = await makeFolder();

/** What Syft calls our kinds. */
const kinds: Readonly<Record<string, string>> = {
  python: "pypi",
  binary: "generic",
  "java-archive": "maven",
  "go-module": "golang",
  "rust-crate": "cargo",
};
const answer = z.object({
  artifacts: z.array(z.object({ name: z.string(), version: z.string(), type: z.string() })),
});

/** The same package may be spelt in two ways: names of Python, groups of Maven, Go's release, no version at all. */
function key(kind: string, name: string, version: string): string {
  const own = kind === "pypi" ? name.toLowerCase().replace(/[-_.]+/g, "-") : (name.split(":").at(-1) ?? name);
  return `${kind} ${own} ${version === "UNKNOWN" || version === "(devel)" ? "" : version.replace(/^go(?=\d)/, "")}`;
}

async function ours(archive: string): Promise<readonly ImagePackage[]> {
  const handle = await open(folder, archive);
  try {
    const collector = makeInventoryCollector(handle);
    const model = await readModel(handle, { contents: false, observe: collector.observe });
    return (await collector.finish(model)).packages;
  } finally {
    await handle.dispose();
  }
}

async function theirs(archive: string): Promise<z.infer<typeof answer>["artifacts"]> {
  const output = `${archive}.syft.json`;
  execFileSync(syft ?? "", ["scan", `docker-archive:${archive}`, "-q", "-o", `json=${output}`], {
    env: { ...process.env, SYFT_CHECK_FOR_APP_UPDATE: "false" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return answer.parse(JSON.parse(await readFile(output, "utf8"))).artifacts;
}

const images: readonly (readonly [image: string, least: Readonly<Record<string, number>>])[] = [
  ["debian:trixie-slim", { deb: 70 }],
  ["gcr.io/distroless/python3-debian13:latest", { deb: 30 }],
  ["node:24-slim", { deb: 80, npm: 100, generic: 1 }],
  ["python:3.14-slim", { deb: 80, pypi: 1, generic: 1 }],
  ["maven:3.9-eclipse-temurin-21", { deb: 100, maven: 50, generic: 1 }],
];

function present(image: string): boolean {
  try {
    return docker("image", "inspect", "--format", "{{.Id}}", image) !== "";
  } catch {
    return false;
  }
}

describe.skipIf(!engineReady || syft === undefined)("packages beside Syft's", { timeout: 400_000 }, () => {
  test.for(images)("%s", async ([image, least], { skip }) => {
    skip(!present(image), `${image} is not there: test/bases/make ${image}`);
    const archive = path.join(folder, `${image.replace(/[^a-z0-9]+/g, "-")}.tar`);
    docker("save", image, "-o", archive);
    const own = (await ours(archive)).filter((one) => one.inFinalImage);
    const found = new Set(own.map((one) => key(one.kind, one.name, one.version)));
    const missing = (await theirs(archive))
      // Launchers for Windows that pip carries: Syft reads them as packages of NuGet.
      .filter((one) => one.type !== "dotnet")
      .map((one) => key(kinds[one.type] ?? one.type, one.name, one.version))
      .filter((one) => !found.has(one));
    expect(missing).toEqual([]);
    for (const [kind, count] of Object.entries(least)) {
      expect(own.filter((one) => one.kind === kind).length, kind).toBeGreaterThanOrEqual(count);
    }
  });
});
