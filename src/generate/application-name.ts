import type { Project } from "../project/types.ts";
import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";

const manifests =
  "**/{package.json,project.json,pyproject.toml,setup.py,setup.cfg,go.mod,Cargo.toml,pom.xml,settings.gradle,settings.gradle.kts,build.gradle,build.gradle.kts,Procfile}";
const mostManifests = 300;

/**
 * Throws InputError for the name of an application that a project does not know: no folder or file, and no manifest
 * mentions it. Where there is but one application, nothing else would notice the slip.
 */
export function checkApplicationName(project: Project, app: string): void {
  const wanted = app.replace(/^(?:\.\/|:)/, "").replace(/\/$/, "");
  if (wanted === "" || wanted === "." || wanted === project.name) return;
  const parts = wanted.split(/[/:]/);
  const last = parts.at(-1) ?? wanted;
  const isPath = (file: string): boolean =>
    file.startsWith(`${wanted}/`) || file.split("/").some((part) => part.replace(/\.\w+$/, "") === last);
  if (project.files.some(isPath)) return;
  const texts = project.glob(manifests).slice(0, mostManifests);
  if (texts.some((file) => project.read(file)?.includes(last))) return;
  throw new InputError(
    `target ${clean(app, 60)} is neither a stage nor an application of this project`,
    "leave it out, and the applications there are will be listed, or name a stage (deps, builder, test, runtime)",
  );
}
