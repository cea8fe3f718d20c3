import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import type { AppType, Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { calledPrograms } from "../called-programs.ts";
import { keptSources } from "../kept-sources.ts";
import { keyFiles, leftOut } from "../key-files.ts";
import type { Detection, Parameters, Recognition } from "../types.ts";
import { settleVersion } from "../versions.ts";
import { bootVersion, jarMode } from "./boot.ts";
import { buildFileOf, buildFilesOf, buildText, settingsFile } from "./build-files.ts";
import type { JavaFacts, JavaManager } from "./facts.ts";
import { layoutOf } from "./layout.ts";
import { healthOf, portOf, portVariable } from "./listening.ts";
import { chooseMain, declaredMain, mainClasses } from "./main-class.ts";
import { chooseModule, gradlePath } from "./modules.ts";
import { callsNode, nodeTools } from "./node-tools.ts";
import { partOfLarger } from "./parent.ts";
import { privateRepositories } from "./repositories.ts";
import { servletsOf } from "./servlets.ts";
import { dropwizardSettings, startOf } from "./start.ts";
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
    buildFileOf(project, "", "maven") ??
    buildFileOf(project, "", "gradle") ??
    settingsFile(project) ??
    polyglotFile(project);
  if (found === undefined) return undefined;
  const text = buildText(project, found);
  const builds = frontendPlugins.test(text) || callsNode.test(text);
  return { strength: 3, evidence: [{ file: found }], ...(builds ? { includes: ["node"] } : {}) };
}

