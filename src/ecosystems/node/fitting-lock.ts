import semver from "semver";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";

/**
 * The first direct dependency that package.json asks for and a lock file does not hold, as `name@range`. Undefined when
 * it holds all of them, and for a format that cannot be read (bun.lockb).
 */
export function missingFromLock(project: Project, lockfile: string): string | undefined {
  const holds = reader(project, lockfile);
  const manifest = project.json("package.json");
  const wanted = ["dependencies", "devDependencies", "optionalDependencies"].flatMap((field) => {
    const declared = dig(manifest, field);
    return isRecord(declared) ? Object.entries(declared) : [];
  });
  const missing = wanted.find(([name, range]) => typeof range === "string" && !holds(name, range));
  return missing && `${missing[0]}@${String(missing[1])}`;
}

type Holds = (name: string, range: string) => boolean;

function reader(project: Project, lockfile: string): Holds {
  const body = project.read(lockfile) ?? "";
  switch (lockfile) {
    case "package-lock.json":
    case "npm-shrinkwrap.json":
      return npmLock(project.json(lockfile));
    case "yarn.lock":
      // `name@range`, alone or among others of one entry; Berry writes `name@npm:range`.
      return (name, range) => body.includes(`${name}@${range}`) || body.includes(`${name}@npm:${range}`);
    case "pnpm-lock.yaml":
      return pnpmLock(project.yaml(lockfile));
    case "bun.lock":
      return (name, range) => body.includes(`"${name}": "${range}"`);
    default:
      return () => true;
  }
}

/** Formats 2 and 3 keep what the manifest asked for; format 1 only what was installed. */
function npmLock(lock: unknown): Holds {
  const root = dig(lock, "packages", "");
  if (isRecord(root)) {
    return (name, range) =>
      ["dependencies", "devDependencies", "optionalDependencies"].some(
        (field) => text(dig(root, field, name)) === range,
      );
  }
  return (name, range) => {
    const version = text(dig(lock, "dependencies", name, "version"));
    if (version === undefined) return false;
    return (
      semver.validRange(range) === null || semver.valid(version) === null || semver.satisfies(version, range)
    );
  };
}

/** `importers` since format 6 (an object with the specifier), `specifiers` before. */
function pnpmLock(lock: unknown): Holds {
  const root = dig(lock, "importers", ".") ?? lock;
  return (name, range) =>
    text(dig(root, "specifiers", name)) === range ||
    ["dependencies", "devDependencies", "optionalDependencies"].some(
      (field) => text(dig(root, field, name, "specifier")) === range,
    );
}
