import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import { projectOf } from "../../project/project.ts";
import type { AppType, Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { calledPrograms } from "../called-programs.ts";
import { servedFrontend } from "../frontend.ts";
import { findHealthPath } from "../health-path.ts";
import { keptSources } from "../kept-sources.ts";
import { keyFiles, leftOut } from "../key-files.ts";
import { findPortVariable } from "../port-variable.ts";
import type { Detection, Parameters, Recognition } from "../types.ts";
import { runtimeVersions, settleVersion } from "../versions.ts";
import { serverArguments } from "./arguments.ts";
import { cgoFact } from "./cgo.ts";
import { readEmbedded } from "./embedded.ts";
import type { GoFacts } from "./facts.ts";
import { functionsMain, registeredFunctions } from "./functions.ts";
import { importPath, lockFiles, vendorsSources } from "./gopath.ts";
import { listensElsewhere, loopbackDefault, portOf } from "./listening.ts";
import { chooseMain, mainPackages, nestedModules, packageOf } from "./main-package.ts";
import { goMounting } from "./mounting.ts";
import { outsideModule } from "./outside.ts";
import { privateModules } from "./private-modules.ts";
import { runtimeFiles } from "./runtime-files.ts";

const frameworks: readonly (readonly [module: string, name: string])[] = [
  ["github.com/gin-gonic/gin", "Gin"], ["github.com/labstack/echo", "Echo"], ["github.com/gofiber/fiber", "Fiber"],
  ["github.com/go-chi/chi", "Chi"], ["github.com/gorilla/mux", "gorilla/mux"], ["google.golang.org/grpc", "gRPC"],
  ["github.com/beego/beego", "Beego"], ["connectrpc.com/connect", "Connect"],
]; // biome-ignore format: a table

/** Frameworks that may be named without a project. */
export const goFrameworks: readonly string[] = ["net/http", ...frameworks.map(([, name]) => name)];

/** Modules of programs that draw in a terminal, and of those that open a window. */
const terminals =
  /github\.com\/(?:gdamore\/tcell|charmbracelet\/bubbletea|nsf\/termbox-go|rivo\/tview|jroimartin\/gocui|jesseduffield\/gocui)\b|charm\.land\/bubbletea/;
const windows = /fyne\.io\/fyne|github\.com\/wailsapp\/wails|gioui\.org |github\.com\/hajimehoshi\/ebiten/;

/** go.mod makes a Go module, go.work a workspace; loose files count only when nothing else is there. */
export function recogniseGo(project: Project): Recognition | undefined {
  if (project.has("go.mod") || project.has("go.work")) {
    return { strength: 3, evidence: [{ file: project.has("go.mod") ? "go.mod" : "go.work" }] };
  }
  const own = vendorsSources(project) ? /^(?!vendor\/).*\.go$/ : /^[^/]+\.go$/;
  const loose = project.files.filter((file) => own.test(file));
  return loose.length > 0 ? { strength: 1, evidence: [{ file: loose[0] ?? "main.go" }] } : undefined;
}

/** Modules, by what declares them. */
export function readManager(project: Project): Fact<"modules"> {
  const file = ["go.mod", "go.work"].find((name) => project.has(name));
  return file === undefined
    ? likely(
        "modules",
        vendorsSources(project)
          ? "there is no go.mod: vendor/ is built from, as before modules"
          : "there is no go.mod: one is made in the build",
      )
    : certain("modules", { file });
}

/** Reads a Go module: the package to build, cgo, port, routes. */
export function detectGo(whole: Project, parameters: Parameters): Detection<GoFacts> {
  const project = ownModule(whole);
  const outside = outsideModule(project);
  if (outside) return outside;
  const own = mainPackages(project);
  const wrapped = own.length === 0 ? registeredFunctions(project) : undefined;
  const mains = wrapped ? [{ folder: functionsMain, evidence: wrapped.evidence }] : own;
  const chosen = chooseMain(project, whole, mains, parameters);
  if (chosen.kind !== "one") return chosen.answer;
  const { main } = chosen;
  const goMod = project.read("go.mod") ?? "";
  const framework = frameworks.find(([module]) => goMod.includes(module));
  const window = windows.exec(goMod)?.[0].trim();
  if (window !== undefined && !framework)
    return {
      kind: "refused",
      reason: `a desktop application (${window}): it opens a window, which a container does not have`,
      found: [evidence(project, "go.mod", window)],
      decide: "another directory: no parameter makes a service of it",
    };
  const listened =
    wrapped && parameters.port === undefined
      ? assumed(8080, "what platforms give to functions as PORT")
      : portOf(
          project,
          main.folder,
          mains
            .map(({ folder }) => folder)
            .filter(
              (folder) => folder !== "" && folder !== main.folder && !main.folder.startsWith(`${folder}/`),
            ),
          parameters,
        );
  const terminal = listened?.confidence === "assumed" && !framework && terminals.test(goMod);
  const port = terminal ? undefined : listened;
  const serves = port !== undefined;
  const loopback = serves ? loopbackDefault(project, main.folder, port) : undefined;
  const words = serves && parameters.start === undefined ? serverArguments(project) : undefined;
  const appType: Fact<AppType> =
    parameters.appType !== undefined
      ? given(parameters.appType, "appType")
      : serves
        ? certain("api", ...port.evidence)
        : likely("cli", terminal ? "it draws in a terminal" : "it listens on no port");
  const cgo = cgoFact(project, goMod);
  const legacy = vendorsSources(project);
  const path = project.has("go.mod") || project.has("go.work") ? undefined : importPath(project);
  const name =
    main.folder === "" || wrapped
      ? (moduleName(goMod) ?? path?.split("/").at(-1) ?? project.name)
      : (main.folder.split("/").at(-1) ?? project.name);
  const route = findHealthPath(project, [".go"], goMounting);
  const health =
    parameters.healthPath !== undefined
      ? given(parameters.healthPath, "healthPath")
      : route && port && listensElsewhere(project, route, port)
        ? undefined
        : route;
  const sum = missingSum(project, goMod);
  const embedded = readEmbedded(project, parameters);
  const shown = embedded.frontend ? undefined : servedFrontend(project, [".go"], parameters);
  const closed = privateModules(project);
  const packages = importedFolders(project);
  const unread = lockFiles.find((file) => project.has(file));
  const keys = keyFiles(project, [".go"]);
  const programs = calledPrograms(project, [".go"], goCall);
  const served = appType.value === "api" || appType.value === "frontend";
  return {
    kind: "app",
    warnings: [
      ...(project.has("go.mod") || project.has("go.work")
        ? []
        : legacy
          ? [
              "no go.mod: the build takes vendor/ in GOPATH mode, which go keeps for old projects; run go mod init and commit it",
            ]
          : [
              `no go.mod: the build makes one and takes the newest modules${unread === undefined ? "" : `, as go does not read ${unread} any more`}; run go mod init and commit it`,
            ]),
      ...(sum
        ? [
            `go.sum has no checksum of ${clean(sum.value, 80)}: the build takes what it finds; run go mod tidy and commit go.sum`,
          ]
        : []),
      ...(loopback
        ? [
            `${clean(loopback.file, 80)}:${loopback.line ?? 1} listens on loopback unless told otherwise: give the container 0.0.0.0 as its address, by the program's flag or environment`,
          ]
        : []),
      ...embedded.warnings,
      ...(wrapped && wrapped.names.length > 1
        ? [
            `several functions are registered (${wrapped.names
              .slice(0, 6)
              .map((one) => clean(one, 40))
              .join(", ")}), each below its name: FUNCTION_TARGET picks one for the root`,
          ]
        : []),
      ...leftOut(
        [...keys.open, ...keys.closed].filter(
          (file) => !embedded.present.some((path) => file === path || file.startsWith(`${path}/`)),
        ),
      ),
    ],
    facts: {
      name: likely(name, "the module's or command's name"),
      version: settleVersion(versionOf(project, parameters), "go", parameters),
      packageManager: readManager(project),
      appType,
      mainPackage:
        chosen.others === undefined
          ? certain(packageOf(main), main.evidence)
          : {
              ...likely(packageOf(main), "by its name; target picks another", main.evidence),
              alternatives: chosen.others.map(packageOf),
            },
      manifests: certain([
        ...["go.mod", "go.sum", "go.work", "go.work.sum"].filter((file) => project.has(file)),
        ...(project.has("go.work") ? project.glob("*/**/{go.mod,go.sum}") : localModules(project, goMod)),
      ]),
      ...(framework ? { framework: certain(framework[1], evidence(project, "go.mod", framework[0])) } : {}),
      ...(port && served ? { port } : {}),
      ...(wrapped
        ? { functions: certain(wrapped, wrapped.evidence), portVariable: certain("PORT", wrapped.evidence) }
        : port && served
          ? findPortVariable(project, [".go"], portVariable)
          : {}),
      ...(health && port && served ? { healthPath: health } : {}),
      start: parameters.start
        ? given(parameters.start, "start")
        : words
          ? { ...words, value: [`/usr/local/bin/${name}`, ...words.value] }
          : certain([`/usr/local/bin/${name}`], main.evidence),
      cgo,
      vendored: certain(legacy || vendored(project, goMod)),
      ...(path === undefined ? {} : { importPath: likely(path, "what the project imports itself by") }),
      ...(legacy ? { gopath: certain(true) } : {}),
      ...(sum ? { missingSum: sum } : {}),
      ...(closed ? { privateModules: closed } : {}),
      ...(embedded.present.length > 0 ? { embedded: certain(embedded.present) } : {}),
      ...(packages.length > 0 ? { packages: certain(packages) } : {}),
      ...(shown ? { servedFrontend: certain(shown, shown.evidence) } : {}),
      ...(embedded.frontend ? { frontend: certain(embedded.frontend, embedded.frontend.evidence) } : {}),
      buildPackages: certain([]),
      runPackages: {
        ...likely(programs.map((program) => program.package).sort(), "programs that the code calls"),
        evidence: programs.map((program) => program.evidence),
      },
      runtimeFiles: withoutBuilt(runtimeFiles(project, embedded.present), shown?.output),
    },
  };
}

/** Without the sources of a front end of which only the result is served. */
function withoutBuilt(files: Fact<readonly string[]>, output: string | undefined): Fact<readonly string[]> {
  return { ...files, value: files.value.filter((path) => !output?.startsWith(`${path}/`)) };
}

/** `exec.Command("dot", …)`, with a context or not. */
const goCall = (names: string): RegExp =>
  new RegExp(`exec\\.Command(?:Context)?\\(\\s*(?:\\w+(?:\\.\\w+\\(\\))?,\\s*)?"(?:/usr/bin/)?(${names})"`);

/** Go builds from vendor/ of itself since the language version 1.14. */
function vendored(project: Project, goMod: string): boolean {
  const [, major = "1", minor = "14"] = /^go (\d+)\.(\d+)/m.exec(goMod) ?? [];
  return project.has("vendor/modules.txt") && (Number(major) > 1 || Number(minor) >= 14);
}

/** Packages of the program in folders that are called like documentation or tests. */
function importedFolders(project: Project): readonly string[] {
  const folders = keptSources(
    project,
    (file) => file.endsWith(".go") && !file.endsWith("_test.go") && !file.startsWith("vendor/"),
  );
  if (folders.length === 0) return [];
  const bodies = project.files
    .filter((file) => file.endsWith(".go") && !file.endsWith("_test.go") && !file.startsWith("vendor/"))
    .map((file) => project.read(file) ?? "");
  return folders.filter((folder) => {
    const imported = new RegExp(`"[^"\\n]+/${folder.replace(/[.+]/g, "\\$&")}(?:/[^"]*)?"`);
    return bodies.some((body) => imported.test(body));
  });
}

/** The files of this module: a folder with a go.mod of its own is another one, unless this one takes it in. */
function ownModule(project: Project): Project {
  if (project.has("go.work")) return project;
  const taken = localModules(project, project.read("go.mod") ?? "").map((file) => file.replace(/[^/]+$/, ""));
  const others = nestedModules(project)
    .map((folder) => `${folder}/`)
    .filter((folder) => !taken.includes(folder));
  if (others.length === 0) return project;
  return projectOf({
    name: project.name,
    files: project.files.filter((file) => !others.some((folder) => file.startsWith(folder))),
    truncated: project.truncated,
    load: (file) => project.read(file),
  });
}

/** `os.Getenv("PORT")`, or another `…_PORT` that is read into a variable called port. */
const portVariable =
  /(?:(?:Getenv|LookupEnv)\(\s*"(?=PORT")|(?:&port|\bport\w*\s*:?=\s*[\w.]*[eE]nv\w*)\s*[(,]\s*")((?:[A-Z][A-Z0-9]*_)*PORT)"/;

/** Manifests of modules that go.mod replaces by a folder of the project: go reads them before it downloads anything. */
function localModules(project: Project, goMod: string): readonly string[] {
  if (project.has("vendor/modules.txt")) return [];
  return [...goMod.matchAll(/=>\s*\.\/(\S+?)\/?\s*$/gm)]
    .flatMap(([, folder = ""]) => [`${folder}/go.mod`, `${folder}/go.sum`])
    .filter((file) => project.has(file));
}

/** The first module of go.mod that go.sum knows nothing of. Vendored and workspace builds do without. */
function missingSum(project: Project, goMod: string): Fact<string> | undefined {
  if (project.has("vendor/modules.txt") || project.has("go.work")) return undefined;
  const sums = project.read("go.sum") ?? "";
  const replaced = new Set(
    [...goMod.matchAll(/^[ \t]*(?:replace[ \t]+)?(\S+)[^\n=]*=>/gm)].map((match) => match[1]),
  );
  for (const [, module = "", version = ""] of goMod.matchAll(/^\s*(?:require\s+)?(\S+\.\S+)\s+(v\d\S*)/gm)) {
    if (replaced.has(module) || sums.includes(`${module} ${version}/go.mod h1:`)) continue;
    return certain(module, evidence(project, "go.mod", module));
  }
  return undefined;
}

function versionOf(project: Project, parameters: Parameters): Fact<string> {
  const { standard } = runtimeVersions("go", parameters.today);
  if (parameters.version !== undefined) return given(parameters.version, "version");
  const file = project.has("go.mod") ? "go.mod" : "go.work";
  const body = project.read(file) ?? "";
  const stated = [/^toolchain go(\d+\.\d+)/m, /^go (\d+\.\d+)/m]
    .map((pattern) => pattern.exec(body)?.[1])
    .find((found) => found !== undefined);
  if (stated === undefined) return assumed(standard, "go.mod states no version");
  const newer = compare(stated, standard) > 0;
  return newer
    ? certain(stated, evidence(project, file, /^go |^toolchain /))
    : {
        ...certain(standard, evidence(project, file, /^go |^toolchain /)),
        note: `builds code written for ${stated} and newer; only the two latest releases get security fixes`,
      };
}

function compare(left: string, right: string): number {
  const [a = 0, b = 0] = left.split(".").map(Number);
  const [c = 0, d = 0] = right.split(".").map(Number);
  return a - c || b - d;
}

function moduleName(goMod: string): string | undefined {
  const module = /^module\s+"?([^\s"]+)/m.exec(goMod)?.[1];
  const parts = module?.split("/").filter((part) => !/^v\d+$/.test(part));
  return parts
    ?.at(-1)
    ?.toLowerCase()
    .replace(/[^a-z0-9._-]/g, "-");
}
