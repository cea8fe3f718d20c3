import { evidence } from "../../project/facts.ts";
import type { Project } from "../../project/types.ts";
import { type Frontend, frontendOf, holds } from "../frontend.ts";
import { sources } from "../sources.ts";
import type { Parameters } from "../types.ts";
import { type Crate, resolved } from "./workspace.ts";

/** `#[folder = "web/dist"]` of rust-embed and `include_dir!("$CARGO_MANIFEST_DIR/web/dist")`: from the crate's folder. */
const compiled = /(?:#\[folder\s*=\s*|\binclude_dir!\(\s*)"(?:\$CARGO_MANIFEST_DIR\/)?([^"$]+)"/g;

/** The front end whose result macros compile into a crate, where the project does not hold it. */
export function embeddedFrontend(
  project: Project,
  crates: readonly Crate[],
  parameters: Parameters,
): Frontend | undefined {
  for (const file of sources(project, [".rs"])) {
    const crate = crates
      .filter(({ folder }) => folder === "" || file.startsWith(`${folder}/`))
      .sort((left, right) => right.folder.length - left.folder.length)[0];
    for (const [line, path = ""] of (project.read(file) ?? "").matchAll(compiled)) {
      const output = resolved(crate?.folder ?? "", path);
      if (output === undefined || output === "" || holds(project, output)) continue;
      const found = frontendOf(project, output, evidence(project, file, line), parameters);
      if (found) return found;
    }
  }
  return undefined;
}
