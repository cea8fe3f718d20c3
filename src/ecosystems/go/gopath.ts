import { dig, text } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";
import { sources } from "../sources.ts";

/** Lock files of the tools before modules; go reads none of them any more. */
export const lockFiles: readonly string[] = ["Gopkg.lock", "glide.lock", "Godeps/Godeps.json"];

/** A project from before modules: no go.mod, its dependencies as sources in `vendor/`, which GOPATH mode builds from. */
export function vendorsSources(project: Project): boolean {
  return (
    !project.has("go.mod") &&
    !project.has("go.work") &&
    project.files.some((file) => file.startsWith("vendor/") && file.endsWith(".go"))
  );
}

/**
 * The path a project without go.mod imports itself by: what Godeps, glide or `.godir` say, else what its own sources
 * put in front of the project's folders. Undefined when nothing tells.
 */
export function importPath(project: Project): string | undefined {
  const stated = [
    text(dig(project.json("Godeps/Godeps.json"), "ImportPath")),
    /^package:\s*(\S+)/m.exec(project.read("glide.yaml") ?? "")?.[1],
    project.read(".godir")?.trim(),
  ].find((path) => path !== undefined && /^[\w.~-]+(?:\/[\w.~-]+)*$/.test(path));
  if (stated !== undefined) return stated;
  const files = sources(project, [".go"]);
  const folders = [...new Set(files.flatMap((file) => /^(.+)\/[^/]+$/.exec(file)?.[1] ?? []))];
  for (const file of files)
    for (const [, imported = ""] of (project.read(file) ?? "").matchAll(
      /^\s*(?:import\s+)?(?:[\w.]+\s+)?"([\w.~-]+\.[\w.~/-]+)"/gm,
    ))
      for (const folder of folders)
        if (
          imported.endsWith(`/${folder}`) &&
          !project.files.some((one) => one.startsWith(`vendor/${imported}/`))
        )
          return imported.slice(0, -folder.length - 1);
  return undefined;
}
