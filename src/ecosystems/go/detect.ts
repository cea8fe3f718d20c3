import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import type { AppType, Evidence, Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { findHealthPath } from "../health-path.ts";
import { findPortVariable } from "../port-variable.ts";
import { sources } from "../sources.ts";
import type { Deployable, Detection, Parameters, Recognition } from "../types.ts";
import { runtimeVersions, settleVersion } from "../versions.ts";
import { readEmbedded } from "./embedded.ts";
import type { GoFacts } from "./facts.ts";
import { goMounting } from "./mounting.ts";
import { privateModules } from "./private-modules.ts";

const frameworks: readonly (readonly [module: string, name: string])[] = [
  ["github.com/gin-gonic/gin", "Gin"], ["github.com/labstack/echo", "Echo"], ["github.com/gofiber/fiber", "Fiber"],
  ["github.com/go-chi/chi", "Chi"], ["github.com/gorilla/mux", "gorilla/mux"], ["google.golang.org/grpc", "gRPC"],
  ["github.com/beego/beego", "Beego"], ["connectrpc.com/connect", "Connect"],
]; // biome-ignore format: a table

/** Frameworks that may be named without a project. */
export const goFrameworks: readonly string[] = ["net/http", ...frameworks.map(([, name]) => name)];

/** Modules that compile C: without a C compiler and libc they do not build. */
const cgoModules = [
  "github.com/mattn/go-sqlite3",
  "github.com/confluentinc/confluent-kafka-go",
  "github.com/h2non/bimg",
  "gopkg.in/gographics/imagick",
  "github.com/google/gopacket",
];

/** go.mod makes a Go module, go.work a workspace; loose files count only when nothing else is there. */
export function recogniseGo(project: Project): Recognition | undefined {
  if (project.has("go.mod") || project.has("go.work")) {
    return { strength: 3, evidence: [{ file: project.has("go.mod") ? "go.mod" : "go.work" }] };
  }
  const loose = project.files.filter((file) => /^[^/]+\.go$/.test(file));
  return loose.length > 0 ? { strength: 1, evidence: [{ file: loose[0] ?? "main.go" }] } : undefined;
}

/** Reads a Go module: the package to build, cgo, port, routes. */
export function detectGo(project: Project, parameters: Parameters): Detection<GoFacts> {
  const mains = mainPackages(project);
  const chosen = chooseMain(project, mains, parameters);
  if (chosen.kind !== "one") return chosen.answer;
  const { main } = chosen;
  const goMod = project.read("go.mod") ?? "";
  const framework = frameworks.find(([module]) => goMod.includes(module));
  const port = portOf(project, main.folder, parameters);
  const serves = port !== undefined;
  const appType: Fact<AppType> =
    parameters.appType !== undefined
      ? given(parameters.appType, "appType")
      : serves
        ? certain("api", ...port.evidence)
        : likely("cli", "it listens on no port");
  const cgo = cgoFact(project, goMod);
  const name =
    main.folder === ""
      ? (moduleName(goMod) ?? project.name)
      : (main.folder.split("/").at(-1) ?? project.name);
  const health =
    parameters.healthPath === undefined
      ? findHealthPath(project, [".go"], goMounting)
      : given(parameters.healthPath, "healthPath");
  const sum = missingSum(project, goMod);
  const embedded = readEmbedded(project, parameters);
  const closed = privateModules(project);
  const served = appType.value === "api" || appType.value === "frontend";
  return {
    kind: "app",
    warnings: [
      ...(project.has("go.mod") || project.has("go.work")
        ? []
        : ["no go.mod: the build makes one and takes the newest modules; run go mod init and commit it"]),
      ...(sum
        ? [
            `go.sum has no checksum of ${clean(sum.value, 80)}: the build takes what it finds; run go mod tidy and commit go.sum`,
          ]
        : []),
      ...embedded.warnings,
    ],
    facts: {
      name: likely(name, "the module's or command's name"),
      version: settleVersion(versionOf(project, parameters), "go", parameters),
      packageManager: project.has("go.mod")
        ? certain("modules", { file: "go.mod" })
        : project.has("go.work")
          ? certain("modules", { file: "go.work" })
          : likely("modules", "there is no go.mod: one is made in the build"),
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
      ...(port && served ? findPortVariable(project, [".go"], portVariable) : {}),
      ...(health && port && served ? { healthPath: health } : {}),
      start: parameters.start
        ? given(parameters.start, "start")
        : certain([`/usr/local/bin/${name}`], main.evidence),
      cgo,
      vendored: certain(project.has("vendor/modules.txt")),
      ...(sum ? { missingSum: sum } : {}),
      ...(closed ? { privateModules: closed } : {}),
      ...(embedded.present.length > 0 ? { embedded: certain(embedded.present) } : {}),
      ...(embedded.frontend ? { frontend: certain(embedded.frontend, embedded.frontend.evidence) } : {}),
      buildPackages: certain([]),
      runPackages: certain([]),
      runtimeFiles: runtimeFiles(project),
    },
  };
}

/** As `go build` takes it. */
function packageOf(main: MainPackage): string {
  return main.folder === "" ? "." : `./${main.folder}`;
}

interface MainPackage {
  readonly folder: string;
  readonly evidence: Evidence;
}

function mainPackages(project: Project): readonly MainPackage[] {
  const found = new Map<string, MainPackage>();
  for (const file of sources(project, [".go"])) {
    const body = project.read(file) ?? "";
    if (
      !/^package main\b/m.test(body) ||
      !/^func main\(\)/m.test(body) ||
      /^\/\/go:build\s+(?:ignore|tools)/m.test(body)
    )
      continue;
    const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : "";
    if (!found.has(folder))
      found.set(folder, { folder, evidence: evidence(project, file, /^func main\(\)/) });
  }
  return [...found.values()];
}

function chooseMain(
  project: Project,
  mains: readonly MainPackage[],
  parameters: Parameters,
):
  | { kind: "one"; main: MainPackage; others?: readonly MainPackage[] }
  | { kind: "none"; answer: Exclude<Detection<GoFacts>, { kind: "app" }> } {
  const wanted = parameters.app?.replace(/^\.\//, "");
  if (wanted !== undefined) {
    const main = mains.find(
      (candidate) =>
        candidate.folder === wanted ||
        candidate.folder.split("/").at(-1) === wanted ||
        (wanted === "." && candidate.folder === ""),
    );
    if (main) return { kind: "one", main };
  }
  const root = mains.find((candidate) => candidate.folder === "");
  const [only] = mains;
  if (wanted === undefined && root) return { kind: "one", main: root };
  if (wanted === undefined && only && mains.length === 1) return { kind: "one", main: only };
  if (mains.length === 0) {
    return {
      kind: "none",
      answer: {
        kind: "refused",
        reason: "no `package main` with a main function was found: this is a library",
        found: [{ file: project.has("go.mod") ? "go.mod" : "go.work" }],
        decide: "the directory of the program (or target, the path of its package)",
      },
    };
  }
  // Generators and tools of the repository itself are no programs to ship.
  const shipped = mains.filter(
    ({ folder }) =>
      !/^(?:tools?|scripts?|hack|build|ci|dev|testdata|mocks?)(?:\/|$)|(?:^|\/)internal\//.test(folder),
  );
  const [program] = shipped;
  if (wanted === undefined && program && shipped.length === 1) return { kind: "one", main: program };
  const serving = (shipped.length > 0 ? shipped : mains).filter((main) => listens(project, main.folder));
  const [server] = serving;
  if (wanted === undefined && server && serving.length === 1) return { kind: "one", main: server };
  const called = mains.filter((main) => /(^|\/)(api|server|app|web|service|main)$/.test(main.folder));
  const [usual] = called;
  if (wanted === undefined && usual && called.length === 1 && serving.length === 0)
    return { kind: "one", main: usual, others: mains.filter((main) => main !== usual) };
  const apps: readonly Deployable[] = (shipped.length > 0 ? shipped : mains).map((main) => ({
    name: main.folder.split("/").at(-1) || project.name,
    path: main.folder,
    what: "Go command",
  }));
  return {
    kind: "none",
    answer: {
      kind: "choice",
      apps,
      why: wanted === undefined ? "the module builds several programs" : `no program is called ${wanted}`,
    },
  };
}

const listening =
  /ListenAndServe|\.Listen\(|net\.Listen\(|\.Run\(\s*(?:"|:|addr|port|\))|\.Start\(\s*(?:"|:|addr|port)|Serve\(/;

function listens(project: Project, folder: string): boolean {
  return sources(project, [".go"]).some(
    (file) =>
      (folder === "" ? !file.includes("/") : file.startsWith(`${folder}/`)) &&
      listening.test(project.read(file) ?? ""),
  );
}

const listeningPort =
  /(?:ListenAndServe(?:TLS)?|\bListen|\.Run|\.Start|\bAddr:|\.Serve)[^\n"`]{0,60}["`][^"`\n]*:(\d{2,5})\b/;
const taggedPort = /\bPort\s+(?:u?int\d*|string)\s+`[^`]*\b(?:default|envDefault):"(\d{2,5})"/;
const namedPort = /(?:PORT|port|Port|addr|Addr)\w*["`)]*\s*(?::?=|,|:)\s*["`]?(?:[\w.]*:)?(\d{2,5})\b/;

function portOf(project: Project, folder: string, parameters: Parameters): Fact<number> | undefined {
  if (parameters.port !== undefined) return given(parameters.port, "port");
  const inside = (file: string): boolean => folder === "" || file.startsWith(`${folder}/`);
  const files = [...sources(project, [".go"])].sort(
    (left, right) => Number(inside(right)) - Number(inside(left)),
  );
  // A number beside a call that listens says more than one beside a name, which a client may have too.
  const configures = (file: string): boolean =>
    inside(file)
      ? folder !== "" || !file.includes("/")
      : /(^|\/)(main|server|config|options|flags|cmd)/.test(file);
  for (const [pattern, candidates] of [
    [listeningPort, files],
    [taggedPort, files],
    [namedPort, files.filter(configures)],
  ] as const) {
    for (const file of candidates) {
      const found = pattern.exec(project.read(file) ?? "")?.[1];
      if (found !== undefined && ![5432, 3306, 6379, 27017, 9092, 5672].includes(Number(found)))
        return certain(Number(found), evidence(project, file, pattern));
    }
  }
  return listens(project, folder) || files.some((file) => listening.test(project.read(file) ?? ""))
    ? assumed(8080, "a server is started, its port is not stated")
    : undefined;
}

/** `os.Getenv("PORT")`, or another `…_PORT` that is read into a variable called port. */
const portVariable =
  /(?:(?:Getenv|LookupEnv)\(\s*"(?=PORT")|(?:&port|\bport\w*\s*:?=\s*[\w.]*[eE]nv\w*)\s*[(,]\s*")((?:[A-Z][A-Z0-9]*_)*PORT)"/;

function cgoFact(project: Project, goMod: string): Fact<boolean> {
  const module = cgoModules.find((name) => goMod.includes(name));
  if (module !== undefined) return certain(true, evidence(project, "go.mod", module));
  const file = sources(project, [".go"]).find((name) => /^\s*import "C"/m.test(project.read(name) ?? ""));
  return file === undefined
    ? likely(false, 'no import of "C" and no module known to need it')
    : certain(true, evidence(project, file, 'import "C"'));
}

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
  const replaced = new Set([...goMod.matchAll(/^(?:replace)?\s*(\S+)[^\n=]*=>/gm)].map((match) => match[1]));
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
  const module = /^module\s+(\S+)/m.exec(goMod)?.[1];
  const parts = module?.split("/").filter((part) => !/^v\d+$/.test(part));
  return parts
    ?.at(-1)
    ?.toLowerCase()
    .replace(/[^a-z0-9._-]/g, "-");
}

/** Folders that are opened by a relative path in the code and are not embedded: templates, static files. */
function runtimeFiles(project: Project): Fact<readonly string[]> {
  const folders = new Set(
    project.files.filter((file) => file.includes("/")).map((file) => file.split("/")[0] ?? ""),
  );
  const found = new Map<string, Evidence>();
  const pattern =
    /(?:ParseFiles|ParseGlob|LoadHTMLGlob|LoadHTMLFiles|http\.Dir|\.Static(?:FS|File)?|os\.ReadFile|os\.Open|ServeFile)\([^)\n]*["`](?:\.\/)?([A-Za-z0-9_-]+)(?:\/[^"`\n]*)?["`]/g;
  for (const file of sources(project, [".go"])) {
    for (const match of (project.read(file) ?? "").matchAll(pattern)) {
      const folder = match[1] ?? "";
      if (folders.has(folder) && !found.has(folder))
        found.set(folder, evidence(project, file, match[0].slice(0, 40)));
    }
  }
  return { value: [...found.keys()], evidence: [...found.values()], confidence: "likely" };
}
