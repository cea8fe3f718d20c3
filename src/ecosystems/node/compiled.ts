import type { Project } from "../../project/types.ts";
import { script } from "./scripts.ts";

/** The folder TypeScript compiles into, as tsconfig states it. */
export function outDirOf(project: Project): string | undefined {
  return setting(project, "outDir");
}

/** Scripts that may call the compiler in an image's build. */
const building = ["build", "compile", "gcp-build", "heroku-postbuild", "postinstall", "prepare"];

/**
 * The JavaScript file that the project's build makes of a TypeScript one, beside it where tsconfig names no folder;
 * undefined when no build script compiles, or when tsconfig does not say into which folder.
 */
export function compiledFile(project: Project, source: string | undefined): string | undefined {
  const file = source?.replace(/^\.\//, "");
  const body = building.map((name) => script(project, name) ?? "").join("\n");
  if (file === undefined || !project.has(file) || !/\b(?:tsc|swc|tsup)\b/.test(body)) return undefined;
  const outDir = outDirOf(project);
  if (outDir === undefined) return compilesBeside(project, body) ? compiledName(file) : undefined;
  const root = setting(project, "rootDir") ?? common(project);
  if (root !== "" && root !== "." && !file.startsWith(`${root}/`)) return undefined;
  const below = root === "" || root === "." ? file : file.slice(root.length + 1);
  return `${outDir}/${compiledName(below)}`;
}

function compiledName(file: string): string {
  return file.replace(/\.([cm]?)tsx?$/, ".$1js");
}

/** True where tsc with a tsconfig that inherits nothing and names no folder writes each file beside its source. */
function compilesBeside(project: Project, body: string): boolean {
  const config = project.read("tsconfig.json");
  if (config === undefined || !/\btsc\b(?![^&|\n]*--(?:noEmit|outDir|outFile))/.test(body)) return false;
  const stated = config.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  return !/"(?:extends|outDir|outFile)"\s*:|"(?:noEmit|emitDeclarationOnly)"\s*:\s*true/.test(stated);
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
