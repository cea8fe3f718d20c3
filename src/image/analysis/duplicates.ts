import { clean } from "../../security/untrusted.ts";
import { type FileVersion, pathOf } from "../model/tree.ts";
import { makeTop } from "../top.ts";
import type { Duplicates } from "./types.ts";

/** Files of the merged filesystem with equal content; hard links are one file. Empty files do not count. */
export function findDuplicates(
  versions: readonly FileVersion[],
  compared: boolean,
  topCount: number,
): Duplicates {
  const byHash = new Map<string, FileVersion[]>();
  for (const version of versions) {
    if (version.hiddenBy >= 0 || version.hash === undefined || version.size === 0) continue;
    const same = byHash.get(version.hash);
    if (same === undefined) byHash.set(version.hash, [version]);
    else same.push(version);
  }
  let groups = 0;
  let bytes = 0;
  const top = makeTop<FileVersion[]>(topCount, extraBytes);
  for (const same of byHash.values()) {
    if (same.length < 2) continue;
    groups++;
    bytes += extraBytes(same);
    top.add(same);
  }
  return {
    compared,
    groups,
    bytes,
    top: top.list().map((same) => ({
      copies: same.length,
      bytes: same[0]?.size ?? 0,
      extra: extraBytes(same),
      paths: same.slice(0, 4).map((version) => clean(`/${pathOf(version.node)}`, 300)),
    })),
  };
}

function extraBytes(same: readonly FileVersion[]): number {
  return (same.length - 1) * (same[0]?.size ?? 0);
}
