import { assumed, certain, given } from "../../project/facts.ts";
import { ecosystem, type Parameters } from "../types.ts";
import { runtimeVersions } from "../versions.ts";
import { detectJava, javaFrameworks, recogniseJava } from "./detect.ts";
import type { JavaFacts } from "./facts.ts";
import { planJava } from "./plan.ts";

/** Java and Kotlin on the JVM: Maven and Gradle. */
export const java = ecosystem<JavaFacts>({
  language: "java",
  title: "Java",
  packageManagers: ["maven", "gradle"],
  frameworks: javaFrameworks,
  recognise: recogniseJava,
  detect: detectJava,
  assume,
  plan: planJava,
});

function assume(parameters: Parameters): JavaFacts {
  const appType = parameters.appType ?? "api";
  const serves = appType === "api" || appType === "frontend";
  const manager = parameters.packageManager === "gradle" ? "gradle" : "maven";
  return {
    name: assumed("app", "no project was read"),
    version:
      parameters.version === undefined
        ? assumed(runtimeVersions("java", parameters.today).standard, "the newest long-term release")
        : given(parameters.version, "version"),
    packageManager:
      parameters.packageManager === undefined
        ? assumed(manager, "the usual case")
        : given(manager, "packageManager"),
    appType:
      parameters.appType === undefined ? assumed(appType, "the usual case") : given(appType, "appType"),
    wrapper: assumed(false, "the image brings the build tool"),
    manifests: assumed(
      manager === "maven" ? ["pom.xml"] : ["settings.gradle", "build.gradle"],
      `what ${manager} reads`,
    ),
    framework:
      parameters.framework === undefined
        ? assumed("Spring Boot", "the usual case")
        : given(parameters.framework, "framework"),
    layout: assumed("boot-layers", "Spring Boot's executable jar"),
    module: certain(""),
    jarMode: assumed("tools", "Spring Boot 3.3 or newer"),
    start: parameters.start ? given(parameters.start, "start") : certain(["java", "-jar", "app.jar"]),
    ...(serves
      ? {
          port:
            parameters.port === undefined ? assumed(8080, "the usual port") : given(parameters.port, "port"),
        }
      : {}),
    ...(serves && parameters.healthPath !== undefined
      ? { healthPath: given(parameters.healthPath, "healthPath") }
      : {}),
    runPackages: certain([]),
  };
}
