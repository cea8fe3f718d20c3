import { stat } from "node:fs/promises";
import path from "node:path";
import type { z } from "zod";
import pkg from "../../package.json" with { type: "json" };
import { scannerNames } from "../data/scanners.ts";
import { parseDockerfile } from "../dockerfile/parse.ts";
import type { Dockerfile } from "../dockerfile/types.ts";
import { openImage } from "../image/open.ts";
import { apiAdvisories } from "../scan/advisories/api.ts";
import { offlineAdvisories } from "../scan/advisories/offline.ts";
import type { AdvisorySource } from "../scan/advisories/types.ts";
import { type IgnoreEntry, parseIgnoreFile } from "../scan/answer/ignore.ts";
import { countBySeverity, fails } from "../scan/answer/policy.ts";
import { formatScan } from "../scan/formats/index.ts";
import { makeSbom, type Sbom } from "../scan/inventory.ts";
import { type ScanAnswer, type ScanRequest, scan } from "../scan/scan.ts";
import { InputError } from "../security/errors.ts";
import { readBounded, resolveInside } from "../security/paths.ts";
import { clean } from "../security/untrusted.ts";
import { defineTool, type ToolContext } from "./define.ts";
import { containerStarter } from "./scanner-container.ts";
import { scanInput, scanOutput } from "./schemas/scan.ts";
import { words } from "./words.ts";

type Input = z.output<typeof scanInput>;
type Output = z.output<typeof scanOutput>;

/** Says what is unsafe in an image, and first of all what was not looked at. */
export const scanTool = defineTool({
  name: "scan_image",
  verb: "scan",
  ...words.scan,
  input: scanInput,
  output: scanOutput,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  builds: false,
  run,
  render: (output, { format, detail }) =>
    output.sbom === undefined
      ? formatScan(output, format, {
          version: pkg.version,
          created: output.scannedAt,
          lines: detail === "full" ? 400 : 40,
        })
      : `${JSON.stringify(output.sbom, undefined, 2)}\n`,
  // A scanner that was named and did not work leaves the question open, which is not a pass.
  failed: (output, { failOn, scanners, sbom }) =>
    sbom === undefined &&
    (fails(output.counts, failOn) ||
      (failOn !== "none" &&
        output.scanners.some(({ name, failed }) => failed !== undefined && isNamed(name, scanners)))),
});

// What is left for our own reading and the answer itself.
const reserveMs = 10_000;

async function run(input: Input, context: ToolContext): Promise<Output> {
  const began = context.now();
  const settings = {
    scanners: scannersOf(input),
    ignore: await ignoreEntries(input.ignoreFile, context),
    dockerfile: await dockerfileOf(input.dockerfile, context),
    target: input.target,
    advisories: await advisoriesOf(input, context),
    offline: input.offline,
    onlyFixed: input.onlyFixed,
  };
  const progress = (message: string, done?: number, total?: number): void =>
    context.progress(message, done, total);
  const handle = await openImage(input.image, {
    signal: context.signal,
    limits: context.limits,
    roots: context.roots,
    progress,
    ...(input.platform === undefined ? {} : { platform: input.platform }),
    ...(context.stdin === undefined ? {} : { stdin: context.stdin }),
  });
  try {
    const scannedAt = new Date(context.now()).toISOString();
    const about = {
      reference: clean(handle.reference),
      platform: clean(handle.platform),
      ...(handle.imageId === undefined ? {} : { imageId: handle.imageId }),
      ...(input.dockerfile === undefined ? {} : { dockerfile: clean(input.dockerfile) }),
      scannedAt,
    };
    if (input.sbom !== undefined) {
      const facts = { created: scannedAt, toolVersion: pkg.version };
      return sbomOutput(await makeSbom(handle, input.sbom, facts), about);
    }
    const spent = context.now() - began;
    const answer = await scan(handle, {
      ...settings,
      today: context.today,
      now: () => context.now(),
      env: process.env,
      container: (image) => containerStarter(image, process.env, context.signal),
      signal: context.signal,
      timeoutMs: Math.max(1_000, context.limits.deadlineMs - spent - reserveMs),
      progress,
    });
    const { benchmark, ...rest } = answer;
    return scanOutput.parse({
      ...rest,
      ...about,
      ...(benchmark !== undefined && (input.detail === "full" || input.format === "html")
        ? { benchmark }
        : {}),
      layers: layersOf(answer.findings),
      ignored: answer.ignored.map(({ finding, entry }) => ({ ...finding, exception: entry })),
    });
  } finally {
    await handle.dispose();
  }
}