const multiplatform =
  /["'](?:org\.jetbrains\.kotlin\.)?multiplatform["']|libs\.plugins\.kotlin\.?[mM]ultiplatform/;

/** Plugins that run npm, pnpm or Yarn as a part of the Java build. */
const frontendPlugins =
  /frontend-maven-plugin|com\.github\.node-gradle|com\.moowork\.node|com\.github\.eirslett|vaadin-maven-plugin|["']com\.vaadin["']|quarkus-quinoa/;

/** Libraries whose interfaces a platform of functions calls. */
const functions =
  /functions-framework-api|function-maven-plugin|aws-lambda-java-core|azure-functions-java|sf-fx-sdk/;

/** Plugins that sign and send artifacts to Maven Central. */
const released =
  /central-publishing-maven-plugin|nexus-staging-maven-plugin|maven-gpg-plugin|com\.vanniktech\.maven\.publish|nexus\.publish-plugin|\bsignPom\b|["']signing["']/;

/** A pom in another notation than XML, which an extension of Maven reads. */
function polyglotFile(project: Project): string | undefined {
  return project.has(".mvn/extensions.xml")
    ? project.files.find((file) => /^pom\.(?:ya?ml|groovy|kts|rb|scala|clj|atom|json)$/.test(file))
    : undefined;
}

/** The tool that builds; of two, the one whose wrapper is there, else Maven. */
export function readManager(project: Project, parameters: Parameters): Fact<JavaManager> {
  const gradle = gradleFile(project);
  const wanted = parameters.packageManager;
  if (wanted === "maven" || wanted === "gradle") return given(wanted, "packageManager");
  const maven = project.has("pom.xml");
  const polyglot = polyglotFile(project);
  if (!maven && gradle === undefined && polyglot !== undefined) return certain("maven", { file: polyglot });
  return maven && (gradle === undefined || project.has("mvnw") || !project.has("gradlew"))
    ? certain("maven", { file: "pom.xml" })
    : certain("gradle", { file: gradle ?? "settings.gradle" });
}

function gradleFile(project: Project): string | undefined {
  return buildFileOf(project, "", "gradle") ?? settingsFile(project);
}

/** Reads a Maven or Gradle build: Java version, framework, the module and jar that ship. */
export function detectJava(project: Project, parameters: Parameters): Detection<JavaFacts> {
  const both =
    project.has("pom.xml") && gradleFile(project) !== undefined && parameters.packageManager === undefined;
  const manager = readManager(project, parameters);
  const polyglot = project.has("pom.xml") || gradleFile(project) ? undefined : polyglotFile(project);
  if (polyglot !== undefined)
    return {
      kind: "refused",
      reason: `${clean(polyglot, 40)} is Maven's in another notation, which is not read here`,
      found: [{ file: polyglot }, { file: ".mvn/extensions.xml" }],
      decide: "a pom.xml (mvn translate:translate of the same extension writes it)",
    };
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
      reason: functions.test(text)
        ? "no main class was found: these are functions, which their platform wraps into a program"
        : "no main class, application plugin or web framework was found: this looks like a library",
      found: files.map((file) => ({ file })),
      decide: "the module that starts (target), or start (the command)",
    };
  if (layout === "classpath" && !declaredMain(text) && released.test(text) && parameters.start === undefined)
    return {
      kind: "refused",
      reason: `this looks like a library: the build releases it to Maven Central and names no program${mainClass ? ` (${clean(mainClass.value, 80)} has a main method)` : ""}`,
      found: files.slice(0, 1).map((file) => evidence(project, file, released)),
      decide: "start (the command), if one of its classes is a program",
    };
  if (manager.value === "gradle" && layout === "classpath" && !/\bplugins?\b|\balias\(/.test(text))
    return {
      kind: "refused",
      reason: "the build applies no plugin: Gradle compiles nothing",
      found: files.slice(0, 1).map((file) => ({ file })),
      decide: "a build file that applies a plugin, such as java or application",
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
      reason:
        classes.length === 0
          ? "no class has a main method, and the build names none that starts"
          : `${classes.length} classes have a main method and the build names none of them: ${classes
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
  const programs = calledPrograms(project, [".java", ".kt"], javaCall);
  const flags = mavenFlags(project, manager.value);
  const keys = keyFiles(project, [".java", ".kt"]);
  const tools = nodeTools(project, parameters.today);
  const resource = /(?:^|\/)src\/main\/resources\//;
  const kept = [
    ...keys.open.filter((file) => resource.test(file)),
    ...keptSources(project, (file) => /(?:^|\/)src\/main\//.test(file)),
    // Licence headers and readmes that a plugin of the build reads.
    ...project.files.filter((file) => /^(?:LICENSE\w*|[^/]+\.md)$/.test(file) && text.includes(file)),
  ];
  return {
    kind: "app",
    warnings: [
      ...(both
        ? [
            `pom.xml and a Gradle build are both here; ${manager.value} is used: packageManager decides otherwise`,
          ]
        : []),
      ...leftOut([...keys.closed, ...keys.open.filter((file) => !resource.test(file))]),
    ],
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
      ...(port && serves ? { port, ...portVariable(project, folder) } : {}),
      ...(health && port && serves ? { healthPath: health } : {}),
      runPackages: {
        ...likely(programs.map((program) => program.package).sort(), "programs that the code calls"),
        evidence: programs.map((program) => program.evidence),
      },
      ...privateRepositories(project, manager.value, files),
      ...(kept.length > 0 ? { kept: certain(kept) } : {}),
      ...(tools ? { node: tools.version, nodeManagers: certain(tools.managers) } : {}),
      ...(keys.closed.length > 0 ? { secretFiles: certain(keys.closed) } : {}),
      ...(configured ? { runtimeFiles: certain([configured], { file: configured }) } : {}),
    },
  };
}

/** `new ProcessBuilder("dot", …)`, `exec("ffmpeg -i …")`, or the first of a list of words that a builder is made of. */
const javaCall = (names: string): RegExp =>
  new RegExp(
    `(?:ProcessBuilder|\\.exec|CommandLine(?:\\.parse)?|(?:(?:args|arguments|commands?|cmd)\\.add|List\\.of|asList|listOf|new String\\[\\]\\s*\\{)(?=[\\s\\S]{0,4000}(?:ProcessBuilder|getRuntime\\(\\)|CommandLine)))\\(?\\s*"(?:/usr/bin/)?(${names})["\\s]`,
  );

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
