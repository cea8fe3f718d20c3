import { evidence } from "../../project/facts.ts";
import type { Evidence, Project } from "../../project/types.ts";
import { buildText } from "./build-files.ts";

/** The release line of Spring Boot a build uses. */
export interface BootVersion {
  readonly major: number;
  readonly minor: number;
  /** spring-boot-starter-parent is the parent: its defaults hold. */
  readonly parent: boolean;
  readonly evidence: Evidence;
}

const patterns: readonly RegExp[] = [
  /<artifactId>\s*spring-boot-(?:starter-parent|dependencies|maven-plugin)\s*<\/artifactId>\s*<version>\s*(\d+)\.(\d+)/,
  /<spring-boot(?:\.|-dependencies\.)version>\s*(\d+)\.(\d+)/,
  /org\.springframework\.boot["')]+\s*version\s*[=(]?\s*["'](\d+)\.(\d+)/,
  /spring-boot-(?:gradle-plugin|dependencies):(\d+)\.(\d+)/,
  /(?:^|[^\w])spring-?_?[bB]oot(?:-?_?[vV]ersion|\.version)?["']?\s*=\s*(?:\{[^}\n]*version\s*=\s*)?["']?(\d+)\.(\d+)/m,
  /id\s*=\s*["']org\.springframework\.boot["'][^}\n]*version\s*=\s*["'](\d+)\.(\d+)/,
];

/** Reads the version of Spring Boot from the build files; undefined when none names it. */
export function bootVersion(project: Project, files: readonly string[]): BootVersion | undefined {
  for (const file of files) {
    const text = buildText(project, file);
    for (const pattern of patterns) {
      const found = pattern.exec(text);
      if (found)
        return {
          major: Number(found[1]),
          minor: Number(found[2]),
          parent: found[0].includes("starter-parent"),
          evidence: evidence(project, file, found[0].split("\n").at(-1)?.trim() ?? pattern),
        };
    }
  }
  return undefined;
}

/** How the jar of a release takes itself apart: not before 2.4, with `layertools` until 3.3, then with `tools`. */
export function jarMode(boot: BootVersion | undefined): "tools" | "layertools" | undefined {
  if (boot === undefined) return "tools";
  const line = boot.major * 100 + boot.minor;
  return line >= 303 ? "tools" : line >= 204 ? "layertools" : undefined;
}
