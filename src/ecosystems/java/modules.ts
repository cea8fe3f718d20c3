import type { Project } from "../../project/types.ts";
import { webProcess } from "../platforms.ts";
import type { Detection, Parameters } from "../types.ts";
import { buildFileOf, buildText, settingsFile } from "./build-files.ts";
import type { JavaFacts, JavaManager } from "./facts.ts";
import { mainClasses } from "./main-class.ts";

/** The module that ships, or the question which one it is. */
export type ModuleChoice =
  | { readonly kind: "one"; readonly folder: string }
  | { readonly kind: "none"; readonly answer: Exclude<Detection<JavaFacts>, { kind: "app" }> };

/** Chooses the module of a multi-module build that makes an application; `parameters.app` names one. */
export function chooseModule(project: Project, manager: JavaManager, parameters: Parameters): ModuleChoice {
  const modules = modulesOf(project, manager);
  const wanted = parameters.app?.replace(/^[.:]\/?/, "");
  if (wanted !== undefined) {
    const found = modules.find((folder) => folder === wanted || folder.split("/").at(-1) === wanted);
    if (found !== undefined) return { kind: "one", folder: found };
  }
  if (modules.length === 0) return { kind: "one", folder: "" };
  const all = ["", ...modules];
  const packaged = all.filter(
    (folder) => packages(project, folder, manager) || boots(project, folder, manager),
  );
  const startable =
    packaged.length > 0
      ? packaged
      : all.filter((folder) => isModule(project, folder, manager) && mainClasses(project, folder).length > 0);
  const declared = procfileModule(project);
  const named = startable.find((folder) => folder !== "" && folder === declared);
  if (wanted === undefined && named !== undefined) return { kind: "one", folder: named };
  const [only] = startable;
  if (wanted === undefined && only !== undefined && startable.length === 1)
    return { kind: "one", folder: only };
  if (startable.length === 0 && wanted === undefined)
    return {
      kind: "none",
      answer: {
        kind: "refused",
        reason: `none of the ${modules.length} modules has a main class, an application plugin or a web framework's plugin: this looks like a library`,
        found: modules
          .slice(0, 5)
          .map((folder) => ({ file: buildFileOf(project, folder, manager) ?? folder })),
        decide: "the module that starts (target), or another directory",
      },
    };
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

/** The module whose jar or installed program the Procfile starts: `java -jar shop/target/shop.jar`. */
function procfileModule(project: Project): string | undefined {
  const web = webProcess(project);
  return /(?:^|\s)(?:\.\/)?([\w./-]+)\/(?:target|build\/(?:libs|install))\//.exec(web?.command ?? "")?.[1];
}

/** Folders of the modules a build includes, without the root. Maven's may have modules of their own. */
function modulesOf(project: Project, manager: JavaManager, below = ""): readonly string[] {
  if (manager === "gradle") return gradleProjects(project).map(({ folder }) => folder);
  const prefix = below === "" ? "" : `${below}/`;
  const own = [...buildText(project, `${prefix}pom.xml`).matchAll(/<module>\s*([^<\s]+)\s*<\/module>/g)]
    .map((match) => prefix + (match[1] ?? "").replace(/\/pom\.xml$|\/$/, ""))
    .filter((folder) => project.has(`${folder}/pom.xml`));
  const deeper =
    below.split("/").length > 4 ? [] : own.flatMap((folder) => modulesOf(project, manager, folder));
  return [...new Set([...own, ...deeper])];
}

/** `include 'a', 'b:c'`, also over several lines; a project may be told to stand in another folder. */
function gradleProjects(project: Project): readonly { readonly path: string; readonly folder: string }[] {
  const settings = buildText(project, settingsFile(project) ?? "");
  const paths = [...settings.matchAll(/\binclude\b\s*(?:\(([^)]*)\)|((?:[^\n]*,\s*\n)*[^\n]*))/g)].flatMap(
    ([, called, listed]) =>
      [...(called ?? listed ?? "").matchAll(/["']:?([^"']+)["']/g)].map(([, name = ""]) => name),
  );
  const moved = new Map(
    [
      ...settings.matchAll(
        /project\(\s*["']:?([^"']+)["']\s*\)\.projectDir\s*=\s*(?:file\(|new File\([^,]*,)\s*["'](?:\$rootDir\/|\.\/)?([^"']+)["']/g,
      ),
    ].map(([, path = "", folder = ""]) => [path, folder] as const),
  );
  return [...new Set(paths)]
    .map((path) => ({ path, folder: moved.get(path) ?? path.replaceAll(":", "/") }))
    .filter(
      ({ folder }) =>
        buildFileOf(project, folder, "gradle") !== undefined ||
        // The root's build file may configure it.
        project.files.some((file) => file.startsWith(`${folder}/src/`)),
    );
}

/** The path Gradle knows the project of a folder by: `server:api`. */
export function gradlePath(project: Project, folder: string): string {
  return gradleProjects(project).find((one) => one.folder === folder)?.path ?? folder.replaceAll("/", ":");
}

const applicationPlugins =
  /spring-boot-maven-plugin|quarkus-maven-plugin|micronaut-maven-plugin|vertx-maven-plugin|<packaging>\s*(?:war|quarkus)\s*<|["'](?:org\.springframework\.boot|io\.quarkus|io\.micronaut\.(?:minimal\.)?application|io\.ktor\.plugin|war)["'](?!\)?\s*(?:version\s+\S+\s+)?apply\s+false)|libs\.plugins\.(?:spring\.?[bB]oot|quarkus|micronaut\.(?:minimal\.)?application|ktor)\b(?!\)\s*apply\s+false)/;
const packagers =
  /maven-(?:assembly|shade)-plugin|exec-maven-plugin|<mainClass>|\bmainClass(?:Name)?\b|(?<!group\s*=\s*)["']application["']|^\s*`?application`?\s*$|[sS]hadow/m;

/** The module's own build makes something that starts. */
function packages(project: Project, folder: string, manager: JavaManager): boolean {
  const file = buildFileOf(project, folder, manager);
  if (file === undefined || !isModule(project, folder, manager)) return false;
  const text = buildText(project, file);
  if (applicationPlugins.test(text)) return folder !== "" || hasSources(project, "");
  return packagers.test(text) && mainClasses(project, folder).length > 0;
}

/** A main class that starts a framework: a plugin of the build's own packages the module, whatever it is called. */
function boots(project: Project, folder: string, manager: JavaManager): boolean {
  return (
    isModule(project, folder, manager) &&
    mainClasses(project, folder).some(({ evidence: [seen] }) =>
      /SpringApplication\b|runApplication<|Micronaut\.(?:run|build)|Quarkus\.run|embeddedServer\(|EngineMain/.test(
        project.read(seen?.file ?? "") ?? "",
      ),
    )
  );
}

/** Not a parent, a platform, a plugin, or a module of tests and measurements. */
function isModule(project: Project, folder: string, manager: JavaManager): boolean {
  if (folder === "" && !hasSources(project, "")) return false;
  if (/(?:^|[-/])(?:tests?|it|e2e|benchmarks?|jmh|bom|test-\w+|shrinker)$/.test(folder)) return false;
  const text = buildText(project, buildFileOf(project, folder, manager) ?? "");
  return !/<packaging>\s*(?:pom|maven-plugin)\s*<|["'`]java-(?:platform|gradle-plugin)["'`]|`kotlin-dsl`/.test(
    text,
  );
}

function hasSources(project: Project, folder: string): boolean {
  const prefix = folder === "" ? "" : `${folder}/`;
  return project.files.some((file) => file.startsWith(`${prefix}src/main/`));
}
