import { certain, evidence } from "../project/facts.ts";
import type { Fact, Project } from "../project/types.ts";
import { sources } from "./sources.ts";

/**
 * The environment variable a compiled program takes its port from: `pattern` names it in its first group. PORT, as
 * platforms set it, comes before a name of the program's own (`SHOP_PORT`).
 */
export function findPortVariable(
  project: Project,
  endings: readonly string[],
  pattern: RegExp,
): { readonly portVariable?: Fact<string> } {
  const found = sources(project, endings).flatMap((file) =>
    [...(project.read(file) ?? "").matchAll(new RegExp(pattern, "g"))].map(([line, name = ""]) => ({
      file,
      line: line.split("\n")[0] ?? line,
      name,
    })),
  );
  const one = found.find(({ name }) => name === "PORT") ?? found[0];
  return one === undefined ? {} : { portVariable: certain(one.name, evidence(project, one.file, one.line)) };
}
