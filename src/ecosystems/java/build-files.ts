import type { Project } from "../../project/types.ts";
import type { JavaManager } from "./facts.ts";

const settingsFiles = ["settings.gradle", "settings.gradle.kts"];
const gradleFiles = ["build.gradle", "build.gradle.kts"];

/** The file that makes a folder of the project a Maven or Gradle build of its own; `""` is the root. */
export function buildFileOf(project: Project, folder: string, manager: JavaManager): string | undefined {
  const prefix = folder === "" ? "" : `${folder}/`;
  return (manager === "maven" ? ["pom.xml"] : gradleFiles)
    .map((name) => prefix + name)
    .find((file) => project.has(file));
}

/** Gradle's settings file, when there is one. */
export function settingsFile(project: Project): string | undefined {
  return settingsFiles.find((file) => project.has(file));
}

/**
 * The files that say how a module is built: the root's, those that share conventions (buildSrc, build-logic, the
 * version catalog), then the module's own.
 */
export function buildFilesOf(project: Project, folder: string, manager: JavaManager): readonly string[] {
  if (manager === "maven")
    return ["pom.xml", ...(folder === "" ? [] : [`${folder}/pom.xml`])].filter((file) => project.has(file));
  const shared = project.files.filter((file) =>
    /^(?:buildSrc|build-logic|buildLogic|gradle)\/(?:.*\/)?[^/]+\.gradle(?:\.kts)?$|^gradle\/[\w-]+\.versions\.toml$/.test(
      file,
    ),
  );
  const names = [...gradleFiles, "gradle.properties"];
  const own = folder === "" ? [] : names.map((name) => `${folder}/${name}`);
  return [...names, ...shared, ...own].filter((file) => project.has(file));
}

/** A build file's text without comments: what is commented out is not built. */
export function buildText(project: Project, file: string): string {
  return (project.read(file) ?? "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/(^|\s)\/\*[\s\S]*?\*\//g, "$1")
    .replace(/(^|\s)\/\/.*$/gm, "$1");
}
