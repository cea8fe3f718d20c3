import { dig, isRecord, subproject, text } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";
import type { Deployable, Detection, Parameters } from "../types.ts";
import { readApplication } from "./application.ts";
import { normalise, readDependencies, workspaceManifests } from "./dependencies.ts";
import type { PythonFacts } from "./facts.ts";

/** A package of a uv workspace. */
export interface Member {
  /** Folder relative to the workspace. */
  readonly folder: string;
  /** As `uv sync --package` takes it. */
  readonly name: string;
}

/** Which package of a uv workspace is meant; `root` also where there is no workspace. */
export type MemberChoice =
  | { readonly kind: "root" }
  | { readonly kind: "member"; readonly member: Member }
  | { readonly kind: "none"; readonly answer: Exclude<Detection<PythonFacts>, { kind: "app" }> };

/**
 * `target` names a member by folder or package. Without it the root is meant when it is a package itself, else the
 * only member that is an application.
 */
export function chooseMember(project: Project, parameters: Parameters): MemberChoice {
  const members = membersOf(project);
  if (members.length === 0) return { kind: "root" };
  const wanted = parameters.app?.replace(/^\.\//, "").replace(/\/$/, "");
  if (wanted === "." || wanted === "") return { kind: "root" };
  const named = members.find(
    ({ folder, name }) => wanted === folder || wanted === name || wanted === folder.split("/").at(-1),
  );
  if (named) return { kind: "member", member: named };
  if (wanted === undefined && isRecord(project.toml("pyproject.toml")?.project)) return { kind: "root" };
  const apps = members.filter(({ folder }) => {
    const part = subproject(project, folder);
    return readApplication(part, readDependencies(part), parameters) !== undefined;
  });
  const [only] = apps;
  if (only && apps.length === 1 && wanted === undefined) return { kind: "member", member: only };
  if (apps.length === 0) return { kind: "root" };
  return {
    kind: "none",
    answer: {
      kind: "choice",
      apps: apps.map(({ folder, name }): Deployable => ({ name, path: folder, what: "Python package" })),
      why:
        wanted === undefined
          ? "the workspace holds several applications"
          : `no package of the workspace is called ${wanted}`,
    },
  };
}

/** The folders whose code a member runs: its own, and those of the members it depends on. */
export function neighbourhood(project: Project, member: Member): readonly string[] {
  const members = membersOf(project);
  const folders = new Set<string>();
  const visit = (next: Member): void => {
    if (folders.has(next.folder)) return;
    folders.add(next.folder);
    const names = readDependencies(subproject(project, next.folder)).map(({ name }) => name);
    for (const other of members) if (names.includes(normalise(other.name))) visit(other);
  };
  visit(member);
  return [...folders];
}

function membersOf(project: Project): readonly Member[] {
  return workspaceManifests(project).flatMap((file) => {
    const name = text(dig(project.toml(file), "project", "name"));
    return name === undefined ? [] : [{ folder: file.slice(0, file.lastIndexOf("/")), name }];
  });
}