/** Once for each layer: digests are long, and findings are many. */
function layersOf(findings: ScanAnswer["findings"]): Output["layers"] {
  const digests = new Map<number, string>();
  for (const { layer } of findings) {
    if (layer?.digest !== undefined) digests.set(layer.index, layer.digest);
  }
  return [...digests].sort(([a], [b]) => a - b).map(([index, digest]) => ({ index, digest }));
}

/** A bill of materials answers another question: nothing was scanned. */
function sbomOutput(
  { document, inventory }: Sbom,
  about: Pick<Output, "reference" | "platform" | "imageId" | "scannedAt">,
): Output {
  return {
    ...about,
    notScanned: ["everything: this is a bill of materials"],
    counts: countBySeverity([]),
    remedies: [],
    findings: [],
    ignored: [],
    unfixed: 0,
    packages: inventory.packages.filter(({ inFinalImage }) => inFinalImage).length,
    scanners: [],
    layers: [],
    searched: { files: 0, bytes: 0, skippedFiles: 0 },
    notes: [...inventory.notes],
    sbom: document,
  };
}

/** A directory that is named or that OSV-Scanner uses; the API where the network may be used; otherwise none. */
async function advisoriesOf(
  { advisories, offline, sbom }: Input,
  context: ToolContext,
): Promise<AdvisorySource | undefined> {
  if (sbom !== undefined) return undefined;
  if (advisories !== undefined) return offlineAdvisories(await resolveInside(context.roots, advisories));
  const usual = process.env.OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY;
  if (usual !== undefined && path.isAbsolute(usual)) return offlineAdvisories(usual);
  return offline ? undefined : apiAdvisories({ fetch });
}

async function dockerfileOf(
  named: string | undefined,
  context: ToolContext,
): Promise<Dockerfile | undefined> {
  if (named === undefined) return undefined;
  const file = await resolveInside(context.roots, named);
  const text = (await readBounded(file, context.limits.dockerfileBytes)).toString("utf8");
  return parseDockerfile(text, named);
}

function scannersOf({ scanners }: Input): ScanRequest["scanners"] {
  const named = scannerNames.filter((name) => isNamed(name, scanners));
  if (scanners.includes("none")) {
    if (scanners.length === 1) return [];
    throw new InputError("scanners holds none and others", "write none alone, or the names of scanners");
  }
  if (!scanners.includes("auto")) return named;
  if (named.length === 0) return "auto";
  throw new InputError("scanners holds auto and others", "write auto alone, or the names of scanners");
}

function isNamed(name: string, scanners: readonly string[]): boolean {
  return scanners.includes(name);
}

const ignoreFileName = ".dockwright-ignore.yaml";
const mostIgnoreBytes = 512 * 1024;

/** The named ignore file, or the one in the first root when there is one. */
async function ignoreEntries(
  named: string | undefined,
  context: ToolContext,
): Promise<readonly IgnoreEntry[]> {
  const [root] = context.roots.directories;
  if (named === undefined) {
    const usual = path.join(root ?? ".", ignoreFileName);
    const there = await stat(usual).catch(() => undefined);
    if (there === undefined) return [];
  }
  const file = await resolveInside(context.roots, named ?? ignoreFileName);
  const text = (await readBounded(file, mostIgnoreBytes)).toString("utf8");
  return parseIgnoreFile(text, named ?? ignoreFileName);
}
