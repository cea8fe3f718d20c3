import type { ImagePackage } from "../packages/types.ts";

/** One package of a bill of materials: a package URL, with every place where it is installed. */
export interface Component {
  /** Package URL: unique in the list. */
  readonly ref: string;
  readonly package: ImagePackage;
  readonly paths: readonly string[];
  /** `ref` of components that it needs, sorted. */
  readonly needs: readonly string[];
}

/** Versions of one name that a need is drawn to, when it is not known which is meant. */
const mostSame = 50;

/** Components of the final image with their dependencies on each other, sorted by package URL. */
export function componentsOf(packages: readonly ImagePackage[]): Component[] {
  const final = packages.filter(({ inFinalImage }) => inFinalImage);
  const byPurl = new Map<string, ImagePackage[]>();
  const byName = new Map<string, Set<string>>();
  const byFolder = new Map<string, string>();
  for (const one of final) {
    const same = byPurl.get(one.purl);
    if (same === undefined) byPurl.set(one.purl, [one]);
    else same.push(one);
    const key = nameKey(one.kind, one.name);
    const refs = byName.get(key);
    if (refs === undefined) byName.set(key, new Set([one.purl]));
    else if (refs.size < mostSame) refs.add(one.purl);
    if (one.kind === "npm") byFolder.set(folderOf(one.path), one.purl);
  }
  const resolve = (one: ImagePackage, name: string): Iterable<string> => {
    const near = one.kind === "npm" ? nearest(folderOf(one.path), name, byFolder) : undefined;
    return near === undefined ? (byName.get(nameKey(one.kind, name)) ?? []) : [near];
  };
  return [...byPurl]
    .flatMap(([ref, same]): Component[] => {
      const [first] = same;
      if (first === undefined) return [];
      const needs = same.flatMap((one) =>
        (one.dependencies ?? []).flatMap((name) => [...resolve(one, name)]),
      );
      return [
        {
          ref,
          package: first,
          paths: [...new Set(same.map(({ path }) => path))].sort(),
          needs: [...new Set(needs)].filter((need) => need !== ref).sort(),
        },
      ];
    })
    .sort((a, b) => (a.ref < b.ref ? -1 : 1));
}

function nameKey(kind: string, name: string): string {
  return `${kind} ${kind === "pypi" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name}`;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** Where Node.js looks for a package: in `node_modules` of the folder and of those above. */
function nearest(folder: string, name: string, byFolder: ReadonlyMap<string, string>): string | undefined {
  for (let at = folder; ; at = folderOf(at)) {
    const found = at.endsWith("/node_modules") ? undefined : byFolder.get(`${at}/node_modules/${name}`);
    if (found !== undefined || at === "") return found;
  }
}
