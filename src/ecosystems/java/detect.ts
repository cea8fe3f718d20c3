import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import type { AppType, Evidence, Fact, Project } from "../../project/types.ts";
import { findHealthPath } from "../health-path.ts";
import { sources } from "../sources.ts";
import type { Detection, Parameters, Recognition } from "../types.ts";
import { runtimeVersions, settleVersion } from "../versions.ts";
import type { JavaFacts, JavaLayout, JavaManager } from "./facts.ts";
import { javaMounting } from "./mounting.ts";

const frameworks: readonly (readonly [needle: string, name: string])[] = [
  ["spring-boot", "Spring Boot"], ["io.quarkus", "Quarkus"], ["io.micronaut", "Micronaut"], ["io.ktor", "Ktor"],
  ["io.helidon", "Helidon"], ["io.dropwizard", "Dropwizard"], ["io.javalin", "Javalin"], ["com.sparkjava", "Spark"], ["io.vertx", "Vert.x"],
]; // biome-ignore format: a table

/** Frameworks that may be named without a project. */
export const javaFrameworks: readonly string[] = frameworks.map(([, name]) => name);

const buildFiles = ["pom.xml", "build.gradle", "build.gradle.kts"];

/** A Maven or Gradle build makes a Java project. */
export function recogniseJava(project: Project): Recognition | undefined {
  const found =
    buildFiles.find((file) => project.has(file)) ??
    ["settings.gradle", "settings.gradle.kts"].find((file) => project.has(file));
  return found === undefined ? undefined : { strength: 3, evidence: [{ file: found }] };
}

/** Reads a Maven or Gradle build: Java version, framework, the module and jar that ship. */
export function detectJava(project: Project, parameters: Parameters): Detection<JavaFacts> {
  const maven = project.has("pom.xml");
  const gradle =
    buildFiles.slice(1).some((file) => project.has(file)) ||
    project.has("settings.gradle") ||
    project.has("settings.gradle.kts");
  const wanted = parameters.packageManager;
  const both = maven && gradle && wanted === undefined;
  const manager: Fact<JavaManager> =
    wanted === "maven" || wanted === "gradle"
      ? given(wanted, "packageManager")
      : maven && (!gradle || project.has("mvnw") || !project.has("gradlew"))
        ? certain("maven", { file: "pom.xml" })
        : certain("gradle", {
            file: buildFiles.slice(1).find((file) => project.has(file)) ?? "settings.gradle",
          });
  const module = chooseModule(project, manager.value, parameters);
  if (module.kind !== "one") return module.answer;
  const files = buildFilesOf(project, module.folder, manager.value);
  const text = files.map((file) => project.read(file) ?? "").join("\n");
  const framework = frameworks.find(([needle]) => text.includes(needle));
  const where =
    files.find((file) => framework !== undefined && (project.read(file) ?? "").includes(framework[0])) ??
    files[0] ??
    "pom.xml";
  const version = settleVersion(versionOf(project, files, parameters), "java", parameters);
  const layout = layoutOf(project, text, framework?.[1], manager.value, module.folder);
  if (!layout) {
    return {
      kind: "refused",
      reason: "no main class, application plugin or web framework was found: this looks like a library",
      found: files.map((file) => ({ file })),
      decide: "the module that starts (target), or start (the command)",
    };
  }
  const boot = /spring-boot[^0-9]{0,120}?(\d+)\.(\d+)\.\d+/s.exec(text);
  const tools = boot === null || Number(boot[1]) > 3 || (Number(boot[1]) === 3 && Number(boot[2]) >= 3);
  const port =
    layout === "war"
      ? parameters.port === undefined
        ? assumed(8080, "Tomcat's port")
        : given(parameters.port, "port")
      : portOf(project, module.folder, framework?.[1], parameters);
  const appType: Fact<AppType> =
    parameters.appType !== undefined
      ? given(parameters.appType, "appType")
      : port
        ? certain(
            "api",
            ...(port.evidence.length > 0 ? port.evidence : [evidence(project, where, framework?.[0])]),
          )
        : likely("worker", "it listens on no port");
  const served = appType.value === "api" || appType.value === "frontend";
  const health = healthOf(project, text, framework?.[1], parameters);
  const wrapper =
    manager.value === "maven"
      ? project.has("mvnw") && project.has(".mvn/wrapper/maven-wrapper.properties") && !standardMaven(project)
      : project.has("gradlew") && project.has("gradle/wrapper/gradle-wrapper.jar");
  const mainClass = mainClassOf(project, text, module.folder);
  const start = startOf(layout, mainClass, parameters);
  const unbound =
    layout === "jar" &&
    /<artifactId>\s*maven-assembly-plugin\b/.test(text) &&
    !/<goal>\s*single\s*</.test(text);
  return {
    kind: "app",
    warnings: both
      ? [
          `pom.xml and a Gradle build are both here; ${manager.value} is used: packageManager decides otherwise`,
        ]
      : [],
    facts: {
      name: nameOf(project, module.folder),
      version,
      packageManager: manager,
      appType,
      wrapper: certain(wrapper),
      manifests: certain(manifestsOf(project, manager.value)),
      ...(framework ? { framework: certain(framework[1], evidence(project, where, framework[0])) } : {}),
      layout: likely(layout, "from the build's plugins"),
      module: certain(module.folder),
      ...(mainClass ? { mainClass } : {}),
      ...(unbound
        ? { goals: certain("assembly:single", evidence(project, where, "maven-assembly-plugin")) }
        : {}),
      ...(layout === "boot-layers"
        ? { jarMode: likely(tools ? "tools" : "layertools", "by the Spring Boot version") }
        : {}),
      ...(layout === "war" ? { servlets: servletsOf(project, text) } : {}),
      start,
      ...(port && served ? { port } : {}),
      ...(health && port && served ? { healthPath: health } : {}),
      runPackages: certain([]),
    },
  };
}

