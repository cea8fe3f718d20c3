import { secretFile } from "../data/secrets.ts";
import type { Dockerfile } from "../dockerfile/types.ts";
import { loadUnzstd, type Unzstd } from "../image/blob/packed.ts";
import { type ImageModel, readModel } from "../image/model/read.ts";
import { findNode } from "../image/model/tree.ts";
import type { ContentSink, ImageHandle, LayerEntry } from "../image/types.ts";
import type { Collector } from "./collector.ts";
import { type Locator, makeLocator } from "./locate.ts";
import { accountFiles, scanAccounts } from "./own/accounts.ts";
import { benchmark } from "./own/benchmark.ts";
import { scanCaches } from "./own/caches.ts";
import { scanConfiguration } from "./own/configuration.ts";
import { type ContentResult, type ContentSecret, makeContentSearch, mostPacked } from "./own/content.ts";
import { scanDistribution, scanTools } from "./own/files.ts";
import type { OwnFinding } from "./own/finding.ts";
import { makePackedSearch } from "./own/packed.ts";
import { makeOpenDirectories, rights } from "./own/rights.ts";
import {
  type Runtime,
  runtimeOfPath,
  runtimeOfText,
  runtimesOfEnvironment,
  scanRuntimes,
  tellsRuntime,
} from "./own/runtimes.ts";
import { isInstalled, subjectOf } from "./own/subject.ts";
import { redact } from "./redact.ts";
import { type ScanFinding, type ScanResult, type Severity, severities } from "./types.ts";

/** A finding about one file, before it is known whether later layers hide it. */
interface FileFinding {
  /** Index into the model's versions. */
  readonly version: number;
  readonly layer: number;
  readonly finding: OwnFinding;
}

/** What our own scan can do with, and does without. */
export interface OwnScanOptions {
  /** Opens zstd files inside layers; without it they are counted as not searched. */
  readonly unzstd?: Unzstd | undefined;
  /** What the image was built from: findings then name the line. */
  readonly dockerfile?: Dockerfile | undefined;
  /** The stage that was built. */
  readonly target?: string | undefined;
}

/** Of each severity. */
const mostFindings = 2_000;
const mostSystemBytes = 64 * 1024;
/** Public certificates share these endings with keys; only their content tells. */
const ambiguous = /\.(?:pem|key)$|\.npmrc$|\.yarnrc\.yml$|settings(?:-security)?\.xml$/;
/** Keys that everybody has. */
const testData =
  /(?:^|\/)(?:tests?|testdata|__tests__|fixtures|spec|examples?)\/|_test\.|^usr\/(?:local|lib)\/go[^/]*\/src\//;
const osReleasePath = /^(?:etc|usr\/lib)\/os-release$/;
const fileFix =
  "keep it out of the layer (.dockerignore, RUN --mount=type=secret) and revoke it: layers are public to all who pull";

/** Said unless somebody else looked. */
export const noAdvisories =
  "known vulnerabilities of the packages: no version was compared with any advisory";

/**
 * Scans an image without a scanner, database or network: secrets in every layer (archives in them opened), in the
 * configuration and the history, credential files, rights, tools and caches of the final image, end of support.
 * One pass over each layer. `today` is YYYY-MM-DD. Throws as `ImageHandle.entries`.
 */
export async function scanImage(
  handle: ImageHandle,
  today: string,
  options: OwnScanOptions = {},
): Promise<ScanResult> {
  const collector = ownCollector(handle, today, { unzstd: await loadUnzstd(), ...options });
  const { observe, directory } = collector;
  const model = await readModel(handle, { contents: false, observe, directory });
  await collector.settle();
  return collector.finish(model);
}

/** A collector that looks at directories, too, and at what takes longer once the layers have gone by. */
export interface OwnCollector extends Collector<ScanResult> {
  /** Called once for each entry of a directory. */
  directory(layer: number, entry: LayerEntry): void;
  /** After the last layer and before `finish`. */
  settle(signal?: AbortSignal): Promise<void>;
}

