import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import type { Parameters } from "../types.ts";
import { runtimeVersions } from "../versions.ts";
import type { BootVersion } from "./boot.ts";

const longTerm = ["8", "11", "17", "21", "25"];

/** The newest long-term release that each Gradle release runs on, newest first (docs.gradle.org, compatibility matrix). */
const gradleRuns: readonly (readonly [gradle: readonly [number, number], java: string])[] = [
  [[9, 1], "25"], [[8, 5], "21"], [[7, 3], "17"], [[5, 0], "11"], [[2, 0], "8"],
]; // biome-ignore format: a table

const patterns: readonly RegExp[] = [
  /<(?:java\.version|javaVersion|maven\.compiler\.release|release|maven\.compiler\.target|maven\.compiler\.source|jdk\.version|java-version)>\s*(\d+(?:\.\d+)?)\s*</,
  /JavaLanguageVersion\.of\(\s*["']?(\d+)/,
  /jvmToolchain\(\s*(\d+)/,
  /\boptions\.release\s*(?:=|\.set\()\s*(\d+)/,
  /(?:sourceCompatibility|targetCompatibility)\s*[=(]?\s*(?:JavaVersion\.(?:VERSION_|toVersion\(["']?)|["'])?(\d+(?:[._]\d+)?)/,
  /jvmTarget\s*[=.(]+\s*(?:set\()?(?:JvmTarget\.JVM_|["'])(\d+(?:\.\d+)?)/,
  // A version catalog or gradle.properties.
  /^(?:java|jdk|jvm)(?:[-_.]?(?:[vV]ersion|[tT]oolchain|[tT]arget))?\s*=\s*["']?(\d+)["']?\s*$/m,
];

const versionFiles: readonly (readonly [file: string, pattern: RegExp])[] = [
  [".java-version", /(\d+(?:\.\d+)?)/],
  [".sdkmanrc", /java=(\d+)/],
  [".tool-versions", /^java\s+\D*(\d+)/m],
  ["mise.toml", /^java\s*=\s*"\D*(\d+)/m],
  ["system.properties", /java\.runtime\.version=(\d+(?:\.\d+)?)/],
];

/**
 * The Java release to build and run with: what a version file or the build files say (`files`, the module's last),
 * else what Spring Boot's parent or the project's CI use, else the newest long-term one that the wrapper's Gradle runs on.
 */
export function javaVersion(
  project: Project,
  files: readonly string[],
  boot: BootVersion | undefined,
  parameters: Parameters,
): Fact<string> {
  const { standard, supported } = runtimeVersions("java", parameters.today);
  if (parameters.version !== undefined) return given(major(parameters.version), "version");
  const stated = [
    ...versionFiles,
    ...[...files].reverse().flatMap((file) => patterns.map((pattern) => [file, pattern] as const)),
  ]
    .flatMap(([file, pattern]) => {
      const found = pattern.exec(project.read(file) ?? "")?.[1];
      return found === undefined ? [] : [{ value: major(found), evidence: evidence(project, file, pattern) }];
    })
    .at(0);
  if (stated === undefined) return unstated(project, standard, boot);
  const image =
    longTerm.includes(stated.value) || supported.includes(stated.value)
      ? stated.value
      : (longTerm.find((version) => Number(version) >= Number(stated.value)) ?? standard);
  return image === stated.value
    ? certain(image, stated.evidence)
    : {
        ...certain(image, stated.evidence),
        note: `the build targets ${stated.value}; ${image} is the next long-term release with an image`,
      };
}

function major(version: string): string {
  return version.replace(/^1[._]/, "").split(/[._]/)[0] ?? version;
}

const workflow = /^\s*(?:-\s*)?(?:java-version|java|jdk)\s*:\s*\[?\s*['"]?(\d+)/m;

function unstated(project: Project, standard: string, boot: BootVersion | undefined): Fact<string> {
  if (boot?.parent)
    return likely(
      boot.major >= 3 ? "17" : "8",
      "what spring-boot-starter-parent compiles for where the build states nothing",
      boot.evidence,
    );
  for (const file of project.files.filter((name) =>
    /^\.github\/workflows\/[^/]+\.ya?ml$|^\.travis\.yml$/.test(name),
  )) {
    const found = workflow.exec(project.read(file) ?? "")?.[1];
    if (found !== undefined && longTerm.includes(found))
      return likely(found, `${file} builds with it`, evidence(project, file, workflow));
  }
  const limit = gradleLimit(project);
  return limit !== undefined && Number(limit) < Number(standard)
    ? assumed(limit, "the build states no Java version; the newest LTS that the wrapper's Gradle runs on")
    : assumed(standard, "the build states no Java version; the newest LTS is taken");
}

/** The newest long-term release that the Gradle of the wrapper runs on. */
function gradleLimit(project: Project): string | undefined {
  const wrapper = wrapperGradle(project);
  if (wrapper === undefined) return undefined;
  const [first = 0, second = 0] = wrapper.split(".").map(Number);
  return gradleRuns.find(([[a, b]]) => first > a || (first === a && second >= b))?.[1];
}

/** The release the Gradle wrapper downloads: `8.14.3`. */
export function wrapperGradle(project: Project): string | undefined {
  return /distributionUrl=.*gradle-(\d+\.\d+(?:\.\d+)?)-/.exec(
    project.read("gradle/wrapper/gradle-wrapper.properties") ?? "",
  )?.[1];
}
