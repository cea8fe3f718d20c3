import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, isRecord } from "../../project/project.ts";
import type { Evidence, Fact, Project } from "../../project/types.ts";
import type { Parameters } from "../types.ts";
import { includedRequirements, requirementFiles, workspaceManifests } from "./dependencies.ts";
import type { PythonManager } from "./facts.ts";

/** The package manager, or why it cannot be told. */
export type ManagerChoice =
  | { readonly kind: "one"; readonly manager: Fact<PythonManager>; readonly warnings: readonly string[] }
  | {
      readonly kind: "conflict";
      readonly managers: readonly PythonManager[];
      readonly found: readonly Evidence[];
    };

const lockfiles: readonly (readonly [file: string, manager: PythonManager])[] = [
  ["uv.lock", "uv"],
  ["poetry.lock", "poetry"],
  ["pdm.lock", "pdm"],
  ["Pipfile.lock", "pipenv"],
];

/** Decides by lock file, then by the manifest's own tables; two different lock files are a conflict. */
export function readManager(project: Project, parameters: Parameters): ManagerChoice {
  const wanted = parameters.packageManager;
  if (isManager(wanted)) return { kind: "one", manager: given(wanted, "packageManager"), warnings: [] };
  const locks = lockfiles.filter(([file]) => project.has(file));
  if (locks.length > 1) {
    return {
      kind: "conflict",
      managers: locks.map(([, manager]) => manager),
      found: locks.map(([file]) => ({ file })),
    };
  }
  const [lock] = locks;
  if (lock) {
    const warnings = project.has("requirements.txt")
      ? [`requirements.txt stands beside ${lock[0]}; the lock file is used`]
      : [];
    return { kind: "one", manager: certain(lock[1], { file: lock[0] }), warnings };
  }
  const unlocked = (manager: PythonManager, file: string, pattern: string): ManagerChoice => ({
    kind: "one",
    manager: certain(manager, evidence(project, file, pattern)),
    warnings: [`${file} has no lock file: two builds may install different versions; commit one`],
  });
  const pyproject = project.toml("pyproject.toml");
  if (project.has("requirements.txt") || requirementFiles(project).length > 0) {
    return {
      kind: "one",
      manager: certain("pip", { file: requirementFiles(project)[0] ?? "requirements.txt" }),
      warnings: [],
    };
  }
  if (isRecord(dig(pyproject, "tool", "poetry"))) return unlocked("poetry", "pyproject.toml", "[tool.poetry");
  if (isRecord(dig(pyproject, "tool", "uv"))) return unlocked("uv", "pyproject.toml", "[tool.uv");
  if (isRecord(dig(pyproject, "tool", "pdm"))) return unlocked("pdm", "pyproject.toml", "[tool.pdm");
  if (project.has("Pipfile")) return unlocked("pipenv", "Pipfile", "[packages]");
  const [manifest] = manifestFiles(project);
  return {
    kind: "one",
    manager: manifest
      ? likely("pip", "a build backend pip can install", { file: manifest })
      : assumed("pip", "no manifest was found"),
    warnings: [],
  };
}

/** The manifests a project has; files that only configure linters and tests are none. */
export function manifestFiles(project: Project): readonly string[] {
  const pyproject = project.toml("pyproject.toml");
  const tool = dig(pyproject, "tool");
  const tables = ["poetry", "uv", "pdm", "flit", "hatch", "setuptools"];
  const declares =
    project.has("pyproject.toml") &&
    (pyproject === undefined ||
      Object.keys(pyproject).length === 0 ||
      ["project", "build-system", "dependency-groups"].some((table) => pyproject[table] !== undefined) ||
      tables.some((table) => isRecord(dig(tool, table))));
  const configured = /^\[(?:metadata|options)\]/m.test(project.read("setup.cfg") ?? "");
  return [
    ...(declares ? ["pyproject.toml"] : []),
    ...requirementFiles(project),
    ...["Pipfile", "setup.py"].filter((file) => project.has(file)),
    ...(configured ? ["setup.cfg"] : []),
    ...["uv.lock", "poetry.lock", "pdm.lock"].filter((file) => project.has(file)),
  ];
}

/** What makes a setup file worth running: else it only packs what runs from its sources as well. */
const installs = /_requires\b|requirements|entry_points|\bscripts\s*=|ext_modules|cmdclass|\bpbr\b|\*\*\w/;

/** Files the dependency install reads: manifest, lock, and what they include. */
export function manifestsOf(project: Project, manager: PythonManager): readonly string[] {
  const present = (files: readonly string[]): readonly string[] => files.filter((file) => project.has(file));
  switch (manager) {
    case "uv":
      return [...present(["pyproject.toml", "uv.lock", "uv.toml"]), ...workspaceManifests(project)];
    case "poetry":
      return present(["pyproject.toml", "poetry.lock", "poetry.toml"]);
    case "pdm":
      return present(["pyproject.toml", "pdm.lock", "pdm.toml"]);
    case "pipenv":
      return present(["Pipfile", "Pipfile.lock"]);
    case "pip": {
      const lists = requirementFiles(project);
      if (lists.length > 0)
        return [...lists, ...lists.flatMap((file) => includedRequirements(project, file).slice(1))].filter(
          (file, index, all) => all.indexOf(file) === index,
        );
      const own = manifestFiles(project);
      const found = ["pyproject.toml", "setup.py", "setup.cfg"].filter((file) => own.includes(file));
      return found.includes("pyproject.toml") || found.some((file) => installs.test(project.read(file) ?? ""))
        ? found
        : [];
    }
  }
}

/** True for a name we know as a Python package manager. */
export function isManager(name: string | undefined): name is PythonManager {
  return name === "pip" || name === "poetry" || name === "uv" || name === "pdm" || name === "pipenv";
}
