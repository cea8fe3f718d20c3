import type { Project } from "../../project/types.ts";
import type { JavaLayout, JavaManager } from "./facts.ts";
import { setting } from "./settings.ts";

/** What decides the layout beside the text of the build files. */
export interface Shape {
  readonly framework: string | undefined;
  readonly manager: JavaManager;
  readonly war: boolean;
  /** Spring Boot's jar can take itself apart. */
  readonly layered: boolean;
  /** A main class is known, or there is one to choose. */
  readonly starts: boolean;
  readonly project: Project;
  readonly folder: string;
}

/** How the build lays out what it makes; undefined when nothing of it starts. */
export function layoutOf(text: string, shape: Shape): JavaLayout | undefined {
  const { framework, manager } = shape;
  const executable =
    framework === "Spring Boot" &&
    (manager === "maven"
      ? /spring-boot-maven-plugin/.test(text)
      : /["']org\.springframework\.boot["']|["']spring-boot["']|libs\.plugins\.spring\.?[bB]oot/.test(text));
  if (executable) return shape.war || !shape.layered ? "jar" : "boot-layers";
  if (shape.war) return "war";
  if (framework === "Quarkus") return uberJar(shape) ? "jar" : "quarkus";
  if (
    /maven-shade-plugin|maven-assembly-plugin|vertx-maven-plugin|com\.(?:github\.johnrengelman|gradleup)\.shadow|shadowJar|io\.ktor\.plugin|libs\.plugins\.(?:ktor|shadow)\b/.test(
      text,
    )
  )
    return "jar";
  if (
    manager === "gradle" &&
    /(?<!group\s*=\s*)["']application["']|^\s*`?application`?\s*$|\bapplication\s*\{|io\.micronaut\.(?:minimal\.)?application|libs\.plugins\.micronaut\.(?:minimal\.)?application/m.test(
      text,
    )
  )
    return "distribution";
  if (manager === "maven" && framework === "Micronaut" && /<artifactId>\s*micronaut-parent/.test(text))
    return "jar";
  return shape.starts ? "classpath" : undefined;
}

function uberJar({ project, folder }: Shape): boolean {
  return ["quarkus.package.jar.type", "quarkus.package.type"].some(
    (key) => setting(project, folder, key)?.value === "uber-jar",
  );
}
