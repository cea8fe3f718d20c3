import { isRecord } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";
import type { Detection, Parameters } from "../types.ts";
import { readDependencies } from "./dependencies.ts";
import type { PythonFacts } from "./facts.ts";

type Refusal = Extract<Detection<PythonFacts>, { kind: "refused" }>;

const conda = [
  "environment.yml",
  "environment.yaml",
  "conda.yml",
  "conda.yaml",
  "pixi.toml",
  "conda-lock.yml",
];

/** Why the project is none of ours: what installs it is conda, or it is a template that projects are made from. */
export function refuseElsewhere(project: Project, parameters: Parameters): Refusal | undefined {
  const template = ["cookiecutter.json", "copier.yml", "copier.yaml"].find((file) => project.has(file));
  if (template !== undefined && project.files.some((file) => /^[^/]*\{\{/.test(file)))
    return {
      kind: "refused",
      reason: "this is a template that projects are made from, not a project",
      found: [{ file: template }],
      decide: "another directory: a project that was made from it",
    };
  const file = conda.find((name) => project.has(name));
  if (file === undefined || parameters.packageManager !== undefined) return undefined;
  const listed = project.files.some((name) =>
    /^(?:requirements(?:\/\w+)?\.txt|Pipfile|uv\.lock|poetry\.lock|pdm\.lock)$/.test(name),
  );
  const pyproject = project.toml("pyproject.toml");
  if (listed || (isRecord(pyproject) && readDependencies(project).length > 0)) return undefined;
  return {
    kind: "refused",
    reason: `${file} is installed by conda, which these Dockerfiles do without`,
    found: [{ file }],
    decide: "packageManager (pip), once a requirements.txt names what the program needs",
  };
}

/** What stands beside the dependencies for conda, when another manager installs them. */
export function condaBeside(project: Project): readonly string[] {
  const file = conda.find((name) => project.has(name));
  return file === undefined ? [] : [`${file} is conda's and is not installed`];
}
