import { dig, isRecord, subproject, text } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";
import type { Deployable } from "../types.ts";
import { readFramework } from "./frameworks.ts";

/** One package of a workspace. */
export interface Member {
  readonly folder: string;
  readonly name: string;
  /** It can be started or served. */
  readonly deployable?: Deployable;
}

/** The packages of a workspace; undefined when the project is none. */
export function readWorkspace(project: Project): readonly Member[] | undefined {
  const declared = dig(project.json("package.json"), "workspaces");
  const patterns = strings(declared)
    .concat(strings(dig(declared, "packages")))
    .concat(strings(dig(project.yaml("pnpm-workspace.yaml"), "packages")));
  if (patterns.length === 0) return undefined;
  const folders = new Set<string>();
  for (const pattern of patterns) {
    if (pattern.startsWith("!")) continue;
    for (const file of project.glob(`${pattern.replace(/^\.\//, "").replace(/\/$/, "")}/package.json`))
      folders.add(file.slice(0, -"/package.json".length));
  }
  return [...folders].sort().map((folder) => readMember(project, folder));
}

function readMember(project: Project, folder: string): Member {
  const part = subproject(project, folder);
  const manifest = part.json("package.json");
  const name = text(dig(manifest, "name")) ?? folder;
  const framework = readFramework(part);
  const start = text(dig(manifest, "scripts", "start")) ?? text(dig(manifest, "scripts", "start:prod"));
  if (framework === undefined && start === undefined) return { folder, name };
  if (framework?.serving === "modules" && framework.start === undefined && start === undefined)
    return { folder, name };
  // A component library is built with Vite too, but ships a package entry.
  if (
    framework?.name === "Vite" &&
    (text(dig(manifest, "main")) !== undefined || isRecord(dig(manifest, "exports")))
  )
    return { folder, name };
  return { folder, name, deployable: { name, path: folder, what: framework?.name ?? "Node.js program" } };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}
