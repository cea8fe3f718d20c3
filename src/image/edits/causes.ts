import type { UselessKind } from "../analysis/types.ts";
import { uselessKind } from "../analysis/useless.ts";
import { type FileVersion, type HiddenCause, type PathNode, pathOf } from "../model/tree.ts";

/** Bytes that go together: the same origin, the same end, the same reason. No file is in two of them. */
export interface Waste {
  /** The layer whose instruction first wrote these contents. */
  readonly origin: number;
  /** The layer that stores these copies of them. */
  readonly layer: number;
  /** The layer that hid them; -1 for visible files. */
  readonly hiddenBy: number;
  readonly reason: HiddenCause | UselessKind;
  readonly bytes: number;
  readonly files: number;
  /** The deepest directory that holds all of them. */
  readonly folder: PathNode;
  readonly largest: FileVersion;
  readonly versions: readonly FileVersion[];
}

/**
 * Groups hidden files and visible useless ones. A file that was only rewritten (chown) keeps its origin: what has
 * to change to be rid of it is where it came from.
 */
export function groupWaste(versions: readonly FileVersion[]): Waste[] {
  const origins = originsOf(versions);
  const groups = new Map<string, FileVersion[]>();
  for (const version of versions) {
    if (version.size === 0) continue;
    const reason = version.hiddenBy >= 0 ? version.cause : uselessKind(pathOf(version.node))?.kind;
    if (reason === undefined) continue;
    const key = `${origins.get(version)?.layer ?? version.layer} ${version.layer} ${version.hiddenBy} ${reason}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [version]);
    else group.push(version);
  }
  const result: Waste[] = [];
  for (const [key, group] of groups) {
    const first = group[0];
    if (first === undefined) continue;
    const reason = first.hiddenBy >= 0 ? first.cause : uselessKind(pathOf(first.node))?.kind;
    if (reason === undefined) continue;
    result.push({
      origin: Number(key.split(" ")[0]),
      layer: first.layer,
      hiddenBy: first.hiddenBy,
      reason,
      bytes: group.reduce((sum, version) => sum + version.size, 0),
      files: group.length,
      folder: commonFolder(group),
      largest: group.reduce((most, version) => (version.size > most.size ? version : most), first),
      versions: group,
    });
  }
  return result.sort((a, b) => b.bytes - a.bytes || a.layer - b.layer);
}

/** For files whose content was only rewritten by later layers: the version that brought it. */
function originsOf(versions: readonly FileVersion[]): Map<FileVersion, FileVersion> {
  const origins = new Map<FileVersion, FileVersion>();
  // Lower layers come first, so an origin's own origin is known.
  for (const version of versions) {
    if (version.cause !== "same-content-rewritten" || version.replacedBy === undefined) continue;
    origins.set(version.replacedBy, origins.get(version) ?? version);
  }
  return origins;
}

function commonFolder(versions: readonly FileVersion[]): PathNode {
  let common: PathNode | undefined;
  for (const version of versions) {
    const folder = version.node.parent ?? version.node;
    if (common === undefined) common = folder;
    while (common !== folder && !isAbove(common, folder) && common.parent !== undefined)
      common = common.parent;
  }
  if (common === undefined) throw new RangeError("no files");
  return common;
}

function isAbove(upper: PathNode, lower: PathNode): boolean {
  for (let node: PathNode | undefined = lower; node !== undefined; node = node.parent)
    if (node === upper) return true;
  return false;
}
