import facts from "../../reference/data/package-managers.json" with { type: "json" };

/** A folder worth a cache mount. */
export interface CacheTarget {
  /** Absolute path for root. */
  readonly target: string;
  readonly what: string;
  /** "locked" where two builds must not write at once. */
  readonly sharing?: "locked";
}

/** A flag or command that is deprecated or gone. */
export interface DeprecatedFlag {
  readonly flag: string;
  readonly replacement: string;
  /** The version that deprecated it. */
  readonly since: string;
  /** What happens when it is used today. */
  readonly effect: string;
}

/** How a package manager is used in a Dockerfile. */
export interface PackageManager {
  readonly name: string;
  readonly title: string;
  /** `node`, `python`, `go`, `rust`, `java` or `system`. */
  readonly language: string;
  /** Version the facts describe. */
  readonly version: string;
  /** Files to copy before the install step. */
  readonly manifests: readonly string[];
  readonly lockfiles: readonly string[];
  /** Further files the install step reads when they exist. */
  readonly config: readonly string[];
  readonly caches: readonly CacheTarget[];
  /** Environment variables to set for builds. */
  readonly env: Readonly<Record<string, string>>;
  /** Installs everything, from the lock file. */
  readonly install: string;
  /** Installs (or builds) what production needs. */
  readonly production: string;
  /** Removes development dependencies afterwards, where that exists. */
  readonly prune?: string;
  readonly deprecated: readonly DeprecatedFlag[];
  readonly pitfalls: readonly string[];
}

interface Stored extends Omit<PackageManager, "caches" | "env"> {
  readonly caches: readonly { readonly target: string; readonly what: string; readonly sharing?: string }[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

const stored: readonly Stored[] = facts.managers;

/** All package managers we know, grouped by language. */
export const packageManagers: readonly PackageManager[] = stored.map((one) => ({
  ...one,
  env: Object.fromEntries(
    Object.entries(one.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  ),
  caches: one.caches.map(({ target, what, sharing }) =>
    sharing === "locked" ? { target, what, sharing } : { target, what },
  ),
}));

/** A package manager by name (`npm`, `yarn-berry`, `uv`, `cargo`, `apt` ...). */
export function packageManager(name: string): PackageManager | undefined {
  return packageManagers.find((one) => one.name === name);
}

/** Cache folders of a package manager for a user whose home is `home` (`/root` unless given). */
export function cacheTargets(name: string, home = "/root"): readonly CacheTarget[] {
  return (packageManager(name)?.caches ?? []).map((cache) => ({
    ...cache,
    target: cache.target.startsWith("/root/") ? `${home}${cache.target.slice(5)}` : cache.target,
  }));
}

/** The package manager a lock file belongs to; `yarn.lock` is Yarn 1's unless `berry` says otherwise. */
export function managerOfLockfile(file: string, berry = false): PackageManager | undefined {
  const name = file.split("/").at(-1) ?? file;
  if (name === "yarn.lock") return packageManager(berry ? "yarn-berry" : "yarn-classic");
  return packageManagers.find((one) => one.lockfiles.includes(name));
}