/** The wrapper asks for the release line that Maven's image holds: then nothing has to be downloaded for it. */
function standardMaven(project: Project): boolean {
  return /apache-maven-3\.9\.|maven-wrapper.*\b3\.9\./.test(
    project.read(".mvn/wrapper/maven-wrapper.properties") ?? "",
  );
}

function chooseModule(
  project: Project,
  manager: JavaManager,
  parameters: Parameters,
):
  | { kind: "one"; folder: string }
  | { kind: "none"; answer: Exclude<Detection<JavaFacts>, { kind: "app" }> } {
  const modules = modulesOf(project, manager);
  const wanted = parameters.app?.replace(/^[.:]\/?/, "");
  if (wanted !== undefined) {
    const found = modules.find((folder) => folder === wanted || folder.split("/").at(-1) === wanted);
    if (found !== undefined) return { kind: "one", folder: found };
  }
  if (modules.length === 0) return { kind: "one", folder: "" };
  const startable = ["", ...modules].filter((folder) => starts(project, folder, manager));
  const [only] = startable;
  if (wanted === undefined && only !== undefined && startable.length === 1)
    return { kind: "one", folder: only };
  return {
    kind: "none",
    answer: {
      kind: "choice",
      apps: (startable.length > 0 ? startable : modules).map((folder) => ({
        name: folder.split("/").at(-1) || project.name,
        path: folder,
        what: `${manager} module`,
      })),
      why:
        wanted === undefined
          ? "the build has several modules that could ship"
          : `no module is called ${wanted}`,
    },
  };
}

function modulesOf(project: Project, manager: JavaManager): readonly string[] {
  if (manager === "maven") {
    return [
      ...(project.read("pom.xml") ?? "")
        .replace(/<!--[\s\S]*?-->/g, "")
        .matchAll(/<module>\s*([^<\s]+)\s*<\/module>/g),
    ]
      .map((match) => match[1] ?? "")
      .filter((folder) => project.has(`${folder}/pom.xml`));
  }
  const settings = project.read("settings.gradle") ?? project.read("settings.gradle.kts") ?? "";
  return [...settings.matchAll(/include\s*\(?([^\n)]*)/g)]
    .flatMap((match) =>
      [...(match[1] ?? "").matchAll(/["']:?([^"']+)["']/g)].map((name) =>
        (name[1] ?? "").replaceAll(":", "/"),
      ),
    )
    .filter((folder) => project.has(`${folder}/build.gradle`) || project.has(`${folder}/build.gradle.kts`));
}