/** Our own checks as a collector of the one pass; see `scanImage`. */
export function ownCollector(handle: ImageHandle, today: string, options: OwnScanOptions = {}): OwnCollector {
  const found: FileFinding[] = [];
  const kept = new Map<Severity, number>();
  const osRelease: { readonly path: string; readonly text: string; readonly index: number }[] = [];
  const runtimes: (Runtime & { readonly version: string; readonly index: number })[] = [];
  const searched = { files: 0, bytes: 0, skippedFiles: 0 };
  const content = makeContentSearch();
  const packed = makePackedSearch(content, options.unzstd);
  const directories = makeOpenDirectories();
  let tooLarge = 0;
  let dropped = 0;
  let cutFiles = 0;
  let versions = 0;

  const observe = (layer: number, entry: LayerEntry): ContentSink | undefined => {
    const index = versions++;
    const { path, size } = entry;
    const shown = (inside = ""): string => redact(`/${path}${inside}`, 300);
    const add = (finding: OwnFinding): void => {
      // Thousands of open files must not keep a secret out.
      const same = kept.get(finding.severity) ?? 0;
      kept.set(finding.severity, same + 1);
      if (same < mostFindings) found.push({ version: index, layer, finding });
      else dropped++;
    };
    for (const finding of rights(entry, shown)) add(finding);
    const credential = size > 0 && !isInstalled(path) && !ambiguous.test(path) ? secretFile(path) : undefined;
    if (credential !== undefined) {
      add({
        id: "credential-file",
        kind: "secret",
        severity: "high",
        title: credential,
        path: shown(),
        fix: fileFix,
      });
    }
    const runtime = runtimeOfPath(path);
    if (runtime !== undefined) runtimes.push({ ...runtime, index });
    if (size === 0) return undefined;
    if (size <= mostSystemBytes && osReleasePath.test(path)) {
      return textSink((text) => osRelease.push({ path, text, index }));
    }
    if (size <= mostSystemBytes && accountFiles.test(path)) {
      return textSink((text) => {
        for (const finding of scanAccounts(path, text)) add(finding);
      });
    }
    if (size <= mostSystemBytes && tellsRuntime(path)) {
      return textSink((text) => {
        const told = runtimeOfText(path, text);
        if (told !== undefined) runtimes.push({ ...told, index });
      });
    }
    const subject = subjectOf(path);
    const done = (result: ContentResult): void => {
      if (result.searched && result.kind === "text") {
        searched.files++;
        searched.bytes += size;
      } else if (!result.searched && result.kind === "packed") tooLarge++;
      else if (!result.searched) searched.skippedFiles++;
      if (result.truncated) cutFiles++;
      report(result.secrets);
    };
    const report = (secrets: readonly ContentSecret[]): void => {
      const example = isInstalled(path) && testData.test(path);
      for (const { id, title, severity, line, length, inside } of secrets) {
        add({
          id,
          kind: "secret",
          severity: example ? "low" : severity,
          title: `${title} (${length} characters)${example ? ", among test data of installed software" : ""}`,
          path: shown(inside),
          ...(line > 0 ? { line } : {}),
          fix: fileFix,
        });
      }
    };
    return content.sink(subject, done, (data) => packed.open(subject, data, report));
  };

  const finish = (model: ImageModel): ScanResult => {
    const locate = makeLocator(handle, options.dockerfile, options.target);
    const visible = (index: number): boolean => model.versions[index]?.hiddenBy === -1;
    const present = (path: string): boolean => (findNode(model.root, path)?.kind ?? "absent") !== "absent";
    const releases = osRelease.filter((one) => visible(one.index));
    const release = releases.findLast(({ path }) => path.startsWith("etc/")) ?? releases.at(-1);
    const distribution = release === undefined ? undefined : scanDistribution(release.text, today);
    const seen = [
      ...runtimes.filter((one) => visible(one.index)),
      ...runtimesOfEnvironment(handle.config.env, present),
    ];
    const findings = [
      ...found.map(({ version, layer, finding }) =>
        placed({ ...finding, layerIndex: layer }, visible(version), handle, locate),
      ),
      ...[
        ...scanConfiguration(handle.config),
        ...scanTools(model.root),
        ...scanCaches(model.versions),
        ...directories.findings(model.root),
        ...scanRuntimes(seen, today),
        ...(distribution === undefined ? [] : [distribution]),
      ].map((finding) => placed(finding, true, handle, locate)),
    ];
    return {
      findings: findings.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity)),
      notScanned: [noAdvisories, ...unread()],
      notes: [
        ...(dropped > 0 ? [`${dropped} more findings are left out`] : []),
        ...(cutFiles > 0 ? [`${cutFiles} files hold more secrets than are listed`] : []),
      ],
      benchmark: benchmark(handle.config, findings),
      searched: { ...searched, bytes: searched.bytes + packed.bytes },
    };
  };

  const unread = (): string[] => [
    ...(searched.skippedFiles > 0
      ? [`secrets inside ${searched.skippedFiles} programs and other binary files of installed software`]
      : []),
    ...(tooLarge > 0
      ? [`secrets inside ${tooLarge} archives of more than ${mostPacked / 1024 ** 2} MB`]
      : []),
    ...[...packed.skipped].map(([why, files]) => `secrets inside ${files} archives: ${why}`),
  ];
  return { observe, directory: directories.see, settle: packed.settle, finish };
}

function placed(
  { anchor, layerIndex, ...finding }: OwnFinding,
  inFinalImage: boolean,
  handle: ImageHandle,
  locate: Locator,
): ScanFinding {
  const info = layerIndex === undefined ? undefined : handle.layers[layerIndex];
  const digest = info?.digest ?? info?.diffId;
  const place =
    anchor !== undefined ? locate(anchor) : info === undefined ? undefined : locate({ layer: info.index });
  return {
    ...finding,
    aliases: [],
    severitySource: "dockwright",
    scanners: ["dockwright"],
    inFinalImage,
    ...(place === undefined ? {} : { place }),
    ...(info === undefined
      ? {}
      : {
          layer: {
            index: info.index,
            instruction: redact(info.createdBy),
            ...(digest === undefined ? {} : { digest }),
          },
        }),
  };
}

function textSink(done: (text: string) => void): ContentSink {
  const chunks: Buffer[] = [];
  return {
    data: (chunk) => void chunks.push(Buffer.from(chunk)),
    end: () => done(Buffer.concat(chunks).toString("utf8")),
  };
}
