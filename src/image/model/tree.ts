import { LimitError } from "../../security/errors.ts";

/** What a path is in the merged filesystem. "absent": removed, or only seen below a removed directory. */
export type NodeKind = "absent" | "directory" | "file" | "other";

/** Why the bytes of a file are no longer visible. */
export type HiddenCause =
  | "file-removed"
  | "dir-removed"
  | "same-content-rewritten"
  | "overwritten"
  | "opaque-dir"
  | "replaced";

/**
 * One regular file of one layer: an inode that owns its bytes. Hard links share it. It is hidden when no path of
 * the merged filesystem refers to it any more.
 */
export interface FileVersion {
  readonly type: "file";
  readonly layer: number;
  readonly node: PathNode;
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Paths of the merged filesystem that refer to it. */
  links: number;
  /** The layer that hid it; -1 while it is visible. */
  hiddenBy: number;
  cause: HiddenCause | undefined;
  /** The file of the same size that took its place: decides between two causes once contents are known. */
  replacedBy: FileVersion | undefined;
  /** sha256 as a binary string, where it was needed. */
  hash: string | undefined;
}

/** A path that occurs in any layer. Two models live on it: the merged filesystem, and dive's own. */
export interface PathNode extends DiveState {
  readonly name: string;
  readonly parent: PathNode | undefined;
  children: Map<string, PathNode> | undefined;
  kind: NodeKind;
  version: FileVersion | undefined;
  /** Children that are not absent. */
  present: Set<PathNode> | undefined;
}

/** What dive's definition needs to know of a path (see dive.ts). */
export interface DiveState {
  /** Last layer whose tree has this path; -1 when none. */
  inLayer: number;
  /** Last layer that has a path below this one. */
  parentIn: number;
  /** Size and kind in that layer's tree. */
  layerSize: number;
  layerDirectory: boolean;
  /** The same in the stacked tree of the layers so far. */
  stacked: boolean;
  stackedSize: number;
  stackedDirectory: boolean;
  /** Over all layers: number of occurrences as a leaf, their bytes, and the smallest of them. */
  occurrences: number;
  sum: number;
  least: number;
}

/** Makes the root of an empty tree. */
export function makeRoot(): PathNode {
  const root = makeNode("", undefined);
  root.kind = "directory";
  return root;
}

function makeNode(name: string, parent: PathNode | undefined): PathNode {
  return {
    name,
    parent,
    children: undefined,
    kind: "absent",
    version: undefined,
    present: undefined,
    inLayer: -1,
    parentIn: -1,
    layerSize: 0,
    layerDirectory: false,
    stacked: false,
    stackedSize: 0,
    stackedDirectory: false,
    occurrences: 0,
    sum: 0,
    least: 0,
  };
}

/** Folders that no entry was written for are nodes, too: a few thousand entries can name millions of them. */
const mostNodes = 2_000_000;

/**
 * Finds or makes nodes by path. Archives list a directory's files together: the last directory is remembered. What is
 * returned throws LimitError when the tree becomes too large for memory.
 */
export function makeLookup(root: PathNode, most = mostNodes): (path: string) => PathNode {
  let lastFolder = "";
  let lastNode = root;
  let made = 0;
  const childOf = (parent: PathNode, name: string): PathNode => {
    parent.children ??= new Map();
    let child = parent.children.get(name);
    if (child === undefined) {
      if (++made > most) {
        throw new LimitError(
          `the image has more than ${most} different paths and folders`,
          "no engine writes such an image; look at a smaller one",
        );
      }
      child = makeNode(name, parent);
      parent.children.set(name, child);
    }
    return child;
  };
  const folderNode = (folder: string): PathNode => {
    if (folder === lastFolder) return lastNode;
    let node = root;
    let start = 0;
    // What is below the last directory starts from there.
    if (lastFolder !== "" && folder.startsWith(lastFolder) && folder[lastFolder.length] === "/") {
      node = lastNode;
      start = lastFolder.length + 1;
    }
    while (start < folder.length) {
      const slash = folder.indexOf("/", start);
      const end = slash < 0 ? folder.length : slash;
      node = childOf(node, folder.slice(start, end));
      start = end + 1;
    }
    lastFolder = folder;
    lastNode = node;
    return node;
  };
  return (path) => {
    const slash = path.lastIndexOf("/");
    if (slash < 0) return path === "" ? root : childOf(root, path);
    return childOf(folderNode(path.slice(0, slash)), path.slice(slash + 1));
  };
}

/** The path of a node without a leading slash. */
export function pathOf(node: PathNode): string {
  const parts: string[] = [];
  for (let current: PathNode | undefined = node; current?.parent !== undefined; current = current.parent) {
    parts.push(current.name);
  }
  return parts.reverse().join("/");
}

/** Calls `visit` for a node and everything that is present below it, parents first. */
export function walkPresent(node: PathNode, visit: (node: PathNode) => void): void {
  const stack = [node];
  for (let current = stack.pop(); current !== undefined; current = stack.pop()) {
    visit(current);
    if (current.present !== undefined) for (const child of current.present) stack.push(child);
  }
}

/** Calls `visit` for every node that ever was, parents first. */
export function walkAll(root: PathNode, visit: (node: PathNode) => void): void {
  const stack = [root];
  for (let current = stack.pop(); current !== undefined; current = stack.pop()) {
    visit(current);
    if (current.children !== undefined) for (const child of current.children.values()) stack.push(child);
  }
}

/** The node of a path, undefined when no layer ever had it. */
export function findNode(root: PathNode, path: string): PathNode | undefined {
  let node: PathNode | undefined = root;
  for (const name of path.split("/")) {
    if (name === "") continue;
    node = node?.children?.get(name);
    if (node === undefined) return undefined;
  }
  return node;
}