function starts(project: Project, folder: string, manager: JavaManager): boolean {
  const own = buildFilesOf(project, folder, manager).at(-1) ?? "";
  const text = project.read(own) ?? "";
  if (folder === "" && !project.files.some((file) => file.startsWith("src/main/"))) return false;
  return (
    /spring-boot-maven-plugin|org\.springframework\.boot|quarkus-maven-plugin|io\.quarkus|micronaut|ktor|shadow|assembly-plugin|mainClass|\bapplication\b/.test(
      text,
    ) && !/java-library/.test(text)
  );
}

/** The root build file, then the module's. */
function buildFilesOf(project: Project, folder: string, manager: JavaManager): readonly string[] {
  const names =
    manager === "maven"
      ? ["pom.xml"]
      : ["build.gradle", "build.gradle.kts", "gradle/libs.versions.toml", "gradle.properties"];
  const own = folder === "" ? [] : names.map((name) => `${folder}/${name}`);
  return [...names, ...own].filter((file) => project.has(file));
}

function versionOf(project: Project, files: readonly string[], parameters: Parameters): Fact<string> {
  const { standard, supported } = runtimeVersions("java", parameters.today);
  const major = (version: string): string => version.replace(/^1\./, "").split(".")[0] ?? version;
  if (parameters.version !== undefined) return given(major(parameters.version), "version");
  const patterns: readonly RegExp[] = [
    /<(?:java\.version|maven\.compiler\.release|release|maven\.compiler\.target|jdk\.version)>\s*(\d+(?:\.\d+)?)\s*</,
    /JavaLanguageVersion\.of\(\s*["']?(\d+)/,
    /jvmToolchain\(\s*(\d+)/,
    /(?:sourceCompatibility|targetCompatibility)\s*[=(]?\s*(?:JavaVersion\.VERSION_|["'])?(\d+(?:[._]\d+)?)/,
    /jvmTarget\s*[=.(]+\s*(?:set\()?(?:JvmTarget\.JVM_|["'])(\d+)/,
  ];
  const candidates = [...files].reverse().flatMap((file) =>
    patterns.flatMap((pattern) => {
      const found = pattern.exec(project.read(file) ?? "")?.[1];
      return found === undefined
        ? []
        : [{ value: major(found.replace("_", ".")), evidence: evidence(project, file, pattern) }];
    }),
  );
  for (const [file, pattern] of [
    [".java-version", /(\d+)/],
    [".sdkmanrc", /java=(\d+)/],
    [".tool-versions", /^java\s+\D*(\d+)/m],
    ["system.properties", /java\.runtime\.version=(\d+)/],
  ] as const) {
    const found = pattern.exec(project.read(file) ?? "")?.[1];
    if (found !== undefined)
      candidates.unshift({ value: major(found), evidence: evidence(project, file, pattern) });
  }
  const [first] = candidates;
  if (first === undefined)
    return assumed(standard, "the build states no Java version; the newest LTS is taken");
  const lts = ["8", "11", "17", "21", "25"];
  const image =
    lts.includes(first.value) || supported.includes(first.value)
      ? first.value
      : (lts.find((version) => Number(version) >= Number(first.value)) ?? standard);
  return image === first.value
    ? certain(image, first.evidence)
    : {
        ...certain(image, first.evidence),
        note: `the build targets ${first.value}; ${image} is the next long-term release with an image`,
      };
}

function layoutOf(
  project: Project,
  text: string,
  framework: string | undefined,
  manager: JavaManager,
  folder: string,
): JavaLayout | undefined {
  if (
    /<packaging>\s*war\s*<|(?:\bid\s*\(?\s*|apply plugin:\s*)["']war["']/.test(text) &&
    framework !== "Spring Boot"
  )
    return "war";
  if (framework === "Spring Boot") return "boot-layers";
  if (framework === "Quarkus") return "quarkus";
  if (
    /maven-shade-plugin|maven-assembly-plugin|com\.(?:github\.johnrengelman|gradleup)\.shadow|shadowJar|io\.ktor\.plugin/.test(
      text,
    )
  )
    return "jar";
  if (manager === "gradle" && /\bapplication\b|mainClass/.test(text)) return "distribution";
  if (framework === "Micronaut") return "jar";
  const prefix = folder === "" ? "" : `${folder}/`;
  const main = sources(project, [".java", ".kt"]).some(
    (file) =>
      file.startsWith(prefix) &&
      /static\s+(?:final\s+)?void\s+main\s*\(|^fun main\(/m.test(project.read(file) ?? ""),
  );
  return main ? (manager === "maven" ? "classpath" : "distribution") : undefined;
}

function mainClassOf(project: Project, text: string, folder: string): Fact<string> | undefined {
  const declared = /(?:<mainClass>|mainClass(?:Name)?\s*(?:=|\.set\()\s*["'])\s*([\w.$]+)/.exec(text)?.[1];
  if (declared !== undefined) return certain(declared);
  const prefix = folder === "" ? "" : `${folder}/`;
  for (const file of sources(project, [".java", ".kt"])) {
    if (!file.startsWith(prefix)) continue;
    const body = project.read(file) ?? "";
    if (!/static\s+(?:final\s+)?void\s+main\s*\(|^fun main\(/m.test(body)) continue;
    const name =
      file
        .split("/")
        .at(-1)
        ?.replace(/\.(java|kt)$/, "") ?? "Main";
    const pack = /^package\s+([\w.]+)/m.exec(body)?.[1];
    const className = file.endsWith(".kt") ? `${name}Kt` : name;
    return certain(
      pack === undefined ? className : `${pack}.${className}`,
      evidence(project, file, /main\s*\(/),
    );
  }
  return undefined;
}

/** Tomcat 10 moved from javax.servlet to jakarta.servlet: an archive runs on one side of it only. */
function servletsOf(project: Project, text: string): Fact<"javax" | "jakarta"> {
  const wanted = /\b(javax|jakarta)[.:](?:servlet|ee|platform)/;
  const declared = wanted.exec(text)?.[1];
  const file = sources(project, [".java", ".kt"]).find((name) => wanted.test(project.read(name) ?? ""));
  const found = declared ?? (file === undefined ? undefined : wanted.exec(project.read(file) ?? "")?.[1]);
  if (found === undefined) return assumed("jakarta", "no servlet is seen; the current API");
  return file === undefined
    ? certain(found === "javax" ? "javax" : "jakarta")
    : certain(found === "javax" ? "javax" : "jakarta", evidence(project, file, wanted));
}

function startOf(
  layout: JavaLayout,
  mainClass: Fact<string> | undefined,
  parameters: Parameters,
): Fact<readonly string[]> {
  if (parameters.start) return given(parameters.start, "start");
  const main = mainClass?.value ?? "Main";
  switch (layout) {
    case "quarkus":
      return certain(["java", "-jar", "quarkus-run.jar"]);
    case "distribution":
    case "classpath":
      return mainClass
        ? certain(["java", "-cp", "lib/*", main], ...mainClass.evidence)
        : assumed(["java", "-cp", "lib/*", main], "no main class was found");
    case "war":
      return certain(["catalina.sh", "run"]);
    default:
      return certain(["java", "-jar", "app.jar"]);
  }
}

function portOf(
  project: Project,
  folder: string,
  framework: string | undefined,
  parameters: Parameters,
): Fact<number> | undefined {
  if (parameters.port !== undefined) return given(parameters.port, "port");
  const prefix = folder === "" ? "" : `${folder}/`;
  const settings = project.files.filter(
    (file) =>
      file.startsWith(`${prefix}src/main/resources/application`) &&
      /application\.(properties|ya?ml|conf)$/.test(file),
  );
  const patterns: readonly RegExp[] = [
    /^\s*(?:server|quarkus\.http|micronaut\.server)\.port\s*[=:]\s*(?:\$\{\w+:)?(\d+)/m,
    /^(?:server|ktor|micronaut):[\s\S]*?\bport:\s*(?:\$\{\w+:)?(\d+)/m,
    /\bport\s*=\s*(\d+)/,
  ];
  for (const file of settings) {
    for (const pattern of patterns) {
      const found = pattern.exec(project.read(file) ?? "")?.[1];
      if (found !== undefined && found !== "0") return certain(Number(found), evidence(project, file, found));
    }
  }
  const pattern =
    /(?:embeddedServer\([^)]*port\s*=\s*|\.start\(\s*|InetSocketAddress\(\s*|\bport\(\s*|listen\(\s*|PORT"\)?[^\n;]{0,60}?)(\d{4,5})/;
  for (const file of sources(project, [".java", ".kt"])) {
    if (!file.startsWith(prefix)) continue;
    const found = pattern.exec(project.read(file) ?? "")?.[1];
    if (found !== undefined) return certain(Number(found), evidence(project, file, pattern));
  }
  const text = buildFilesOf(project, folder, project.has("pom.xml") ? "maven" : "gradle")
    .map((file) => project.read(file) ?? "")
    .join("\n");
  const web =
    framework === "Spring Boot"
      ? /starter-(web|webmvc|webflux|jersey|data-rest|graphql|thymeleaf)|spring-web/.test(text)
      : framework !== undefined;
  return web
    ? assumed(
        framework === "Javalin" ? 7070 : framework === "Spark" ? 4567 : 8080,
        "the framework's usual port",
      )
    : undefined;
}

function healthOf(
  project: Project,
  text: string,
  framework: string | undefined,
  parameters: Parameters,
): Fact<string> | undefined {
  if (parameters.healthPath !== undefined) return given(parameters.healthPath, "healthPath");
  const found = (file: string, needle: string): Evidence => evidence(project, file, needle);
  const build = buildFiles.find((file) => project.has(file)) ?? "pom.xml";
  if (framework === "Spring Boot" && text.includes("actuator"))
    return certain("/actuator/health", found(build, "actuator"));
  if (framework === "Quarkus" && text.includes("smallrye-health"))
    return certain("/q/health", found(build, "smallrye-health"));
  if (framework === "Micronaut" && text.includes("micronaut-management"))
    return certain("/health", found(build, "micronaut-management"));
  return findHealthPath(project, [".java", ".kt"], javaMounting);
}

function manifestsOf(project: Project, manager: JavaManager): readonly string[] {
  const wanted =
    manager === "maven"
      ? /(^|\/)pom\.xml$|^mvnw$|^\.mvn\//
      : /(^|\/)(build|settings)\.gradle(\.kts)?$|^gradle\.properties$|^gradlew$|^gradle\/|^buildSrc\/|(^|\/)gradle\.lockfile$/;
  return project.files.filter(
    (file) => wanted.test(file) && !/(^|\/)src\//.test(file.replace(/^buildSrc\//, "")),
  );
}

function nameOf(project: Project, folder: string): Fact<string> {
  const pom = folder === "" ? "pom.xml" : `${folder}/pom.xml`;
  const artifact = /<artifactId>\s*([^<\s]+)\s*</.exec(
    (project.read(pom) ?? "").replace(/<parent>[\s\S]*?<\/parent>/, "").replace(/<!--[\s\S]*?-->/g, ""),
  )?.[1];
  if (artifact !== undefined) return certain(artifact, evidence(project, pom, `<artifactId>${artifact}`));
  const settings = ["settings.gradle", "settings.gradle.kts"].find((file) => project.has(file));
  const root = /rootProject\.name\s*=\s*["']([^"']+)/.exec(project.read(settings ?? "") ?? "")?.[1];
  if (folder !== "") return certain(folder.split("/").at(-1) ?? folder);
  return root === undefined
    ? likely(project.name, "the folder's name")
    : certain(root, evidence(project, settings ?? "", "rootProject.name"));
}
