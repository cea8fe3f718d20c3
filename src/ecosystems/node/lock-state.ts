import semver from "semver";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";

/** Whether a lock file holds all that package.json asks for itself; `missing` is the first that is not, `name@range`. */
export type LockState =
  | { readonly kind: "fits" }
  | { readonly kind: "behind"; readonly missing: string }
  /** A format that is not read (bun.lockb), or a file that is none. */
  | { readonly kind: "unknown" };

const fields = ["dependencies", "devDependencies", "optionalDependencies"];

/** Compares a lock file with the package.json beside it. */
export function stateOfLock(project: Project, lockfile: string): LockState {
  const holds = reader(project, lockfile);
  if (holds === undefined) return { kind: "unknown" };
  const manifest = project.json("package.json");
  const wanted = fields.flatMap((field) => {
    const declared = dig(manifest, field);
    return isRecord(declared) ? Object.entries(declared) : [];
  });
  const missing = wanted.find(([name, range]) => typeof range === "string" && !holds(name, range));
  return missing ? { kind: "behind", missing: `${missing[0]}@${String(missing[1])}` } : { kind: "fits" };
}

type Holds = (name: string, range: string) => boolean;

function reader(project: Project, lockfile: string): Holds | undefined {
  const body = project.read(lockfile) ?? "";
  const exact = !overrides(project);
  switch (lockfile) {
    case "package-lock.json":
    case "npm-shrinkwrap.json":
      return npmLock(project.json(lockfile));
    case "yarn.lock":
      // `name@range`, alone or among others of one entry; Berry writes `name@npm:range`.
      return (name, range) =>
        [`${name}@${range}`, `${name}@npm:${range}`].some((key) => body.includes(key)) ||
        (!exact && body.includes(`${name}@`));
    case "pnpm-lock.yaml":
      return pnpmLock(project.yaml(lockfile), exact);
    case "bun.lock":
      return (name, range) => body.includes(exact ? `"${name}": "${range}"` : `"${name}": `);
    default:
      return undefined;
  }
}

/** Where versions are overridden, lock files may hold another range than the manifest's. */
function overrides(project: Project): boolean {
  const manifest = project.json("package.json");
  return [
    dig(manifest, "overrides"),
    dig(manifest, "resolutions"),
    dig(manifest, "pnpm", "overrides"),
    dig(project.yaml("pnpm-workspace.yaml"), "overrides"),
  ].some((field) => field !== undefined);
}

/**
 * What npm ci goes by: the version that is locked satisfies the range. Formats 2 and 3 also keep the ranges that the
 * manifest had.
 */
function npmLock(lock: unknown): Holds | undefined {
  if (!["packages", "dependencies"].some((field) => isRecord(dig(lock, field)))) return undefined;
  return (name, range) => {
    if (fields.some((field) => text(dig(lock, "packages", "", field, name)) === range)) return true;
    const version =
      text(dig(lock, "packages", `node_modules/${name}`, "version")) ??
      text(dig(lock, "dependencies", name, "version"));
    if (version === undefined) return false;
    return (
      semver.validRange(range) === null || semver.valid(version) === null || semver.satisfies(version, range)
    );
  };
}

/** `importers` since format 6 (an object with the specifier), `specifiers` before. */
function pnpmLock(lock: unknown, exact: boolean): Holds | undefined {
  if (!isRecord(lock)) return undefined;
  const root = dig(lock, "importers", ".") ?? lock;
  return (name, range) => {
    const locked = [
      text(dig(root, "specifiers", name)),
      ...fields.map((field) => text(dig(root, field, name, "specifier"))),
    ].find((specifier) => specifier !== undefined);
    return locked !== undefined && (!exact || locked === range);
  };
}
