import type { UselessKind } from "../../image/analysis/types.ts";
import { groupUseless } from "../../image/analysis/useless.ts";
import type { FileVersion } from "../../image/model/tree.ts";
import { formatBytes } from "../../image/report/bytes.ts";
import { redact } from "../redact.ts";
import type { OwnFinding } from "./finding.ts";

const fixes: Partial<Record<UselessKind, string>> = {
  "apt-lists": "end the RUN with rm -rf /var/lib/apt/lists/*, or mount a cache there",
  "package-manager-cache": "apk add --no-cache, dnf clean all in the same RUN, or --mount=type=cache",
  "pip-cache": "pip install --no-cache-dir, or RUN --mount=type=cache,target=/root/.cache",
  "npm-cache": "npm cache clean --force in the same RUN, or RUN --mount=type=cache,target=/root/.npm",
  "build-cache": "RUN --mount=type=cache, or build in an earlier stage",
};

// Below this it is the empty folder's leavings.
const least = 4096;

/** Caches of package managers that the final image holds: stale lists and archives that scanners and updates trip over. */
export function* scanCaches(versions: readonly FileVersion[]): Generator<OwnFinding> {
  for (const { kind, label, layer, bytes, files, top } of groupUseless(versions, 1)) {
    const fix = fixes[kind];
    if (fix === undefined || bytes < least) continue;
    yield {
      id: "package-cache-in-image",
      kind: "misconfiguration",
      severity: "low",
      title: `${label}: ${formatBytes(bytes)} in ${files} files`,
      path: redact(top[0]?.path ?? "/", 300),
      fix,
      layerIndex: layer,
    };
  }
}
