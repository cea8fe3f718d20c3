import { type FileVersion, type PathNode, walkPresent } from "../model/tree.ts";
import { makeTop } from "../top.ts";
import { pathBytes, shownPath } from "./path-bytes.ts";
import type { KindBytes, Largest, TreeLine } from "./types.ts";

const kindByExtension: Readonly<Record<string, string>> = {
  so: "shared libraries", dll: "shared libraries", dylib: "shared libraries", node: "shared libraries",
  a: "static libraries and objects", o: "static libraries and objects", lib: "static libraries and objects",
  h: "C and C++ headers", hpp: "C and C++ headers",
  js: "JavaScript", mjs: "JavaScript", cjs: "JavaScript", ts: "TypeScript", mts: "TypeScript", cts: "TypeScript", tsx: "TypeScript",
  map: "source maps", css: "web assets", html: "web assets", svg: "images and fonts",
  png: "images and fonts", jpg: "images and fonts", jpeg: "images and fonts", gif: "images and fonts", webp: "images and fonts", ico: "images and fonts",
  ttf: "images and fonts", otf: "images and fonts", woff: "images and fonts", woff2: "images and fonts",
  py: "Python source", pyi: "Python source", pyc: "Python bytecode", pyo: "Python bytecode",
  jar: "Java archives", war: "Java archives", class: "Java archives", jmod: "Java archives",
  gz: "archives", zip: "archives", tar: "archives", tgz: "archives", xz: "archives", bz2: "archives", zst: "archives", whl: "archives", deb: "archives",
  md: "documentation", rst: "documentation", txt: "text and data", json: "text and data", xml: "text and data", yaml: "text and data", yml: "text and data", csv: "text and data",
  mo: "translations", po: "translations", go: "Go source", rs: "Rust source", c: "C and C++ source", cc: "C and C++ source", cpp: "C and C++ source",
  db: "databases", sqlite: "databases", sqlite3: "databases",
}; // biome-ignore format: a table

const kindOf = new Map(Object.entries(kindByExtension));

/** What a file is, by its name and permission bits. */
export function fileKind(name: string, mode: number): string {
  const dot = name.lastIndexOf(".");
  if (dot > 0) {
    const extension = name.slice(dot + 1);
    const kind = kindOf.get(extension) ?? kindOf.get(extension.toLowerCase());
    if (kind !== undefined) return kind;
    // libssl.so.3
    if (/\.so(?:\.\d+)+$/.test(name)) return "shared libraries";
  }
  return (mode & 0o111) !== 0 ? "programs and scripts" : "other files";
}

/** The largest files, directories and kinds of what a container sees, and the tree of its directories. */
export function findLargest(
  root: PathNode,
  versions: readonly FileVersion[],
  topCount: number,
): Omit<Largest, "packages"> {
  const files = makeTop<FileVersion>(topCount, (one) => one.size);
  const kinds = new Map<string, { kind: string; bytes: number; files: number }>();
  for (const version of versions) {
    if (version.hiddenBy >= 0) continue;
    files.add(version);
    const kind = fileKind(version.node.name, version.mode);
    const sum = kinds.get(kind) ?? { kind, bytes: 0, files: 0 };
    sum.bytes += version.size;
    sum.files++;
    kinds.set(kind, sum);
  }
  const sums = directoryBytes(versions);
  return {
    files: files.list().map((version) => ({ ...pathBytes(version), layer: version.layer })),
    directories: largestDirectories(root, sums, topCount),
    tree: directoryTree(root, sums),
    kinds: sortKinds([...kinds.values()]),
  };
}

function sortKinds(kinds: KindBytes[]): KindBytes[] {
  return kinds.sort((a, b) => b.bytes - a.bytes);
}

/** Bytes below each directory of the merged filesystem, a file counted at the path that wrote it. */
export function directoryBytes(versions: readonly FileVersion[]): Map<PathNode, number> {
  const sums = new Map<PathNode, number>();
  /** By depth, so that each directory is added to its parent once: paths may be thousands of levels deep. */
  const levels: PathNode[][] = [];
  const depths = new Map<PathNode, number>();
  for (const version of versions) {
    if (version.hiddenBy >= 0 || version.size === 0) continue;
    const folder = version.node.parent;
    if (folder === undefined) continue;
    const chain: PathNode[] = [];
    let above: PathNode | undefined = folder;
    for (; above !== undefined && !depths.has(above); above = above.parent) chain.push(above);
    let depth = above === undefined ? 0 : (depths.get(above) ?? 0) + 1;
    for (const node of chain.reverse()) {
      depths.set(node, depth);
      const level = levels[depth];
      if (level === undefined) levels[depth] = [node];
      else level.push(node);
      depth++;
    }
    sums.set(folder, (sums.get(folder) ?? 0) + version.size);
  }
  for (const level of levels.reverse()) {
    for (const node of level) {
      const { parent } = node;
      if (parent !== undefined) sums.set(parent, (sums.get(parent) ?? 0) + (sums.get(node) ?? 0));
    }
  }
  return sums;
}

/**
 * Directories worth naming: a directory whose bytes lie almost all in one subdirectory says less than that
 * subdirectory and is left out.
 */
function largestDirectories(
  root: PathNode,
  sums: ReadonlyMap<PathNode, number>,
  topCount: number,
): { path: string; bytes: number }[] {
  const top = makeTop<{ node: PathNode; bytes: number }>(topCount, (one) => one.bytes);
  walkPresent(root, (node) => {
    const bytes = sums.get(node);
    if (bytes === undefined || node === root) return;
    if (node.present !== undefined) {
      for (const child of node.present) if ((sums.get(child) ?? 0) > bytes * 0.9) return;
    }
    top.add({ node, bytes });
  });
  return top.list().map(({ node, bytes }) => ({ path: shownPath(node), bytes }));
}

/**
 * The directories that hold at least one in fifty of all visible bytes, parents before children, largest first: what a
 * tree shows. At most five levels.
 */
function directoryTree(root: PathNode, sums: ReadonlyMap<PathNode, number>): TreeLine[] {
  const least = (sums.get(root) ?? 0) / 50;
  const lines: TreeLine[] = [];
  const visit = (node: PathNode, depth: number): void => {
    const bytes = sums.get(node) ?? 0;
    if (bytes === 0 || bytes < least || depth > 5) return;
    lines.push({ path: shownPath(node), bytes, depth });
    const children = [...(node.present ?? [])].filter((child) => sums.has(child));
    children.sort((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0) || (a.name < b.name ? -1 : 1));
    for (const child of children) visit(child, depth + 1);
  };
  visit(root, 0);
  return lines;
}
