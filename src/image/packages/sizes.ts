import { clean } from "../../security/untrusted.ts";
import type { PackageBytes, PackageType } from "../analysis/types.ts";
import { type FileVersion, findNode, type PathNode, walkPresent } from "../model/tree.ts";
import { normalizePath } from "../tar/path.ts";
import type { PackageEvidence } from "./collect.ts";

interface Growing {
  readonly type: PackageType;
  readonly name: string;
  readonly version: string | undefined;
  bytes: number;
  files: number;
  readonly layers: Map<number, number>;
}

/**
 * Visible bytes of each installed package: Debian's and Alpine's by their file lists, Python's by RECORD, Node.js
 * packages by their folder, Go programs and Java archives by the file. A file belongs to the first package that has it.
 */
export function packageSizes(root: PathNode, evidence: PackageEvidence): PackageBytes[] {
  const taken = new Set<FileVersion>();
  const packages: Growing[] = [];
  const start = (type: PackageType, name: string, version: string | undefined): Growing => {
    const growing: Growing = { type, name, version, bytes: 0, files: 0, layers: new Map() };
    packages.push(growing);
    return growing;
  };
  const take = (growing: Growing, node: PathNode | undefined): void => {
    const version = node?.version;
    if (version === undefined || taken.has(version)) return;
    taken.add(version);
    growing.bytes += version.size;
    growing.files++;
    growing.layers.set(version.layer, (growing.layers.get(version.layer) ?? 0) + version.size);
  };
  const current = [...evidence.files].filter(
    ([path, file]) => findNode(root, path)?.version?.layer === file.layer,
  );
  const files = new Map(current.map(([path, file]) => [path, file.text]));
  for (const one of debianPackages(files)) {
    const growing = start("deb", one.name, one.version);
    for (const path of one.files) take(growing, findInstalled(root, path));
  }
  for (const one of alpinePackages(files)) {
    const growing = start("apk", one.name, one.version);
    for (const path of one.files) take(growing, findInstalled(root, path));
  }
  for (const [path, text] of files) {
    if (!path.endsWith(".dist-info/RECORD")) continue;
    const [, folder = "", name = "", version = ""] =
      /^(.*\/|)([^/]+)-([^/-]+)\.dist-info\/RECORD$/.exec(path) ?? [];
    const growing = start("python", name.replaceAll("_", "-"), version);
    for (const line of text.split("\n")) {
      const file = line.startsWith('"')
        ? line.slice(1, line.indexOf('"', 1))
        : line.slice(0, Math.max(0, line.indexOf(",")));
      if (file !== "") take(growing, findNode(root, normalizePath(`./${folder}${file}`)));
    }
  }
  for (const [path, version] of files) {
    if (!path.endsWith("/package.json")) continue;
    const folder = findNode(root, path.slice(0, -"/package.json".length));
    const [, name = ""] = /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path) ?? [];
    if (folder === undefined || name === "") continue;
    const growing = start("npm", name, version);
    walkOwn(folder, (node) => take(growing, node));
  }
  for (const [path, one] of evidence.goModules) {
    const node = findNode(root, path);
    if (node?.version?.layer !== one.layer) continue;
    take(start("go", one.module || path, one.version), node);
  }
  walkPresent(root, (node) => {
    if (node.version === undefined || !/\.(?:jar|war|ear)$/.test(node.name)) return;
    const [, name = node.name, version] = /^(.+?)(?:-(\d[\w.-]*))?\.(?:jar|war|ear)$/.exec(node.name) ?? [];
    take(start("java", name, version), node);
  });
  return merged(packages);
}

/** The same package installed at several places is one line. */
function merged(packages: readonly Growing[]): PackageBytes[] {
  const byName = new Map<string, Growing>();
  for (const one of packages) {
    const key = `${one.type} ${one.name} ${one.version ?? ""}`;
    const other = byName.get(key);
    if (other === undefined) {
      byName.set(key, one);
      continue;
    }
    other.bytes += one.bytes;
    other.files += one.files;
    for (const [layer, bytes] of one.layers) other.layers.set(layer, (other.layers.get(layer) ?? 0) + bytes);
  }
  return [...byName.values()]
    .filter((one) => one.files > 0)
    .map(({ type, name, version, bytes, files, layers }) => ({
      type,
      name: clean(name, 120),
      ...(version ? { version: clean(version, 60) } : {}),
      bytes,
      files,
      layer: [...layers].reduce((most, layer) => (layer[1] > most[1] ? layer : most), [0, -1] as const)[0],
    }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** A package's own files: what lies in a `node_modules` below belongs to other packages. */
function walkOwn(folder: PathNode, visit: (node: PathNode) => void): void {
  const stack = [folder];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    visit(node);
    for (const child of node.present ?? []) if (child.name !== "node_modules") stack.push(child);
  }
}

interface Listed {
  readonly name: string;
  readonly version: string | undefined;
  readonly files: readonly string[];
}

/** dpkg: `status` has names and versions, `info/<name>[:<arch>].list` the files; distroless keeps `status.d` instead. */
function* debianPackages(files: ReadonlyMap<string, string>): Generator<Listed> {
  const versions = new Map<string, string>();
  for (const [path, text] of files) {
    if (!/^var\/lib\/dpkg\/status(?:$|\.d\/)/.test(path)) continue;
    for (const block of text.split(/\n\n+/)) {
      const name = /^Package: (.+)$/m.exec(block)?.[1];
      if (name !== undefined) versions.set(name, /^Version: (.+)$/m.exec(block)?.[1] ?? "");
    }
  }
  for (const [path, text] of files) {
    const [, name = ""] = /^var\/lib\/dpkg\/info\/([^/:]+)(?::[^/]+)?\.list$/.exec(path) ?? [];
    if (name !== "") yield { name, version: versions.get(name), files: text.split("\n") };
    const [, distroless = ""] = /^var\/lib\/dpkg\/status\.d\/([^/]+)\.md5sums$/.exec(path) ?? [];
    if (distroless === "") continue;
    yield {
      name: distroless,
      version: versions.get(distroless),
      files: text.split("\n").map((line) => line.replace(/^\S+\s+/, "")),
    };
  }
}

/** apk: blocks of `P:` name, `V:` version, `F:` folder, `R:` file in it. */
function* alpinePackages(files: ReadonlyMap<string, string>): Generator<Listed> {
  for (const [path, text] of files) {
    if (!path.endsWith("apk/db/installed")) continue;
    for (const block of text.split(/\n\n+/)) {
      let name = "";
      let version: string | undefined;
      let folder = "";
      const paths: string[] = [];
      for (const line of block.split("\n")) {
        const value = line.slice(2);
        if (line.startsWith("P:")) name = value;
        else if (line.startsWith("V:")) version = value;
        else if (line.startsWith("F:")) folder = value;
        else if (line.startsWith("R:")) paths.push(`${folder}/${value}`);
      }
      if (name !== "") yield { name, version, files: paths };
    }
  }
}

/** Package lists name `/lib/x` where the merged file system has `/usr/lib/x`. */
function findInstalled(root: PathNode, path: string): PathNode | undefined {
  const own = normalizePath(path);
  if (own === "") return undefined;
  const node = findNode(root, own);
  if (node?.version !== undefined || !/^(?:lib\w*|s?bin)\//.test(own)) return node;
  return findNode(root, `usr/${own}`);
}
