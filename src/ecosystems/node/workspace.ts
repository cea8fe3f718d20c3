import { dig, isRecord, subproject, text } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";
import type { Deployable } from "../types.ts";
import { readFramework } from "./frameworks.ts";
import { notAnApplication } from "./refusals.ts";
import { startScripts } from "./scripts.ts";

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
  const matches = (pattern: string): readonly string[] =>
    project
      .glob(`${pattern.replace(/^!?(?:\.\/)?/, "").replace(/\/$/, "")}/package.json`)
      .map((file) => file.slice(0, Math.max(0, file.length - "/package.json".length)));
  for (const pattern of patterns.filter((one) => !one.startsWith("!")))
    for (const folder of matches(pattern)) folders.add(folder);
  folders.delete("");
  for (const pattern of patterns.filter((one) => one.startsWith("!")))
    for (const folder of matches(pattern)) folders.delete(folder);
  return [...folders].sort().map((folder) => readMember(project, folder));
}

function readMember(project: Project, folder: string): Member {
  const part = subproject(project, folder);
  const manifest = part.json("package.json");
  const name = text(dig(manifest, "name")) ?? folder;
  const framework = readFramework(part, project);
  const start = startScripts
    .filter((one) => one !== "serve")
    .map((one) => text(dig(manifest, "scripts", one)))
    .find((line) => line !== undefined);
  if (framework === undefined && start === undefined) return { folder, name };
  if (framework?.serving === "modules" && framework.start === undefined && start === undefined)
    return { folder, name };
  if (notAnApplication(part)) return { folder, name };
  // A library is built with a bundler too, but ships a package entry; folders of test data hold packages of no use.
  if (
    (framework?.serving === "static" && libraryEntry(manifest)) ||
    /(^|\/)(?:tests?|__tests__|e2e|__e2e__|fixtures?|__fixtures__)\//.test(`${folder}/`)
  )
    return { folder, name };
  return { folder, name, deployable: { name, path: folder, what: framework?.name ?? "Node.js program" } };
}

function libraryEntry(manifest: unknown): boolean {
  return text(dig(manifest, "main")) !== undefined || isRecord(dig(manifest, "exports"));
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}
