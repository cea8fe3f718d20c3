import { posix } from "node:path";
import { dig, isRecord } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";
import type { NodeManager } from "./facts.ts";

/** Dependencies that are folders or archives beside the program: `"server": "file:./lib/server"`. */
export interface LocalDependencies {
  /** What the install reads of those inside, from the root of the context, sorted: manifests, archives, whole folders. */
  readonly inside: readonly string[];
  /** Those that leave the context, where no COPY reaches: `name (file:../shared)`. */
  readonly outside: readonly string[];
}

const groups = ["dependencies", "devDependencies", "optionalDependencies"] as const;

/**
 * Reads the manifests in `folders` ("" for the root); what is a workspace's own member is left out. A link (npm's way with `file:`)
 * needs the folder's manifest, a copy (the others' way) all of it.
 */
export function localDependencies(
  project: Project,
  folders: readonly string[],
  members: readonly string[],
  manager: NodeManager,
): LocalDependencies {
  const inside = new Set<string>();
  const outside = new Set<string>();
  for (const folder of folders) {
    const manifest = project.json(folder === "" ? "package.json" : `${folder}/package.json`);
    for (const group of groups) {
      const declared = dig(manifest, group);
      for (const [name, from] of Object.entries(isRecord(declared) ? declared : {})) {
        const [, how, path] = /^(file|link|portal):([^#]+)/.exec(String(from)) ?? [];
        if (path === undefined || path.startsWith("/") || path.startsWith("~")) continue;
        const target = posix.join(folder, path).replace(/\/$/, "");
        if (target.startsWith("..")) outside.add(`${name} (${String(from)})`);
        else if (target !== "." && !members.includes(target))
          inside.add(
            (how !== "file" || manager === "npm") && isPlain(project, target)
              ? `${target}/package.json`
              : target,
          );
      }
    }
  }
  return { inside: [...inside].sort(), outside: [...outside].sort() };
}

/** A folder of which a link is enough: no program of it is linked, none of its scripts runs at the install. */
function isPlain(project: Project, folder: string): boolean {
  const manifest = project.json(`${folder}/package.json`);
  return (
    isRecord(manifest) &&
    dig(manifest, "bin") === undefined &&
    ["preinstall", "install", "postinstall", "prepare"].every(
      (name) => dig(manifest, "scripts", name) === undefined,
    )
  );
}

/** A dependency whose version only the workspace around this directory knows: `@shop/ui (workspace:*)`. */
export function foreignVersion(project: Project): string | undefined {
  const manifest = project.json("package.json");
  for (const group of groups) {
    const declared = dig(manifest, group);
    const found = Object.entries(isRecord(declared) ? declared : {}).find(
      ([, from]) => typeof from === "string" && /^(?:workspace|catalog):/.test(from),
    );
    if (found) return `${found[0]} (${String(found[1])})`;
  }
  return undefined;
}
