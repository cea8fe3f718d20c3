import facts from "../../reference/data/native-packages.json" with { type: "json" };

/** System packages of a library. Empty lists mean that prebuilt binaries make them unnecessary. */
export interface NativePackages {
  readonly library: string;
  readonly ecosystem: Registry;
  /** Packages to compile it. */
  readonly build: readonly string[];
  /** Packages to run it. */
  readonly run: readonly string[];
  readonly note?: string;
}

export type Registry = "pypi" | "npm" | "crate" | "go";
/** Whose package names: two Debian releases and Alpine. */
export type SystemRelease = "bookworm" | "trixie" | "alpine";

interface Stored {
  readonly name: string;
  readonly ecosystem: string;
  readonly build: readonly string[];
  readonly run: readonly string[];
  readonly runTrixie?: readonly string[];
  readonly apkBuild?: readonly string[];
  readonly apkRun?: readonly string[];
  readonly note?: string;
}

const libraries: readonly Stored[] = facts.libraries;

/**
 * System packages that `library` of a registry needs in a release: `nativePackages("pypi", "mysqlclient", "trixie")`.
 * PyPI names compare normalised, Go modules without their major version suffix. Undefined when we know nothing
 * of it, also when we do not know Alpine's names of what Debian needs.
 */
export function nativePackages(
  ecosystem: Registry,
  library: string,
  release: SystemRelease,
): NativePackages | undefined {
  const wanted = normalise(ecosystem, library);
  const found = libraries.find(
    (one) => one.ecosystem === ecosystem && normalise(ecosystem, one.name) === wanted,
  );
  if (found === undefined) return undefined;
  const shared = {
    library: found.name,
    ecosystem,
    ...(found.note === undefined ? {} : { note: found.note }),
  };
  if (release === "alpine") {
    if (found.apkBuild === undefined && found.build.length > 0) return undefined;
    if (found.apkRun === undefined && found.run.length > 0) return undefined;
    return { ...shared, build: found.apkBuild ?? [], run: found.apkRun ?? [] };
  }
  const run = release === "trixie" ? (found.runTrixie ?? found.run) : found.run;
  return { ...shared, build: found.build, run };
}

/** Libraries of a registry that we hold facts about. */
export function knownLibraries(ecosystem: Registry): readonly string[] {
  return libraries.filter((one) => one.ecosystem === ecosystem).map((one) => one.name);
}

function normalise(ecosystem: Registry, name: string): string {
  if (ecosystem === "pypi") return name.toLowerCase().replace(/[-_.]+/g, "-");
  if (ecosystem === "crate") return name.replaceAll("_", "-");
  if (ecosystem === "go") return name.replace(/\/v\d+$/, "");
  return name;
}
