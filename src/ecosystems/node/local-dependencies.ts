import { posix } from "node:path";
import { dig, isRecord } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";

/** Dependencies that are folders or archives beside the program: `"server": "file:./lib/server"`. */
export interface LocalDependencies {
  /** Paths from the root of the context, sorted. */
  readonly inside: readonly string[];
  /** Those that leave the context, where no COPY reaches: `name (file:../shared)`. */
  readonly outside: readonly string[];
}

const groups = ["dependencies", "devDependencies", "optionalDependencies"] as const;

/** Reads the manifests in `folders` ("" for the root); what is a workspace's own member is left out. */
export function localDependencies(
  project: Project,
  folders: readonly string[],
  members: readonly string[],
): LocalDependencies {
  const inside = new Set<string>();
  const outside = new Set<string>();
  for (const folder of folders) {
    const manifest = project.json(folder === "" ? "package.json" : `${folder}/package.json`);
    for (const group of groups) {
      const declared = dig(manifest, group);
      for (const [name, from] of Object.entries(isRecord(declared) ? declared : {})) {
        const path = typeof from === "string" ? /^(?:file|link|portal):([^#]+)/.exec(from)?.[1] : undefined;
        if (path === undefined || path.startsWith("/") || path.startsWith("~")) continue;
        const target = posix.join(folder, path).replace(/\/$/, "");
        if (target.startsWith("..")) outside.add(`${name} (${String(from)})`);
        else if (target !== "." && !members.includes(target)) inside.add(target);
      }
    }
  }
  return { inside: [...inside].sort(), outside: [...outside].sort() };
}
