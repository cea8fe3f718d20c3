import { clean } from "../security/untrusted.ts";
import { directoryBytes } from "./analysis/largest.ts";
import type { AnalyzedImage } from "./analyze.ts";
import { type PathNode, pathOf } from "./model/tree.ts";
import { makeTop } from "./top.ts";

/** Bytes of one thing in two images; 0 where it is missing. */
export interface Change {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** What became of an image's size. */
export interface Comparison {
  /** The earlier image. */
  readonly reference: string;
  readonly before: number;
  readonly after: number;
  /** Of `before`; negative when the image became smaller. */
  readonly percent: number;
  /** Layers both have, by the digest of their content, and their bytes: nobody pulls them twice. */
  readonly sharedLayers: number;
  readonly sharedBytes: number;
  /** What changed most, largest first. Directories whose change lies in one subdirectory are left out. */
  readonly paths: readonly Change[];
  readonly packages: readonly Change[];
  readonly kinds: readonly Change[];
}

/** Compares two analysed images; `diffIds` are those of their layers. */
export function compareImages(
  before: AnalyzedImage & { readonly diffIds: readonly string[] },
  after: AnalyzedImage & { readonly diffIds: readonly string[] },
  topCount: number,
): Comparison {
  const [sizeBefore, sizeAfter] = [before.analysis.size.total, after.analysis.size.total];
  const known = new Set(before.diffIds);
  const shared = after.diffIds.flatMap((id, index) => (known.has(id) ? [index] : []));
  return {
    reference: before.analysis.reference,
    before: sizeBefore,
    after: sizeAfter,
    percent: sizeBefore === 0 ? 0 : (100 * (sizeAfter - sizeBefore)) / sizeBefore,
    sharedLayers: shared.length,
    sharedBytes: shared.reduce((sum, index) => sum + (after.analysis.layers[index]?.bytes ?? 0), 0),
    paths: changedPaths(before, after, topCount),
    packages: changes(packageMap(before), packageMap(after), topCount),
    kinds: changes(kindMap(before), kindMap(after), topCount),
  };
}

function packageMap(image: AnalyzedImage): Map<string, number> {
  const sums = new Map<string, number>();
  for (const one of image.packages) {
    const name = `${one.name} (${one.type})`;
    sums.set(name, (sums.get(name) ?? 0) + one.bytes);
  }
  return sums;
}

function kindMap(image: AnalyzedImage): Map<string, number> {
  return new Map(image.analysis.largest.kinds.map((kind) => [kind.kind, kind.bytes]));
}

function changedPaths(before: AnalyzedImage, after: AnalyzedImage, topCount: number): Change[] {
  const first = pathMap(before);
  const second = pathMap(after);
  const delta = new Map<string, number>();
  for (const path of new Set([...first.keys(), ...second.keys()])) {
    const change = (second.get(path) ?? 0) - (first.get(path) ?? 0);
    if (change !== 0) delta.set(path, change);
  }
  // What explains nearly all of its folder's change stands for the folder.
  const covered = new Set<string>();
  for (const [path, change] of delta) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (Math.abs(change) > 0.9 * Math.abs(delta.get(folder) ?? 0)) covered.add(folder);
  }
  const left = new Map([...delta].filter(([path]) => !covered.has(path) && path !== ""));
  return changes(
    new Map([...left.keys()].map((path) => [`/${path}`, first.get(path) ?? 0])),
    new Map([...left.keys()].map((path) => [`/${path}`, second.get(path) ?? 0])),
    topCount,
  );
}

/** Visible bytes of directories and of files of some size, by path. */
function pathMap(image: AnalyzedImage): Map<string, number> {
  const leastFile = 100_000;
  const sums = new Map<string, number>();
  const name = (node: PathNode): string => pathOf(node);
  for (const [node, bytes] of directoryBytes(image.model.versions)) sums.set(name(node), bytes);
  for (const version of image.model.versions) {
    if (version.hiddenBy < 0 && version.size >= leastFile) sums.set(name(version.node), version.size);
  }
  return sums;
}

function changes(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  topCount: number,
): Change[] {
  const top = makeTop<Change>(topCount, (change) => Math.abs(change.after - change.before));
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const change = { name: clean(name, 300), before: before.get(name) ?? 0, after: after.get(name) ?? 0 };
    if (change.before !== change.after) top.add(change);
  }
  return [...top.list()];
}
