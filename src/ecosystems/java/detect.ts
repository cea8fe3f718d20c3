import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import type { AppType, Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { keptSources } from "../kept-sources.ts";
import { commandWords, readProcfile } from "../procfile.ts";
import { sources } from "../sources.ts";
import type { Detection, Parameters, Recognition } from "../types.ts";
import { settleVersion } from "../versions.ts";
import { bootVersion, jarMode } from "./boot.ts";
import { buildFileOf, buildFilesOf, buildText, settingsFile } from "./build-files.ts";
import type { JavaFacts, JavaLayout, JavaManager } from "./facts.ts";
import { healthOf, portOf } from "./listening.ts";
import { chooseMain, declaredMain, mainClasses } from "./main-class.ts";
import { chooseModule, gradlePath } from "./modules.ts";
import { partOfLarger } from "./parent.ts";
import { privateRepositories } from "./repositories.ts";
import { setting } from "./settings.ts";
import { javaVersion, wrapperGradle } from "./version.ts";

const frameworks: readonly (readonly [needle: RegExp, name: string])[] = [
  [/io\.quarkus/, "Quarkus"], [/io\.micronaut/, "Micronaut"], [/spring-boot|org\.springframework\.boot/, "Spring Boot"],
  [/io\.ktor/, "Ktor"], [/io\.helidon/, "Helidon"], [/io\.dropwizard/, "Dropwizard"], [/io\.javalin/, "Javalin"],
  [/com\.sparkjava/, "Spark"], [/io\.vertx/, "Vert.x"],
]; // biome-ignore format: a table

/** Frameworks that may be named without a project. */
export const javaFrameworks: readonly string[] = frameworks.map(([, name]) => name);

/** A Maven or Gradle build makes a Java project. */
export function recogniseJava(project: Project): Recognition | undefined {
  const found =
    buildFileOf(project, "", "maven") ?? buildFileOf(project, "", "gradle") ?? settingsFile(project);
  if (found === undefined) return undefined;
  const builds = frontendPlugins.test(buildText(project, found));
  return { strength: 3, evidence: [{ file: found }], ...(builds ? { includes: ["node"] } : {}) };
}

const multiplatform =
  /["'](?:org\.jetbrains\.kotlin\.)?multiplatform["']|libs\.plugins\.kotlin\.?[mM]ultiplatform/;

/** Plugins that run npm, pnpm or Yarn as a part of the Java build. */
const frontendPlugins =
  /frontend-maven-plugin|com\.github\.node-gradle|com\.moowork\.node|com\.github\.eirslett|vaadin-maven-plugin|["']com\.vaadin["']|quarkus-quinoa/;

/** Reads a Maven or Gradle build: Java version, framework, the module and jar that ship. */
export function detectJava(project: Project, parameters: Parameters): Detection<JavaFacts> {
  const maven = project.has("pom.xml");
  const gradle = buildFileOf(project, "", "gradle") ?? settingsFile(project);
  const wanted = parameters.packageManager;
  const both = maven && gradle !== undefined && wanted === undefined;
  const manager: Fact<JavaManager> =
    wanted === "maven" || wanted === "gradle"
      ? given(wanted, "packageManager")
      : maven && (gradle === undefined || project.has("mvnw") || !project.has("gradlew"))
        ? certain("maven", { file: "pom.xml" })
        : certain("gradle", { file: gradle ?? "settings.gradle" });
  const part = partOfLarger(project, manager.value) ?? notForServers(project, manager.value);
  if (part) return part;
  const module = chooseModule(project, manager.value, parameters);
  if (module.kind !== "one") return module.answer;
  const folder = module.folder;
  const files = buildFilesOf(project, folder, manager.value);
  const text = files.map((file) => buildText(project, file)).join("\n");
  const framework = frameworks.find(([needle]) => needle.test(text));
  const where = files.find((file) => framework?.[0].test(project.read(file) ?? "")) ?? files[0] ?? "pom.xml";
  const boot = framework?.[1] === "Spring Boot" ? bootVersion(project, files) : undefined;
  const mode = jarMode(boot);
  const classes = mainClasses(project, folder);
  const mainClass =
    chooseMain(classes, declaredMain(text)) ??
    (/helidon-microprofile/.test(text)
      ? likely("io.helidon.microprofile.cdi.Main", "Helidon MP's own main class")
      : undefined);
  const war = /<packaging>\s*war\s*<|(?:\bid\s*\(?\s*|apply plugin:\s*)["']war["']|^\s*war\s*$/m.test(
    buildText(project, buildFileOf(project, folder, manager.value) ?? ""),
  );
  const layout = layoutOf(text, {
    framework: framework?.[1],
    manager: manager.value,
    war,
    layered: mode !== undefined,
    starts: mainClass !== undefined || classes.length > 0,
    project,
    folder,
  });
  if (!layout)
    return {
      kind: "refused",
      reason: "no main class, application plugin or web framework was found: this looks like a library",
      found: files.map((file) => ({ file })),
      decide: "the module that starts (target), or start (the command)",
    };
  if (manager.value === "gradle" && layout === "classpath" && multiplatform.test(text))
    return {
      kind: "refused",
      reason:
        "a Kotlin Multiplatform build without the application plugin: what it runs with depends on its targets",
      found: files.slice(0, 1).map((file) => evidence(project, file, multiplatform)),
      decide: "the directory of a module with the application plugin (or target, where there are several)",
    };
  if ((layout === "classpath" || layout === "distribution") && mainClass === undefined && !parameters.start)
    return {
      kind: "refused",
      reason: `${classes.length} classes have a main method and the build names none of them: ${classes
        .slice(0, 6)
        .map(({ value }) => clean(value, 80))
        .join(", ")}${classes.length > 6 ? " ..." : ""}`,
      found: classes.slice(0, 6).flatMap(({ evidence: seen }) => seen),
      decide: `start: the command, such as java -cp lib/* ${clean(classes[0]?.value ?? "Main", 80)}`,
    };
  const servlets = layout === "war" ? servletsOf(project, text) : undefined;
  const stated = settleVersion(javaVersion(project, files, boot, parameters), "java", parameters);
  const version =
    servlets?.value === "jakarta" && Number(stated.value) < 11 && parameters.version === undefined
      ? {
          ...stated,
          value: "17",
          note: `the build targets ${stated.value}; a Tomcat for jakarta servlets needs a newer one`,
        }
      : stated;
  const served = { folder, text, file: where, framework: framework?.[1] };
  const port =
    layout === "war" && parameters.port === undefined
      ? assumed(8080, "Tomcat's port")
      : portOf(project, served, parameters);
  const appType: Fact<AppType> =
    parameters.appType !== undefined
      ? given(parameters.appType, "appType")
      : port
        ? certain(
            "api",
            ...(port.evidence.length > 0 ? port.evidence : [evidence(project, where, framework?.[0])]),
          )
        : likely("worker", "it listens on no port");
  const serves = appType.value === "api" || appType.value === "frontend";
  const health = healthOf(project, served, parameters);
  const wrapper =
    manager.value === "maven"
      ? project.has("mvnw") && project.has(".mvn/wrapper/maven-wrapper.properties") && !standardMaven(project)
      : project.has("gradlew") && project.has("gradle/wrapper/gradle-wrapper.jar");
  const release = wrapperGradle(project);
  const configured = framework?.[1] === "Dropwizard" ? dropwizardSettings(project, folder) : undefined;
  const start = startOf(project, layout, mainClass, configured, parameters);
  const unbound =
    layout === "jar" &&
    /<artifactId>\s*maven-assembly-plugin\b/.test(text) &&
    !/<goal>\s*single\s*</.test(text);
  const flags = mavenFlags(project, manager.value);
  const kept = [
    ...keptSources(project, (file) => /(?:^|\/)src\/main\//.test(file)),
    // Licence headers and readmes that a plugin of the build reads.
    ...project.files.filter((file) => /^(?:LICENSE\w*|[^/]+\.md)$/.test(file) && text.includes(file)),
  ];
  return {
    kind: "app",
    warnings: both
      ? [
          `pom.xml and a Gradle build are both here; ${manager.value} is used: packageManager decides otherwise`,
        ]
      : [],
    facts: {
      name: nameOf(project, folder),
      version,
      packageManager: manager,
      appType,
      wrapper: certain(wrapper),
      ...(manager.value === "gradle" && !wrapper && release !== undefined
        ? { gradle: certain(release, { file: "gradle/wrapper/gradle-wrapper.properties" }) }
        : {}),
      manifests: certain(manifestsOf(project, manager.value)),
      ...(framework ? { framework: certain(framework[1], evidence(project, where, framework[0])) } : {}),
      layout: likely(layout, "from the build's plugins"),
      module: certain(folder),
      ...(manager.value === "gradle" && folder !== ""
        ? { gradlePath: certain(gradlePath(project, folder)) }
        : {}),
      ...(war && layout === "jar" ? { archive: certain("war") } : {}),
      ...(mainClass ? { mainClass } : {}),
      ...(unbound
        ? { goals: certain("assembly:single", evidence(project, where, "maven-assembly-plugin")) }
        : {}),
      ...(flags.length > 0 ? { flags: likely(flags, "what the plugins need in a build without git") } : {}),
      ...(layout === "boot-layers" && mode !== undefined
        ? { jarMode: likely(mode, "by the Spring Boot version", ...(boot ? [boot.evidence] : [])) }
        : {}),
      ...(servlets ? { servlets } : {}),
      start,
      ...(port && serves ? { port } : {}),
      ...(health && port && serves ? { healthPath: health } : {}),
      runPackages: certain([]),
      ...privateRepositories(project, manager.value, files),
      ...(kept.length > 0 ? { kept: certain(kept) } : {}),
      ...(configured ? { runtimeFiles: certain([configured], { file: configured }) } : {}),
    },
  };
}

/** The wrapper asks for the release line that Maven's image holds: then nothing has to be downloaded for it. */
function standardMaven(project: Project): boolean {
  return /apache-maven-3\.9\.|maven-wrapper.*\b3\.9\./.test(
    project.read(".mvn/wrapper/maven-wrapper.properties") ?? "",
  );
}

/** Android and desktop applications have a build of the same kind, and nothing for a container. */
function notForServers(
  project: Project,
  manager: JavaManager,
): Extract<Detection<JavaFacts>, { kind: "refused" }> | undefined {
  const kinds = [
    ["an Android application", /com\.android\.(?:application|library)|libs\.plugins\.android\b/],
    ["a desktop application (JavaFX)", /org\.openjfx|["']javafx["']/],
    ["a desktop application (Compose)", /org\.jetbrains\.compose["']|compose\.desktop\b/],
  ] as const;
  const candidates = manager === "maven" ? ["pom.xml"] : project.glob("{,*/}{build,settings}.gradle{,.kts}");
  for (const [what, pattern] of kinds) {
    const file = candidates.find((name) => pattern.test(buildText(project, name)));
    if (file !== undefined)
      return {
        kind: "refused",
        reason: `this builds ${what}, which does not run in a container`,
        found: [evidence(project, file, pattern)],
        decide: "another directory: no parameter makes a service of it",
      };
  }
  return undefined;
}

/** Flags without which common plugins stop: there is no .git in the build, and a test jar is an artifact like others. */
function mavenFlags(project: Project, manager: JavaManager): readonly string[] {
  if (manager !== "maven") return [];
  const poms = project.files
    .filter((file) => /(^|\/)pom\.xml$/.test(file))
    .map((file) => buildText(project, file));
  return poms.some((pom) => /git-commit-id(?:-maven)?-plugin/.test(pom))
    ? ["-Dmaven.gitcommitid.skip=true"]
    : [];
}

interface Shape {
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

function layoutOf(text: string, shape: Shape): JavaLayout | undefined {
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
    /["']application["']|^\s*`?application`?\s*$|\bapplication\s*\{|io\.micronaut\.(?:minimal\.)?application|libs\.plugins\.micronaut\.(?:minimal\.)?application/m.test(
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

/** Dropwizard starts as `server FILE`: the first YAML of the module that configures its server. */
function dropwizardSettings(project: Project, folder: string): string | undefined {
  const prefix = folder === "" ? "" : `${folder}/`;
  return project.files.find(
    (file) =>
      file.startsWith(prefix) &&
      /^(?:config\/)?[^/]+\.ya?ml$/.test(file.slice(prefix.length)) &&
      /^(?:server|logging|database):/m.test(project.read(file) ?? "") &&
      !/compose/.test(file),
  );
}

/** Tomcat 10 moved from javax.servlet to jakarta.servlet: an archive runs on one side of it only. */
function servletsOf(project: Project, text: string): Fact<"javax" | "jakarta"> {
  const imported = /^import\s+(javax|jakarta)\.servlet/m;
  for (const file of sources(project, [".java", ".kt"])) {
    const found = imported.exec(project.read(file) ?? "")?.[1];
    if (found !== undefined)
      return certain(found === "javax" ? "javax" : "jakarta", evidence(project, file, imported));
  }
  const descriptor = project.files.find((file) => file.endsWith("WEB-INF/web.xml"));
  const schema = /(jakarta\.ee\/xml\/ns|xmlns\.jcp\.org|java\.sun\.com)/;
  const stated = schema.exec(project.read(descriptor ?? "") ?? "")?.[1];
  if (descriptor !== undefined && stated !== undefined)
    return certain(stated.startsWith("jakarta") ? "jakarta" : "javax", evidence(project, descriptor, schema));
  // Up to release 4 the artifacts of the group jakarta.servlet hold packages called javax.
  if (/jakarta\.servlet-api\s*<\/artifactId>\s*<version>\s*[1-4]\.|jakarta\.servlet-api:[1-4]\./.test(text))
    return certain("javax");
  const declared = /\b(javax|jakarta)[.:](?:servlet|ee|platform)/.exec(text)?.[1];
  if (declared === undefined) return assumed("jakarta", "no servlet is seen; the current API");
  return certain(declared === "javax" ? "javax" : "jakarta");
}

function startOf(
  project: Project,
  layout: JavaLayout,
  mainClass: Fact<string> | undefined,
  configured: string | undefined,
  parameters: Parameters,
): Fact<readonly string[]> {
  if (parameters.start) return given(parameters.start, "start");
  const main = mainClass?.value ?? "Main";
  const program =
    layout === "quarkus"
      ? ["java", "-jar", "quarkus-run.jar"]
      : layout === "distribution" || layout === "classpath"
        ? ["java", "-cp", "lib/*", main]
        : layout === "war"
          ? ["catalina.sh", "run"]
          : ["java", "-jar", "app.jar"];
  const web = readProcfile(project).find(({ type }) => type === "web");
  const words =
    web === undefined ? undefined : commandWords(web.command.replace(/\$JAVA_OPTS\s*/g, ""), undefined);
  const jar = words?.findIndex((word) => /\.(?:jar|war)$/.test(word)) ?? -1;
  const declared = jar < 0 || layout !== "jar" ? [] : (words ?? []).slice(jar + 1);
  if (web !== undefined && declared.length > 0) return certain([...program, ...declared], web.evidence);
  if (configured !== undefined)
    return likely(
      [...program, "server", configured.split("/").at(-1) ?? configured],
      "how Dropwizard starts",
      {
        file: configured,
      },
    );
  return certain(program, ...(mainClass && program.includes(main) ? mainClass.evidence : []));
}

function manifestsOf(project: Project, manager: JavaManager): readonly string[] {
  const wanted =
    manager === "maven"
      ? /(^|\/)pom(?:\.[\w-]+)?\.xml$|^mvnw$|^\.mvn\//
      : /(^|\/)(build|settings)\.gradle(\.kts)?$|^gradle\.properties$|^gradlew$|^gradle\/|^(?:buildSrc|build-logic)\/|(^|\/)gradle\.lockfile$/;
  return project.files.filter(
    (file) => wanted.test(file) && !/(^|\/)src\//.test(file.replace(/^(?:buildSrc|build-logic)\/.*/, "")),
  );
}

function nameOf(project: Project, folder: string): Fact<string> {
  const pom = folder === "" ? "pom.xml" : `${folder}/pom.xml`;
  const artifact = /<artifactId>\s*([^<\s]+)\s*</.exec(
    (project.read(pom) ?? "").replace(/<parent>[\s\S]*?<\/parent>/, "").replace(/<!--[\s\S]*?-->/g, ""),
  )?.[1];
  if (artifact !== undefined) return certain(artifact, evidence(project, pom, `<artifactId>${artifact}`));
  const settings = settingsFile(project);
  const root = /rootProject\.name\s*=\s*["']([^"']+)/.exec(project.read(settings ?? "") ?? "")?.[1];
  if (folder !== "") return certain(folder.split("/").at(-1) ?? folder);
  return root === undefined
    ? likely(project.name, "the folder's name")
    : certain(root, evidence(project, settings ?? "", "rootProject.name"));
}
