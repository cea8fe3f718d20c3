import { evidence } from "../../project/facts.ts";
import type { Project } from "../../project/types.ts";
import type { Detection } from "../types.ts";
import { buildFileOf, buildText, settingsFile } from "./build-files.ts";
import type { JavaFacts, JavaManager } from "./facts.ts";

type Refusal = Extract<Detection<JavaFacts>, { kind: "refused" }>;

/**
 * Refuses a folder that is a module of a build above it: its parent, or the projects it depends on, are not in the
 * build context. A parent from a repository is none of these: it is released, and the project has a version of its own.
 */
export function partOfLarger(project: Project, manager: JavaManager): Refusal | undefined {
  return manager === "maven" ? mavenPart(project) : gradlePart(project);
}

/** Parents that frameworks and foundations publish for anybody's project. */
const published =
  /<artifactId>\s*spring-boot-starter-parent\b|<groupId>\s*(?:org\.springframework|io\.(?:micronaut|quarkus|helidon|vertx)|org\.(?:apache|jboss|eclipse|sonatype))\b/;

function mavenPart(project: Project): Refusal | undefined {
  const text = buildText(project, "pom.xml");
  const parent = /<parent>([\s\S]*?)<\/parent>/.exec(text)?.[1];
  if (parent === undefined || /<relativePath\s*\/>|<relativePath>\s*<\/relativePath>/.test(parent))
    return undefined;
  const path = /<relativePath>\s*([^<\s]+)/.exec(parent)?.[1] ?? "../pom.xml";
  if (!path.startsWith("..")) return undefined;
  const version = /<version>\s*([^<\s]+)/.exec(parent)?.[1] ?? "";
  const own =
    /<project[^>]*>([\s\S]*?)(?:<dependencies>|<dependencyManagement>|<build>|<properties>|<profiles>|$)/
      .exec(text)?.[1]
      ?.replace(/<parent>[\s\S]*?<\/parent>/, "");
  const released =
    published.test(parent) ||
    (!version.endsWith("-SNAPSHOT") && !version.includes("${") && /<version>/.test(own ?? ""));
  if (released) return undefined;
  return above(
    project,
    "pom.xml",
    /<parent>/,
    `its parent (${/<artifactId>\s*([^<\s]+)/.exec(parent)?.[1] ?? path})`,
  );
}

function gradlePart(project: Project): Refusal | undefined {
  const file = buildFileOf(project, "", "gradle");
  if (file === undefined || settingsFile(project) !== undefined || project.has("gradlew")) return undefined;
  const outside =
    /\bproject\(\s*(?:path\s*[=:]\s*)?["']:[\w:-]+["']|\brootProject\.(?!name\b)|\blibs\.(?:plugins|versions|bundles)\./;
  const text = buildText(project, file);
  // Nothing of a module resolves before somebody says where from.
  const depends = /^\s*(?:implementation|api|compile|runtimeOnly)\b[\s(]*["'][\w.-]+:[\w.-]+/m;
  if (
    depends.test(text) &&
    !/\brepositories\b/.test(text) &&
    !project.files.some((name) => /^(?:buildSrc|build-logic)\//.test(name))
  )
    return above(project, file, depends, "what says where its dependencies come from");
  if (!outside.test(text) || project.has("gradle/libs.versions.toml")) return undefined;
  return above(project, file, outside, "its settings.gradle");
}

function above(project: Project, file: string, pattern: RegExp, what: string): Refusal {
  return {
    kind: "refused",
    reason: `this is a module of a larger build: ${what} stands outside of this directory, so it does not build alone`,
    found: [evidence(project, file, pattern)],
    decide: `the directory of the whole build, with target (${project.name})`,
  };
}
