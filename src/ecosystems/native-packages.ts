import { nativePackages as lookUp, type Registry, type SystemRelease } from "../data/native-packages.ts";

/** System packages that a set of libraries needs. */
export interface SystemPackages {
  /** While compiling, sorted. */
  readonly build: readonly string[];
  /** While running, sorted. */
  readonly run: readonly string[];
  /** The libraries that ask for them. */
  readonly because: readonly string[];
}

/**
 * Unites the system packages of libraries. An extra that is known by its own name (`psycopg[binary]`) says what is
 * needed instead of the library without it.
 */
export function nativePackages(
  registry: Registry,
  libraries: readonly string[],
  extras: readonly string[] = [],
  release: SystemRelease = "trixie",
): SystemPackages {
  const build = new Set<string>();
  const run = new Set<string>();
  const because: string[] = [];
  const known = extras.filter((extra) => lookUp(registry, extra, release) !== undefined);
  const replaced = new Set(known.map((extra) => extra.replace(/\[.*$/, "")));
  for (const library of [...libraries.filter((name) => !replaced.has(name)), ...known]) {
    const found = lookUp(registry, library, release);
    if (found === undefined || found.build.length + found.run.length === 0) continue;
    because.push(library.replace(/\[.*$/, ""));
    for (const name of found.build) build.add(name);
    for (const name of found.run) run.add(name);
  }
  return { build: [...build].sort(), run: [...run].sort(), because };
}
