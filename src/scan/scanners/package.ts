import { clean } from "../../security/untrusted.ts";
import type { FindingPackage } from "../types.ts";

// Names of the OSV schema's ecosystems, by package URL type.
const ecosystems: Readonly<Record<string, string>> = {
  apk: "Alpine",
  cargo: "crates.io",
  composer: "Packagist",
  deb: "Debian",
  gem: "RubyGems",
  golang: "Go",
  hex: "Hex",
  maven: "Maven",
  npm: "npm",
  nuget: "NuGet",
  pub: "Pub",
  pypi: "PyPI",
  rpm: "Red Hat",
};

/** What scanners say about a package, each in its own fields. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly purl?: string | undefined;
  readonly path?: string | undefined;
  readonly source?: string | undefined;
  /** Used when there is no package URL. */
  readonly ecosystem?: string | undefined;
}

/** A package of a finding; text cleaned, the path with a leading slash. */
export function makePackage(facts: PackageFacts): FindingPackage {
  const { name, version, purl, path, source } = facts;
  return {
    name: clean(name, 200),
    version: clean(version, 100),
    ecosystem: ecosystemOf(purl) ?? clean(facts.ecosystem ?? "unknown", 60),
    ...(path ? { path: absolute(path) } : {}),
    ...(purl ? { purl: clean(purl, 400) } : {}),
    ...(source && source !== name ? { source: clean(source, 200) } : {}),
  };
}

/** A path of the image as findings have it. */
export function absolute(path: string): string {
  return `/${clean(path, 300).replace(/^\/+/, "")}`;
}

function ecosystemOf(purl: string | undefined): string | undefined {
  const [, type = "", namespace = ""] = /^pkg:([a-z]+)\/([^/@]*)/.exec(purl ?? "") ?? [];
  if (type === "deb" && namespace === "ubuntu") return "Ubuntu";
  return Object.hasOwn(ecosystems, type) ? ecosystems[type] : undefined;
}
