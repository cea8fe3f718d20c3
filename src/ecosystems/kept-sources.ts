import type { Project } from "../project/types.ts";

/** Names of folders that no image needs as a rule, and that are packages of a program now and then. */
const leftOut = /^(?:docs|tests?|coverage|logs|build|bin|dist|tmp|out)$/;

/** Folders with sources of the program that a usual ignore pattern would drop by their name. */
export function keptSources(project: Project, belongs: (file: string) => boolean): readonly string[] {
  const found = new Set<string>();
  for (const file of project.files) {
    if (!belongs(file)) continue;
    const parts = file.split("/").slice(0, -1);
    const at = parts.findIndex((part) => leftOut.test(part));
    if (at >= 0) found.add(parts.slice(0, at + 1).join("/"));
  }
  return [...found].sort();
}
