import { dig, isRecord, text } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";

/**
 * The folder of the package that a hosting platform was told to build, "" for the root: `main` of App Engine's app.yaml,
 * GOOGLE_BUILDABLE or BP_GO_TARGETS of project.toml, the only package of Heroku's `+heroku install` in go.mod.
 */
export function platformPackage(project: Project): string | undefined {
  const engine = project.yaml("app.yaml");
  const main = /^go/.test(text(dig(engine, "runtime")) ?? "") ? text(dig(engine, "main")) : undefined;
  const buildpacks = project.toml("project.toml");
  const variables = [dig(buildpacks, "build", "env"), dig(buildpacks, "io", "buildpacks", "build", "env")]
    .flatMap((list: unknown) => (Array.isArray(list) ? list : []))
    .filter(isRecord);
  const variable = variables.find(({ name }) => name === "GOOGLE_BUILDABLE" || name === "BP_GO_TARGETS");
  const heroku = /^\/\/\s*\+heroku install[ \t]+(\S+)[ \t]*$/m.exec(project.read("go.mod") ?? "")?.[1];
  const stated = main ?? text(variable?.value) ?? heroku;
  if (stated === undefined || /[:\s*]|\.\.\./.test(stated)) return undefined;
  return stated.replace(/^\.\/?|\/$/g, "");
}
