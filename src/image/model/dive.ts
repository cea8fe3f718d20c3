import { makeTop } from "../top.ts";
import { type DiveState, type PathNode, pathOf, walkAll } from "./tree.ts";

/*
 * dive's definition of waste, for those who have thresholds on it. Its rules, oddities included, are those of
 * dive 0.13.1 (dive/filetree/efficiency.go): per path, only leaves of each layer's tree count; a whiteout of a
 * directory counts what it hides, a whiteout of a file nothing; opaque markers are not seen; a whiteout of a path that
 * is not below ends the layer. dive stacks all layers anew for each whiteout; here one stacked tree grows along.
 */

/** The figures dive reports. Bytes are those of tar headers. */
export interface DiveResult {
  /** 0 to 1: the smallest occurrence of each path over all occurrences. */
  readonly efficiency: number;
  /** Bytes of all occurrences of paths that occur twice or more, the kept ones included. */
  readonly wastedBytes: number;
  readonly wastedPaths: number;
  /** Bytes of all layers. */
  readonly sizeBytes: number;
  /** Bytes of all layers but the first. */
  readonly userSizeBytes: number;
  /** `wastedBytes / userSizeBytes`; undefined for an image of one layer (dive says NaN). */
  readonly userWastedPercent?: number | undefined;
  /** The paths that waste most. */
  readonly top: readonly { readonly path: string; readonly count: number; readonly bytes: number }[];
}

/** Collects the layers one after the other. */
export interface DiveModel {
  entry(node: PathNode, size: number, directory: boolean): void;
  /** `target` is the path a whiteout names. */
  whiteout(target: PathNode, size: number): void;
  /** An opaque marker or another note of a driver: dive drops it but makes its folder. */
  marker(folder: PathNode, size: number): void;
  endLayer(): void;
  result(top: number): DiveResult;
}

/** Makes the model for one tree. */
export function makeDiveModel(root: PathNode): DiveModel {
  let layer = 0;
  let nodes: PathNode[] = [];
  let whiteouts = new Set<PathNode>();
  /** Paths that ended a layer. Those that never occur count as -1 bytes in dive's sum of the smallest. */
  const unknown = new Set<PathNode>();
  let total = 0;
  let first = 0;

  function place(node: PathNode): void {
    for (let current = node; current.parent !== undefined; current = current.parent) {
      if (current.inLayer !== layer) {
        current.inLayer = layer;
        current.layerSize = 0;
        current.layerDirectory = false;
        nodes.push(current);
      }
      const { parent } = current;
      if (parent.parentIn === layer) return;
      parent.parentIn = layer;
    }
  }

  function count(size: number): void {
    total += size;
    if (layer === 0) first += size;
  }

  return {
    entry(node, size, directory) {
      count(size);
      place(node);
      node.layerSize = size;
      node.layerDirectory = directory;
    },
    whiteout(target, size) {
      count(size);
      whiteouts.add(target);
      const { parent } = target;
      if (parent === undefined) return;
      if (parent !== root) place(parent);
      parent.parentIn = layer;
    },
    marker(folder, size) {
      count(size);
      if (folder !== root) place(folder);
    },
    endLayer() {
      const regular = [...whiteouts].every((node) => node.stacked && node.inLayer !== layer);
      if (regular) {
        for (const node of whiteouts) record(node, hiddenSize(node));
        for (const node of nodes) if (node.parentIn !== layer) record(node, node.layerSize);
        for (const node of whiteouts) unstack(node);
        for (const node of nodes) stack(node);
      } else {
        const missing = orderedLayer(nodes, whiteouts, layer);
        if (missing !== undefined) unknown.add(missing);
      }
      nodes = [];
      whiteouts = new Set();
      layer++;
    },
    result(top) {
      let least = 0;
      let discovered = 0;
      let wastedBytes = 0;
      let wastedPaths = 0;
      const wasted = makeTop<PathNode>(top, (node) => node.sum);
      walkAll(root, (node) => {
        const { occurrences, sum } = node;
        if (occurrences === 0) return;
        least += node.least;
        discovered += sum;
        if (occurrences < 2) return;
        wastedBytes += sum;
        wastedPaths++;
        wasted.add(node);
      });
      for (const node of unknown) if (node.occurrences === 0) least--;
      const userSizeBytes = total - first;
      return {
        efficiency: discovered === 0 ? 1 : least / discovered,
        wastedBytes,
        wastedPaths,
        sizeBytes: total,
        userSizeBytes,
        userWastedPercent: userSizeBytes === 0 ? undefined : wastedBytes / userSizeBytes,
        top: wasted.list().map((node) => ({ path: pathOf(node), count: node.occurrences, bytes: node.sum })),
      };
    },
  };
}

