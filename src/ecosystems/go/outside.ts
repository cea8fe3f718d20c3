import { evidence } from "../../project/facts.ts";
import type { Project } from "../../project/types.ts";
import type { Detection } from "../types.ts";
import type { GoFacts } from "./facts.ts";

/** Refuses a module that go.mod completes with a folder outside of the build context. */
export function outsideModule(
  project: Project,
): Extract<Detection<GoFacts>, { kind: "refused" }> | undefined {
  if (project.has("vendor/modules.txt")) return undefined;
  const pattern = /^(?!\s*\/\/)[^\n]*=>\s*(\.\.\/\S*|\.\.)\s*$/m;
  const folder = pattern.exec(project.read("go.mod") ?? "")?.[1];
  if (folder === undefined) return undefined;
  return {
    kind: "refused",
    reason: `go.mod replaces a module by ${folder}, which stands outside of this directory: it does not build alone`,
    found: [evidence(project, "go.mod", /=>\s*\.\./)],
    decide:
      "the directory that holds both, with a go.work that uses them (go work init, go work use) and target",
  };
}
