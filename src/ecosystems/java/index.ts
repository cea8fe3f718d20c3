import { assumed, certain, given } from "../../project/facts.ts";
import { assumeService } from "../assume.ts";
import { ecosystem, type Parameters } from "../types.ts";
import { detectJava, javaFrameworks, readManager, recogniseJava } from "./detect.ts";
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
  manager: readManager,
  assume,
  plan: planJava,
});

function assume(parameters: Parameters): JavaFacts {
  const manager = parameters.packageManager === "gradle" ? "gradle" : "maven";
  const service = assumeService("java", parameters, "the newest long-term release");
  return {
    ...service,
    name: assumed("app", "no project was read"),
    packageManager:
      parameters.packageManager === undefined
        ? assumed(manager, "the usual case")
        : given(manager, "packageManager"),
    wrapper: assumed(false, "the image brings the build tool"),
    manifests: assumed(
      manager === "maven" ? ["pom.xml"] : ["settings.gradle", "build.gradle"],
      `what ${manager} reads`,
    ),
    framework: service.framework ?? assumed("Spring Boot", "the usual case"),
    layout: assumed("boot-layers", "Spring Boot's executable jar"),
    module: certain(""),
    jarMode: assumed("tools", "Spring Boot 3.3 or newer"),
    start: parameters.start ? given(parameters.start, "start") : certain(["java", "-jar", "app.jar"]),
    runPackages: certain([]),
  };
}
