import type { FileVersion, HiddenCause, NodeKind, PathNode } from "./tree.ts";

/** One entry of a layer, looked up in the tree. */
export type LayerChange =
  | { readonly type: "whiteout"; readonly node: PathNode; readonly opaque: boolean }
  | { readonly type: "directory" | "other"; readonly node: PathNode }
  | FileVersion
  | { readonly type: "hardlink"; readonly node: PathNode; readonly target: PathNode };

/**
 * Puts a layer on top of the merged filesystem as overlayfs and the OCI image specification ("Applying Changesets")
 * do: its whiteouts first, for they speak of lower layers only, then its entries in order. Work is linear in the
 * entries of all layers: a node is hidden at most once for each time it was made.
 */
export function applyLayer(layer: number, changes: readonly LayerChange[]): void {
  for (const change of changes) {
    if (change.type !== "whiteout") continue;
    const { node } = change;
    if (!change.opaque) remove(node, node.kind === "directory" ? "dir-removed" : "file-removed", layer);
    else if (node.present !== undefined)
      for (const child of [...node.present]) remove(child, "opaque-dir", layer);
  }
  for (const change of changes) {
    if (change.type !== "whiteout") applyChange(change, layer);
  }
}

function applyChange(change: Exclude<LayerChange, { type: "whiteout" }>, layer: number): void {
  const { node } = change;
  switch (change.type) {
    case "directory":
      if (node.kind !== "directory" && node.kind !== "absent") remove(node, "replaced", layer);
      show(node, "directory", layer);
      return;
    case "file":
      replaceFile(node, change, layer);
      return;
    case "hardlink":
      linkTo(node, change.target, layer);
      return;
    case "other":
      if (node.kind !== "absent") remove(node, "overwritten", layer);
      show(node, "other", layer);
  }
}

function replaceFile(node: PathNode, version: FileVersion, layer: number): void {
  const old = node.version;
  if (node.kind !== "absent") {
    remove(node, "overwritten", layer);
    if (old !== undefined && old.links === 0 && old.hiddenBy === layer && old.size === version.size) {
      if (old.size === 0) old.cause = "same-content-rewritten";
      else old.replacedBy = version;
    }
  }
  show(node, "file", layer);
  node.version = version;
  version.links++;
}

function linkTo(node: PathNode, target: PathNode, layer: number): void {
  if (node === target || (node.version !== undefined && node.version === target.version)) return;
  if (node.kind !== "absent") remove(node, "overwritten", layer);
  const { version, kind } = target;
  if (kind === "absent" || kind === "directory") return;
  show(node, kind, layer);
  node.version = version;
  if (version !== undefined) version.links++;
}

/** Makes a node part of the merged filesystem; directories nobody wrote an entry for exist too. */
function show(node: PathNode, kind: NodeKind, layer: number): void {
  node.kind = kind;
  let child = node;
  for (let parent = node.parent; parent !== undefined; parent = parent.parent) {
    parent.present ??= new Set();
    parent.present.add(child);
    if (parent.kind === "directory") return;
    if (parent.kind !== "absent") {
      // A file or link where a directory has to be.
      parent.present.delete(child);
      remove(parent, "replaced", layer);
      parent.present = new Set([child]);
    }
    parent.kind = "directory";
    child = parent;
  }
}

function remove(top: PathNode, cause: HiddenCause, layer: number): void {
  if (top.kind === "absent") return;
  top.parent?.present?.delete(top);
  const stack = [top];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.present !== undefined) {
      for (const child of node.present) stack.push(child);
      node.present = undefined;
    }
    node.kind = "absent";
    const { version } = node;
    if (version === undefined) continue;
    node.version = undefined;
    if (--version.links === 0) {
      version.hiddenBy = layer;
      version.cause = cause;
    }
  }
}
