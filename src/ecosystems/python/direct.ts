import { evidence } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Evidence, Project } from "../../project/types.ts";
import {
  type Dependency,
  includedRequirements,
  normalise,
  productionGroups,
  requirementFiles,
} from "./dependencies.ts";
import type { PythonManager } from "./facts.ts";

/** A dependency that is told where it comes from instead of being looked up in an index. */
export interface DirectReference {
  /** A folder or a file as it is written, relative to the project ("." is the project itself), or an address. */
  readonly place: string;
  readonly kind: "local" | "git" | "mercurial";
  /** The line of a list of requirements, for the project itself. */
  readonly words?: string;
  readonly evidence: Evidence;
}

/** The direct references (PEP 508) among what production installs. */
export function directReferences(
  project: Project,
  manager: PythonManager,
  dependencies: readonly Dependency[],
): readonly DirectReference[] {
  switch (manager) {
    case "pip":
      return requirementFiles(project).length > 0 ? fromRequirements(project) : fromProject(project);
    case "uv":
      return [...fromProject(project), ...fromUv(project, dependencies)];
    case "poetry":
      return [...fromProject(project), ...fromTables(project, "pyproject.toml", poetryTables(project))];
    case "pdm":
      return fromProject(project);
    case "pipenv":
      return fromTables(project, "Pipfile", [project.toml("Pipfile")?.packages]);
  }
}

function fromRequirements(project: Project): readonly DirectReference[] {
  const files = requirementFiles(project).flatMap((file) => includedRequirements(project, file));
  return [...new Set(files)].flatMap((file) =>
    (project.read(file) ?? "").split("\n").flatMap((line) => {
      const plain = line.replace(/(^|\s)#.*$/, "").trim();
      const [, option, value] = /^(-e|--editable|-f|--find-links)[=\s]+(.+)$/.exec(plain) ?? [];
      const found = place(project, value ?? plain, option !== undefined);
      if (found === undefined) return [];
      const because = evidence(project, file, line.slice(0, 80));
      return [{ ...found, evidence: because, ...(found.place === "." ? { words: plain } : {}) }];
    }),
  );
}

function fromProject(project: Project): readonly DirectReference[] {
  const data = project.toml("pyproject.toml");
  const lists = [
    dig(data, "project", "dependencies"),
    ...productionGroups(project).map(({ requirements }) => requirements),
  ];
  return lists
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap((requirement: unknown) => {
      const found = typeof requirement === "string" ? place(project, requirement, false) : undefined;
      const [name = ""] = String(requirement).split(/[\s@]/);
      return found === undefined ? [] : [{ ...found, evidence: evidence(project, "pyproject.toml", name) }];
    });
}

/** `[tool.uv.sources]`: of the members of a workspace it says so, and they are copied as such. */
function fromUv(project: Project, dependencies: readonly Dependency[]): readonly DirectReference[] {
  const sources = dig(project.toml("pyproject.toml"), "tool", "uv", "sources");
  if (!isRecord(sources)) return [];
  const names = new Set(dependencies.map(({ name }) => name));
  const wanted = Object.entries(sources).filter(([name]) => names.has(normalise(name)));
  return fromTables(project, "pyproject.toml", [Object.fromEntries(wanted)]);
}

function poetryTables(project: Project): readonly unknown[] {
  const poetry = dig(project.toml("pyproject.toml"), "tool", "poetry");
  return [
    dig(poetry, "dependencies"),
    ...productionGroups(project).map(({ name }) => dig(poetry, "group", name, "dependencies")),
  ];
}

/** `name = { path = "libs/x" }`, `{ file = "libs/x" }`, `{ git = "https://..." }`, one of them or a list. */
function fromTables(project: Project, file: string, tables: readonly unknown[]): readonly DirectReference[] {
  return tables.flatMap((table) =>
    Object.entries(isRecord(table) ? table : {}).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).flatMap((one: unknown): DirectReference[] => {
        const because = evidence(
          project,
          file,
          new RegExp(`^\\s*["']?${name.replace(/[.]/g, "\\.")}["']?\\s*=`),
        );
        const git = text(dig(one, "git"));
        if (git !== undefined) return [{ place: git, kind: "git", evidence: because }];
        const path = text(dig(one, "path")) ?? text(dig(one, "file"));
        return path === undefined || path.includes("://")
          ? []
          : [{ place: tidy(path), kind: "local", evidence: because }];
      }),
    ),
  );
}

/** Where a requirement points; undefined for a name that an index knows, or an address that needs no program. */
function place(
  project: Project,
  requirement: string,
  option: boolean,
): Pick<DirectReference, "place" | "kind"> | undefined {
  const target = requirement
    .replace(/^[\w.-]+(?:\[[^\]]*\])?\s*@\s*/, "")
    .replace(/\s*;.*$/, "")
    .replace(/\[[\w,.-]*\]$/, "")
    .replace(/^["']|["']$/g, "");
  if (/^git\+/.test(target)) return { place: target, kind: "git" };
  if (/^hg\+/.test(target)) return { place: target, kind: "mercurial" };
  const file = /^file:(?:\/\/)?(.*)$/.exec(target)?.[1];
  if (file !== undefined) return { place: tidy(file.replace(/^\/?\$\{PROJECT_ROOT\}\//, "")), kind: "local" };
  if (target.includes("://") || target.startsWith("-") || target.includes("$")) return undefined;
  const local =
    /^\.{1,2}(?:\/|$)/.test(target) ||
    /\.(?:whl|tar\.gz|zip)$/.test(target) ||
    (option && project.files.some((each) => each.startsWith(`${tidy(target)}/`)));
  return local ? { place: tidy(target), kind: "local" } : undefined;
}

function tidy(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/"))
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  return `${path.startsWith("/") ? "/" : ""}${parts.join("/")}` || ".";
}
