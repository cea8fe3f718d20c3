import type { FileVersion, HiddenCause } from "../model/tree.ts";
import { maxLayers } from "../sources/handle.ts";
import { makeTop, type Top } from "../top.ts";
import { pathBytes } from "./path-bytes.ts";
import type { HiddenGroup } from "./types.ts";

interface Growing {
  readonly writtenBy: number;
  readonly hiddenBy: number;
  readonly cause: HiddenCause;
  bytes: number;
  files: number;
  readonly top: Top<FileVersion>;
}

/** Groups hidden files by the layer that wrote them, the layer that hid them, and why. Most bytes first. */
export function groupHidden(versions: readonly FileVersion[], topCount: number): HiddenGroup[] {
  const groups = new Map<HiddenCause, Map<number, Growing>>();
  for (const version of versions) {
    const { layer, hiddenBy, cause } = version;
    if (hiddenBy < 0 || cause === undefined) continue;
    let ofCause = groups.get(cause);
    if (ofCause === undefined) {
      ofCause = new Map();
      groups.set(cause, ofCause);
    }
    const pair = layer * maxLayers + hiddenBy;
    let group = ofCause.get(pair);
    if (group === undefined) {
      const top = makeTop<FileVersion>(topCount, (one) => one.size);
      group = { writtenBy: layer, hiddenBy, cause, bytes: 0, files: 0, top };
      ofCause.set(pair, group);
    }
    group.bytes += version.size;
    group.files++;
    group.top.add(version);
  }
  return [...groups.values()]
    .flatMap((ofCause) => [...ofCause.values()])
    .map((group) => ({ ...group, top: group.top.list().map(pathBytes) }))
    .sort((a, b) => b.bytes - a.bytes || a.writtenBy - b.writtenBy || a.hiddenBy - b.hiddenBy);
}
