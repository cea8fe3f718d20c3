import { PackageURL } from "packageurl-js";
import type { Distribution, FoundPackage } from "./types.ts";

/**
 * The package URL of a package (github.com/package-url/purl-spec). A name that the specification does not allow
 * gives a `generic` one.
 */
export function packageUrl(found: FoundPackage, distribution: Distribution | undefined): string {
  const { namespace, name } = place(found, distribution);
  const qualifiers = qualifiersOf(found, distribution);
  // rpm's epoch is a qualifier.
  const version = found.kind === "rpm" ? found.version.replace(/^\d+:/, "") : found.version;
  try {
    return new PackageURL(found.kind, namespace, name, version, qualifiers, undefined).toString();
  } catch {
    // The library refuses empty names and halves of surrogate pairs, which the way through bytes repairs.
    const [name, number] = [found.name, found.version].map((part) =>
      encodeURIComponent(Buffer.from(part, "utf8").toString("utf8")),
    );
    return `pkg:generic/${name || "unnamed"}${number ? `@${number}` : ""}`;
  }
}

function place(
  { kind, name, group }: FoundPackage,
  distribution: Distribution | undefined,
): { readonly namespace: string | undefined; readonly name: string } {
  switch (kind) {
    case "deb":
      return { namespace: distribution?.id ?? "debian", name };
    case "apk":
      return { namespace: distribution?.id ?? "alpine", name };
    case "rpm":
      return { namespace: distribution?.id, name };
    case "maven":
      return { namespace: group, name };
    case "npm":
    case "golang":
    case "composer": {
      const slash = name.lastIndexOf("/");
      return slash < 0
        ? { namespace: undefined, name }
        : { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
    }
    default:
      return { namespace: undefined, name };
  }
}

function qualifiersOf(
  { kind, architecture, epoch, sourceName, sourceVersion }: FoundPackage,
  distribution: Distribution | undefined,
): Record<string, string> | undefined {
  if (kind !== "deb" && kind !== "apk" && kind !== "rpm") return undefined;
  const distro = [distribution?.id, distribution?.version].filter((part) => part).join("-");
  const upstream = sourceVersion === undefined ? sourceName : `${sourceName}@${sourceVersion}`;
  return {
    ...(architecture ? { arch: architecture } : {}),
    ...(distro ? { distro } : {}),
    ...(epoch ? { epoch } : {}),
    ...(sourceName ? { upstream: upstream ?? sourceName } : {}),
  };
}
