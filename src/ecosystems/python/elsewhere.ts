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

const templates = ["cookiecutter.json", "copier.yml", "copier.yaml"];

/** True for a template: a folder of it is named by a variable. */
export function isTemplate(project: Project): boolean {
  return templates.some((file) => project.has(file)) && project.files.some((file) => /^[^/]*\{\{/.test(file));
}

/** Tools that serve a model by a server of their own and make the image for it. */
const servers: readonly (readonly [file: string, tool: string])[] = [
  ["cog.yaml", "Cog"],
  ["bentofile.yaml", "BentoML"],
];

/** Why the project is none of ours: what installs or serves it is another tool, or it is a template that projects are made from. */
export function refuseElsewhere(project: Project, parameters: Parameters): Refusal | undefined {
  if (isTemplate(project))
    return {
      kind: "refused",
      reason: "this is a template that projects are made from, not a project",
      found: templates.filter((file) => project.has(file)).map((file) => ({ file })),
      decide: "another directory: a project that was made from it",
    };
  const [served, tool] = servers.find(([name]) => project.has(name)) ?? [];
  if (served !== undefined && parameters.start === undefined)
    return {
      kind: "refused",
      reason: `${served} is for ${tool}, which serves the model by itself and builds the image for that`,
      found: [{ file: served }],
      decide: "start (the command that runs it without that), or that tool's own build",
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
    reason: `${file} is installed by ${file === "pixi.toml" ? "pixi" : "conda"}, which these Dockerfiles do without`,
    found: [{ file }],
    decide: "packageManager (pip), once a requirements.txt names what the program needs",
  };
}

/** What stands beside the dependencies for conda, when another manager installs them. */
export function condaBeside(project: Project): readonly string[] {
  const file = conda.find((name) => project.has(name));
  return file === undefined ? [] : [`${file} is conda's and is not installed`];
}
