import type { ImageModel } from "../../image/model/read.ts";
import { findNode } from "../../image/model/tree.ts";
import type { ImageHandle } from "../../image/types.ts";
import { clean } from "../../security/untrusted.ts";
import { redact } from "../redact.ts";
import type { FindingLayer } from "../types.ts";
import { distributionEcosystem } from "./distribution.ts";
import { packageUrl } from "./purl.ts";
import type { Distribution, FoundPackage, ImagePackage, Inventory, PackageKind } from "./types.ts";

/** A package as one version of a file has it. */
export interface Observed {
  readonly found: FoundPackage;
  /** Of the file, without a leading slash. */
  readonly path: string;
  readonly layer: number;
  /** Index into `ImageModel.versions`. */
  readonly version: number;
}

/** What was learnt while the layers went by. */
export interface Evidence {
  readonly observed: readonly Observed[];
  /** Packages of the distribution by the files they brought. */
  readonly owned: ReadonlyMap<string, string>;
  /** Licences by the name of a Debian package. */
  readonly licences: ReadonlyMap<string, readonly string[]>;
  readonly releases: readonly {
    readonly version: number;
    readonly path: string;
    readonly distribution: Distribution;
  }[];
}

const ecosystems: Readonly<Partial<Record<PackageKind, string>>> = {
  npm: "npm",
  pypi: "PyPI",
  golang: "Go",
  cargo: "crates.io",
  maven: "Maven",
  gem: "RubyGems",
  composer: "Packagist",
};
const ofDistribution: ReadonlySet<PackageKind> = new Set(["deb", "apk", "rpm"]);

/**
 * The packages of an image, each once for a package URL and a file: the same package in several layers (a database that
 * was written again, a `chown`) belongs to the lowest, and is in the final image when any of them is.
 */
export function makeInventory(
  evidence: Evidence,
  model: ImageModel,
  handle: Pick<ImageHandle, "layers">,
  notes: readonly string[],
): Inventory {
  const visible = (version: number): boolean => model.versions[version]?.hiddenBy === -1;
  const distribution = finalDistribution(evidence, visible);
  const layers = handle.layers.map((info): FindingLayer => {
    const digest = info.digest ?? info.diffId;
    return {
      index: info.index,
      instruction: redact(info.createdBy),
      ...(digest === undefined ? {} : { digest }),
    };
  });
  const packages = new Map<string, ImagePackage>();
  const observed = [...evidence.observed].sort((a, b) => a.layer - b.layer);
  for (const { found, path, layer, version } of observed) {
    if (clean(found.name, 200) === "") continue;
    const purl = packageUrl(found, distribution);
    const place = clean(`/${path}${found.inside ?? ""}`, 1000);
    const key = `${purl} ${place}`;
    const other = packages.get(key);
    const inFinalImage = visible(version);
    if (other !== undefined) {
      if (inFinalImage && !other.inFinalImage) packages.set(key, { ...other, inFinalImage });
      continue;
    }
    const partOf = ofDistribution.has(found.kind) ? undefined : ownerOf(path, evidence.owned);
    // A program that the distribution packages is in the list already.
    if (partOf !== undefined && found.kind === "generic") continue;
    packages.set(key, {
      ...described(found, distribution, evidence.licences),
      purl,
      path: place,
      layer: layers[layer] ?? { index: layer, instruction: "" },
      inFinalImage,
      ...(partOf === undefined ? {} : { partOf: clean(partOf, 120) }),
    });
  }
  return {
    packages: [...packages.values()].sort(
      (a, b) => compare(a.kind, b.kind) || compare(a.name, b.name) || compare(a.path, b.path),
    ),
    ...(distribution === undefined ? {} : { distribution }),
    notes: [...notes, ...unreadDatabases(model)],
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function described(
  found: FoundPackage,
  distribution: Distribution | undefined,
  debian: ReadonlyMap<string, readonly string[]>,
): Omit<ImagePackage, "purl" | "path" | "layer" | "inFinalImage"> {
  const { kind, group, architecture, sourceName, sourceVersion, dependencies, guessed } = found;
  const system = ofDistribution.has(kind);
  const licences = found.licences ?? (kind === "deb" ? debian.get(found.name) : undefined);
  return {
    kind,
    name: clean(group ? `${group}:${found.name}` : found.name, 200),
    version: clean(found.version, 120),
    ecosystem: system ? distributionEcosystem(distribution) : (ecosystems[kind] ?? ""),
    ...(architecture === undefined ? {} : { architecture: clean(architecture, 40) }),
    ...(sourceName === undefined ? {} : { sourceName: clean(sourceName, 120) }),
    ...(sourceVersion === undefined ? {} : { sourceVersion: clean(sourceVersion, 120) }),
    ...(system && distribution !== undefined ? { distribution } : {}),
    ...(licences === undefined ? {} : { licences: licences.map((one) => clean(one, 200)) }),
    ...(dependencies === undefined ? {} : { dependencies: dependencies.map((one) => clean(one, 200)) }),
    ...(guessed === true ? { guessed } : {}),
  };
}

/** The highest visible one; `/etc/os-release` is mostly a link to the other. */
function finalDistribution(
  { releases }: Evidence,
  visible: (version: number) => boolean,
): Distribution | undefined {
  const final = releases.filter(({ version }) => visible(version));
  return (final.findLast(({ path }) => path.startsWith("etc/")) ?? final.at(-1))?.distribution;
}

/** Lists name `/lib/x` where the merged file system has `/usr/lib/x`. */
function ownerOf(path: string, owned: ReadonlyMap<string, string>): string | undefined {
  return owned.get(path) ?? (path.startsWith("usr/") ? owned.get(path.slice(4)) : undefined);
}

const databases: readonly (readonly [path: string, what: string])[] = [
  ["nix/store", "packages of Nix"],
  ["var/lib/pacman/local", "packages of pacman"],
  ["var/db/pkg", "packages of Portage"],
  ["usr/lib/opkg/status", "packages of opkg"],
];

/** Databases of kinds that are not read: their packages are missing from the list. */
function unreadDatabases({ root }: ImageModel): string[] {
  return databases
    .filter(([path]) => (findNode(root, path)?.kind ?? "absent") !== "absent")
    .map(([path, what]) => `${what} (/${path}): not read`);
}
