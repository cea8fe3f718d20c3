import type { SecretScope } from "../data/secret-patterns.ts";
import { secretFile } from "../data/secrets.ts";
import { type ImageModel, readModel } from "../image/model/read.ts";
import type { ContentSink, ImageHandle, LayerEntry } from "../image/types.ts";
import type { Collector } from "./collector.ts";
import { scanConfiguration } from "./own/configuration.ts";
import { makeContentSearch } from "./own/content.ts";
import { scanDistribution, scanTools } from "./own/files.ts";
import { redact } from "./redact.ts";
import { type ScanFinding, type ScanResult, severities } from "./types.ts";

/** A finding about one file, before it is known whether later layers hide it. */
interface FileFinding {
  /** Index into the model's versions. */
  readonly version: number;
  readonly layer: number;
  readonly finding: Omit<ScanFinding, "aliases" | "severitySource" | "inFinalImage" | "scanners" | "layer">;
}

const mostFindings = 2_000;
const mostSystemBytes = 64 * 1024;
/** Installed software: names like `token` there are code, and only secrets with a form of their own count. */
const installed =
  /^(?:usr\/(?!src\/app)|lib|bin|sbin|var\/lib\/(?:dpkg|apt)\/|etc\/ssl\/certs\/)|(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor)\//;
const npmrc = /(?:^|\/)\.?npmrc$/;
const settingsFile = /(?:^|\/)\.[\w.-]+$|\.(?:env|conf|cfg|ini|ya?ml|json|toml|properties|xml|sh|txt)$/;
/** Public certificates share these endings with keys; only their content tells. */
const ambiguous = /\.(?:pem|key)$|\.npmrc$|\.yarnrc\.yml$|settings(?:-security)?\.xml$/;

/**
 * Scans an image without a scanner, database or network: secrets in the text files of every layer, in the
 * configuration and the history, credential files, rights, tools of the final image, end of support.
 * One pass over each layer. `today` is YYYY-MM-DD. Throws as `ImageHandle.entries`.
 */
export async function scanImage(handle: ImageHandle, today: string): Promise<ScanResult> {
  const collector = ownCollector(handle, today);
  return collector.finish(await readModel(handle, { contents: false, observe: collector.observe }));
}

function scopeOf(path: string): SecretScope {
  if (npmrc.test(path)) return "settings";
  if (installed.test(path)) return "anywhere";
  return settingsFile.test(path) ? "settings" : "text";
}

/** Our own checks as a collector of the one pass; see `scanImage`. */
export function ownCollector(handle: ImageHandle, today: string): Collector<ScanResult> {
  const found: FileFinding[] = [];
  const osRelease = new Map<string, string>();
  const searched = { files: 0, bytes: 0, skippedFiles: 0 };
  const content = makeContentSearch();
  let dropped = 0;
  let cutFiles = 0;
  let versions = 0;
  const add = (one: FileFinding): void => {
    if (found.length < mostFindings) found.push(one);
    else dropped++;
  };
  const observe = (layer: number, entry: LayerEntry): ContentSink | undefined => {
    const version = versions++;
    const { path: raw } = entry;
    const shown = (): string => redact(`/${raw}`, 300);
    for (const finding of rights(entry, shown)) add({ version, layer, finding });
    const credential = secretFile(entry.path);
    if (
      credential !== undefined &&
      entry.size > 0 &&
      !installed.test(entry.path) &&
      !ambiguous.test(entry.path)
    ) {
      add({
        version,
        layer,
        finding: {
          id: "credential-file",
          kind: "secret",
          severity: "high",
          title: credential,
          path: shown(),
          fix: fileFix,
        },
      });
    }
    if (entry.size === 0) return undefined;
    if (/^(?:etc|usr\/lib)\/os-release$/.test(entry.path) && entry.size <= mostSystemBytes) {
      return textSink((text) => osRelease.set(entry.path, text));
    }
    return content.sink({ path: raw, scope: scopeOf(raw) }, ({ secrets, binary, truncated }) => {
      if (binary) {
        searched.skippedFiles++;
        return;
      }
      searched.files++;
      searched.bytes += entry.size;
      if (truncated) cutFiles++;
      for (const { id, title, severity, line, length } of secrets) {
        add({
          version,
          layer,
          finding: {
            id,
            kind: "secret",
            severity,
            title: `${title} (${length} characters)`,
            path: shown(),
            line,
            fix: fileFix,
          },
        });
      }
    });
  };
  const finish = (model: ImageModel): ScanResult => {
    const release = osRelease.get("etc/os-release") ?? osRelease.get("usr/lib/os-release");
    const distribution = release === undefined ? undefined : scanDistribution(release, today);
    const whole = [...scanTools(model.root), ...(distribution === undefined ? [] : [distribution])];
    const findings = [
      ...found.map((one) => placed(one, model, handle)),
      ...scanConfiguration(handle.config),
      ...whole.map((finding) => ({ ...finding, ...own, inFinalImage: true })),
    ];
    const notes = [
      ...(dropped > 0 ? [`${dropped} more findings are left out`] : []),
      ...(cutFiles > 0 ? [`${cutFiles} files hold more secrets than are listed`] : []),
    ];
    return {
      findings: findings.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity)),
      notScanned: [
        noAdvisories,
        ...(searched.skippedFiles > 0
          ? [`secrets inside ${searched.skippedFiles} programs, archives and other binary files`]
          : []),
      ],
      notes,
      searched,
    };
  };
  return { observe, finish };
}

/** Said unless somebody else looked. */
export const noAdvisories =
  "known vulnerabilities of the packages: no version was compared with any advisory";

const own = { aliases: [], severitySource: "dockwright", scanners: ["dockwright"] };
const fileFix =
  "keep it out of the layer (.dockerignore, RUN --mount=type=secret) and revoke it: layers are public to all who pull";

function placed(
  { version, layer, finding }: FileFinding,
  model: ImageModel,
  handle: ImageHandle,
): ScanFinding {
  const info = handle.layers[layer];
  const digest = info?.digest ?? info?.diffId;
  return {
    ...finding,
    ...own,
    inFinalImage: model.versions[version]?.hiddenBy === -1,
    layer: {
      index: layer,
      instruction: redact(info?.createdBy ?? ""),
      ...(digest === undefined ? {} : { digest }),
    },
  };
}

function* rights({ mode }: LayerEntry, shown: () => string): Generator<FileFinding["finding"]> {
  if ((mode & 0o6002) === 0) return;
  const kind = "misconfiguration";
  const path = shown();
  if ((mode & 0o6000) !== 0) {
    const bit = (mode & 0o4000) !== 0 ? "setuid" : "setgid";
    yield {
      id: `${bit}-file`,
      kind,
      severity: "low",
      title: `${bit} program`,
      path,
      fix: `chmod a-s ${path}`,
    };
  }
  if ((mode & 0o002) !== 0) {
    yield {
      id: "world-writable-file",
      kind,
      severity: "medium",
      title: "anybody may write the file",
      path,
      fix: `chmod o-w ${path}`,
    };
  }
}

function textSink(done: (text: string) => void): ContentSink {
  const chunks: Buffer[] = [];
  return {
    data: (chunk) => void chunks.push(Buffer.from(chunk)),
    end: () => done(Buffer.concat(chunks).toString("utf8")),
  };
}
