import type { ContentSink, LayerEntry } from "../types.ts";
import { goModuleSink } from "./go.ts";

/** What was kept of an image's content while its layers went by. */
export interface PackageEvidence {
  /** Text of package databases and manifests, by path; the highest layer's. */
  readonly files: ReadonlyMap<string, { readonly layer: number; readonly text: string }>;
  /** Main module of each Go program, by path. */
  readonly goModules: ReadonlyMap<
    string,
    { readonly layer: number; readonly module: string; readonly version: string }
  >;
  /** True when a bound was reached and later files were left out. */
  readonly truncated: boolean;
}

/** Collects the evidence; give `observe` to the read of an image. */
export interface PackageCollector {
  observe(layer: number, entry: LayerEntry): ContentSink | undefined;
  readonly evidence: PackageEvidence;
}

const wanted =
  /^var\/lib\/dpkg\/(?:status$|status\.d\/[^/]+$|info\/[^/]+\.(?:list|md5sums)$)|^(?:usr\/)?lib\/apk\/db\/installed$|\.dist-info\/RECORD$|(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/;
const leastProgram = 512 * 1024;
const mostFileBytes = 16 * 1024 * 1024;
const mostBytes = 48 * 1024 * 1024;

/** Makes a collector for one image. */
export function makePackageCollector(): PackageCollector {
  const files = new Map<string, { layer: number; text: string }>();
  const goModules = new Map<string, { layer: number; module: string; version: string }>();
  let kept = 0;
  let truncated = false;
  return {
    observe(layer, entry) {
      const { path, size, mode } = entry;
      if (size >= leastProgram && (mode & 0o111) !== 0 && !/\.(?:so[\d.]*|py|js|sh|jar)$/.test(path)) {
        return goModuleSink(({ module, version }) => goModules.set(path, { layer, module, version }));
      }
      if (size === 0 || !wanted.test(path)) return undefined;
      if (size > mostFileBytes || kept + size > mostBytes) {
        truncated = true;
        return undefined;
      }
      kept += size;
      return textSink((text) => files.set(path, { layer, text: shorten(path, text) }));
    },
    get evidence() {
      return { files, goModules, truncated };
    },
  };
}

/** Of a package.json only the version is needed. */
function shorten(path: string, text: string): string {
  if (!path.endsWith("/package.json")) return text;
  return /"version"\s*:\s*"([^"]{1,100})"/.exec(text)?.[1] ?? "";
}

function textSink(done: (text: string) => void): ContentSink {
  const chunks: Buffer[] = [];
  return {
    data: (chunk) => void chunks.push(Buffer.from(chunk)),
    end: () => done(Buffer.concat(chunks).toString("utf8")),
  };
}
