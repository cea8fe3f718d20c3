import { findNode, type PathNode } from "../../image/model/tree.ts";
import type { LayerEntry } from "../../image/types.ts";
import { redact } from "../redact.ts";
import type { OwnFinding } from "./finding.ts";

/** Files that give their owner's rights to whoever starts them, and files that anybody may change. */
export function* rights({ mode }: LayerEntry, shown: () => string): Generator<OwnFinding> {
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
      fix: `chmod a-s ${quoted(path)}`,
    };
  }
  if ((mode & 0o002) !== 0) {
    yield {
      id: "world-writable-file",
      kind,
      severity: "medium",
      title: "anybody may write the file",
      path,
      fix: `chmod o-w ${quoted(path)}`,
    };
  }
}

/** A path for a command that somebody may copy: its name is what an image says, and the shell reads more than names. */
function quoted(path: string): string {
  return /^[\w./+@%:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** Directories that everybody may write, without the sticky bit that keeps /tmp's users apart. */
export interface OpenDirectories {
  see(layer: number, entry: LayerEntry): void;
  /** One finding a layer, about the directories that are still there; the path is the first one's. */
  findings(root: PathNode): readonly OwnFinding[];
}

const mostDirectories = 20_000;
const mostNamed = 5;

/** Makes the collection for one image. A later entry of the same directory replaces what an earlier one said. */
export function makeOpenDirectories(): OpenDirectories {
  const layers = new Map<string, number>();
  return {
    see(layer, { path, mode }) {
      const open = (mode & 0o002) !== 0 && (mode & 0o1000) === 0;
      if (!open) layers.delete(path);
      else if (layers.has(path) || layers.size < mostDirectories) layers.set(path, layer);
    },
    findings(root) {
      const byLayer = new Map<number, string[]>();
      for (const [path, layer] of layers) {
        if (findNode(root, path)?.kind !== "directory") continue;
        const paths = byLayer.get(layer) ?? [];
        paths.push(path);
        byLayer.set(layer, paths);
      }
      return [...byLayer].sort(([a], [b]) => a - b).map(([layer, paths]) => openIn(layer, paths.sort()));
    },
  };
}

function openIn(layerIndex: number, paths: readonly string[]): OwnFinding {
  const shown = paths.slice(0, mostNamed).map((path) => redact(`/${path}`, 120));
  const more = paths.length - shown.length;
  const [first = ""] = shown;
  return {
    id: "world-writable-directory",
    kind: "misconfiguration",
    severity: "low",
    title:
      paths.length === 1
        ? "anybody may replace the files of a directory: it has no sticky bit"
        : `anybody may replace the files of ${paths.length} directories without a sticky bit: ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`,
    path: first,
    fix: `chmod o-w ${quoted(first)}${paths.length > 1 ? " and the others" : ""}, or chmod +t`,
    layerIndex,
  };
}
