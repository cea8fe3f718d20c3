import { evidence } from "../../project/facts.ts";
import { dig, isRecord } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import type { Detection } from "../types.ts";
import type { RustFacts } from "./facts.ts";
import { type Crate, dependencyPaths, manifestOf, resolved } from "./workspace.ts";

type Refusal = Extract<Detection<RustFacts>, { kind: "refused" }>;

/** Refuses a crate whose build needs what the directory does not hold: its workspace, or crates beside it. */
export function outsideCrate(project: Project, crates: readonly Crate[]): Refusal | undefined {
  const root = project.toml("Cargo.toml");
  if (dig(root, "workspace") === undefined && inherits(dig(root, "package")))
    return refusal(
      project,
      "Cargo.toml",
      /workspace\s*=\s*true/,
      "the crate inherits settings from a workspace that stands outside of this directory",
      "the directory of the workspace, with target",
    );
  for (const crate of crates) {
    const file = manifestOf(crate.folder);
    for (const path of dependencyPaths(project, file)) {
      const folder = resolved(crate.folder, path);
      if (folder === undefined)
        return refusal(
          project,
          file,
          path,
          `${file} depends on a crate at ${clean(path, 80)}, which stands outside of this directory`,
          "a directory that holds both, with target",
        );
      if (!project.has(manifestOf(folder)))
        return refusal(
          project,
          file,
          path,
          `${file} depends on a crate at ${clean(folder, 80)}, which is not there${project.has(".gitmodules") ? " (a git submodule that was not fetched?)" : ""}`,
          "the whole project (git submodule update --init)",
        );
    }
  }
  return undefined;
}

function inherits(table: unknown): boolean {
  return isRecord(table) && Object.values(table).some((value) => dig(value, "workspace") === true);
}

function refusal(
  project: Project,
  file: string,
  pattern: RegExp | string,
  reason: string,
  decide: string,
): Refusal {
  return { kind: "refused", reason, found: [evidence(project, file, pattern)], decide };
}
