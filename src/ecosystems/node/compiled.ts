import type { Project } from "../../project/types.ts";
import { script } from "./scripts.ts";

/** The folder TypeScript compiles into, as tsconfig states it. */
export function outDirOf(project: Project): string | undefined {
  return setting(project, "outDir");
}

/**
 * The JavaScript file that the project's build makes of a TypeScript one; undefined when no build script compiles, or
 * when tsconfig does not say into which folder.
 */
export function compiledFile(project: Project, source: string | undefined): string | undefined {
  const file = source?.replace(/^\.\//, "");
  const outDir = outDirOf(project);
  if (
    file === undefined ||
    outDir === undefined ||
    !project.has(file) ||
    !/\b(?:tsc|swc|tsup)\b/.test(script(project, "build") ?? "")
  )
    return undefined;
  const root = setting(project, "rootDir") ?? common(project);
  if (root !== "" && root !== "." && !file.startsWith(`${root}/`)) return undefined;
  const below = root === "" || root === "." ? file : file.slice(root.length + 1);
  return `${outDir}/${below.replace(/\.([cm]?)tsx?$/, ".$1js")}`;
}

/** The compiler's own choice of a root: the folder that all sources share. */
function common(project: Project): string {
  const sources = project.files.filter(
    (file) => /\.[cm]?tsx?$/.test(file) && !/\.d\.ts$|(^|\/)(tests?|e2e|__tests__)\/|\.config\./.test(file),
  );
  const folders = new Set(sources.map((file) => (file.includes("/") ? file.split("/")[0] : "")));
  const [only] = folders;
  return folders.size === 1 && only !== undefined ? only : "";
}

function setting(project: Project, name: "outDir" | "rootDir"): string | undefined {
  const pattern = new RegExp(`^\\s*"${name}"\\s*:\\s*"(?:\\./)?([^"]*?)/?"`, "m");
  for (const file of ["tsconfig.build.json", "tsconfig.json"]) {
    const found = pattern.exec(project.read(file) ?? "")?.[1];
    if (found !== undefined && !found.startsWith("..")) return found;
  }
  return undefined;
}