function record(dive: DiveState, size: number): void {
  dive.sum += size;
  if (dive.occurrences === 0 || size < dive.least) dive.least = size;
  dive.occurrences++;
}

function hiddenSize(target: PathNode): number {
  if (!target.stackedDirectory) return 0;
  let size = 0;
  walkStacked(target, (node) => {
    size += node.stackedSize;
  });
  return size;
}

function stack(node: PathNode): void {
  node.stackedSize = node.layerSize;
  node.stackedDirectory = node.layerDirectory;
  for (let current = node; !current.stacked && current.parent !== undefined; current = current.parent) {
    current.stacked = true;
  }
}

function unstack(top: PathNode): void {
  walkStacked(top, (node) => {
    node.stacked = false;
    node.stackedSize = 0;
    node.stackedDirectory = false;
  });
}

function walkStacked(top: PathNode, visit: (node: PathNode) => void): void {
  const queue = [top];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (node.children !== undefined) {
      for (const child of node.children.values()) if (child.stacked) queue.push(child);
    }
    visit(node);
  }
}

interface Visited {
  /** The name as the layer has it, in bytes. */
  readonly name: Buffer;
  readonly node: PathNode;
  readonly whiteout: boolean;
}

/**
 * A layer where the order of dive's visit matters: by name, depth first, children before their folder. Returns the
 * path that ended the visit.
 */
function orderedLayer(
  nodes: readonly PathNode[],
  whiteouts: ReadonlySet<PathNode>,
  layer: number,
): PathNode | undefined {
  const visits = inOrder(nodes, whiteouts);
  const sizes = new Map<PathNode, number>();
  let missing: PathNode | undefined;

  for (const { node, whiteout } of visits) {
    if (whiteout) {
      if (!node.stacked) {
        missing = node;
        break;
      }
      record(node, node.stackedDirectory ? sizeBelow(node, sizes) : 0);
    } else if (node.parentIn !== layer) record(node, node.layerSize);
  }
  for (const { node, whiteout } of visits) {
    if (!whiteout) stack(node);
    else if (node.stacked) unstack(node);
  }
  return missing;
}

/** Folders' entries sorted by the bytes of their names; a folder comes after what is in it. Linear but for the sorting. */
function inOrder(nodes: readonly PathNode[], whiteouts: ReadonlySet<PathNode>): Visited[] {
  const byFolder = new Map<PathNode | undefined, Visited[]>();
  const add = (node: PathNode, whiteout: boolean): void => {
    const visit = { name: Buffer.from(whiteout ? `.wh.${node.name}` : node.name), node, whiteout };
    const list = byFolder.get(node.parent);
    if (list === undefined) byFolder.set(node.parent, [visit]);
    else list.push(visit);
  };
  for (const node of nodes) add(node, false);
  for (const node of whiteouts) add(node, true);
  for (const list of byFolder.values()) list.sort((a, b) => Buffer.compare(a.name, b.name));
  // From the end: a folder, then its entries from the last to the first.
  const reversed: Visited[] = [];
  const stack: Visited[] = [];
  const open = (folder: PathNode | undefined): void => {
    for (const visit of byFolder.get(folder) ?? []) stack.push(visit);
  };
  open(undefined);
  for (const [folder] of byFolder) if (folder !== undefined && folder.parent === undefined) open(folder);
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    reversed.push(visit);
    if (!visit.whiteout) open(visit.node);
  }
  return reversed.reverse();
}

/** Bytes of a folder of the stacked tree; what is below it is noted, too, so that folders in folders are summed up once. */
function sizeBelow(top: PathNode, known: Map<PathNode, number>): number {
  const found = known.get(top);
  if (found !== undefined) return found;
  const folders: PathNode[] = [];
  walkStacked(top, (node) => {
    if (node.children !== undefined) folders.push(node);
  });
  for (let at = folders.length - 1; at >= 0; at--) {
    const folder = folders[at];
    if (folder === undefined || known.has(folder)) continue;
    let size = folder.stackedSize;
    for (const child of folder.children?.values() ?? []) {
      if (child.stacked) size += known.get(child) ?? child.stackedSize;
    }
    known.set(folder, size);
  }
  return known.get(top) ?? top.stackedSize;
}
