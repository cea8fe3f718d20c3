import type { ImagePackage } from "../packages/types.ts";
import { baseEcosystem } from "./affected.ts";
import type { PackageQuery } from "./types.ts";

/** Distributions whose advisories name the packages that are installed; the others name the source package. */
const byBinary = new Set(["AlmaLinux", "Rocky Linux", "Red Hat"]);

/**
 * How advisories name a package, or why they cannot: a few words for people. A package that a package of the
 * distribution brought has none: the distribution patches it without changing its version.
 */
export function queryOf(one: ImagePackage): PackageQuery | { readonly unmatched: string } | undefined {
  if (!one.inFinalImage || one.partOf !== undefined) return undefined;
  if (one.ecosystem === "") return { unmatched: withoutEcosystem(one) };
  if (one.guessed === true) return { unmatched: "Java archives without Maven coordinates" };
  if (one.version === "") return { unmatched: `${one.ecosystem} packages that state no version` };
  const source = !byBinary.has(baseEcosystem(one.ecosystem)) && one.distribution !== undefined;
  return {
    ecosystem: one.ecosystem,
    name: source ? (one.sourceName ?? one.name) : one.name,
    version: source ? (one.sourceVersion ?? one.version) : one.version,
  };
}

function withoutEcosystem({ kind, distribution }: ImagePackage): string {
  if (kind === "generic") return "programs that no package manager installed";
  if (kind !== "deb" && kind !== "apk" && kind !== "rpm") return `${kind} packages`;
  const name = [distribution?.id, distribution?.version].filter((part) => part).join(" ");
  return name === "" ? `${kind} packages of an unknown distribution` : `packages of ${name}`;
}
