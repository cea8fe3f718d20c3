import { evidence } from "../../project/facts.ts";
import type { Evidence, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { sources } from "../sources.ts";
import type { Deployable, Detection, Parameters } from "../types.ts";
import { procfileProgram } from "./arguments.ts";
import { platformPackage } from "./buildable.ts";
import type { GoFacts } from "./facts.ts";
import { listens } from "./listening.ts";

/** Modules whose code a platform of functions calls. */
const functions = /github\.com\/(?:GoogleCloudPlatform\/functions-framework-go|aws\/aws-lambda-go)\b/;

/** Folders below the root that are modules of their own. */
export function nestedModules(project: Project): readonly string[] {
  return project.files
    .filter((file) => file.endsWith("/go.mod") && !/(?:^|\/)(?:(?:vendor|testdata)\/|[._])/.test(file))
    .map((file) => file.slice(0, -"/go.mod".length));
}

function holdsProgram(project: Project, folder: string): boolean {
  return project.files.some(
    (file) =>
      file.startsWith(`${folder}/`) &&
      file.endsWith(".go") &&
      /^package main\b/m.test(project.read(file) ?? ""),
  );
}

/** As `go build` takes it. */
export function packageOf(main: MainPackage): string {
  return main.folder === "" ? "." : `./${main.folder}`;
}

/** A folder with a program. */
export interface MainPackage {
  readonly folder: string;
  readonly evidence: Evidence;
}

/** The programs of a module, without those that a build constraint leaves out. */
export function mainPackages(project: Project): readonly MainPackage[] {
  const found = new Map<string, MainPackage>();
  // What begins with a dot or an underscore, go leaves out itself.
  for (const file of sources(project, [".go"], 3000).filter((name) => !/(?:^|\/)[._]/.test(name))) {
    const body = project.read(file) ?? "";
    if (
      !/^package main\b/m.test(body) ||
      !/^func main\(\)/m.test(body) ||
      // An empty one holds directives for go generate.
      (/^func main\(\) \{\s*\}/m.test(body) && /^\/\/go:generate/m.test(body)) ||
      /^\/\/ ?(?:go:|\+)build\s+(?:ignore|tools|generate|js|wasip1|tinygo)\b/m.test(body)
    )
      continue;
    const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : "";
    if (!found.has(folder))
      found.set(folder, { folder, evidence: evidence(project, file, /^func main\(\)/) });
  }
  return [...found.values()];
}

/** The program that is meant: by `target`, by what a platform was told, at the root, the only one that ships or listens. */
export function chooseMain(
  project: Project,
  whole: Project,
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
  const stated = platformPackage(project);
  const built = mains.find(({ folder }) => folder === stated);
  if (wanted === undefined && built) return { kind: "one", main: built };
  const declared = procfileProgram(project);
  const named =
    declared === undefined
      ? undefined
      : mains.find(({ folder }) => folder !== "" && (folder === declared || folder.endsWith(`/${declared}`)));
  if (wanted === undefined && named) return { kind: "one", main: named };
  const root = mains.find((candidate) => candidate.folder === "");
  if (wanted === undefined && root) return { kind: "one", main: root };
  // Generators and tools of the repository itself are no programs to ship.
  const shipped = mains.filter(
    ({ folder }) =>
      !/^(?:tools?|scripts?|hack|build|ci|dev|testdata)(?:\/|$)|(?:^|\/)internal(?:\/|$)|(?:^|[-_/])(?:tests?|mocks?|fake|e2e|integration)(?:[-_/]|$)/.test(
        folder,
      ),
  );
  const beside =
    mains.length === 0 ? nestedModules(whole).filter((folder) => holdsProgram(whole, folder)) : [];
  if (beside.length > 0)
    return {
      kind: "none",
      answer: {
        kind: "choice",
        apps: beside.map((folder) => ({
          name: folder.split("/").at(-1) ?? folder,
          path: folder,
          what: "Go module",
        })),
        why: "the module itself has no program; these folders are modules of their own: name one as the directory",
      },
    };
  if (mains.length === 0 || (shipped.length === 0 && wanted === undefined)) {
    return {
      kind: "none",
      answer: {
        kind: "refused",
        reason:
          mains.length === 0
            ? `no \`package main\` with a main function was found: ${functions.test(project.read("go.mod") ?? "") ? "these are functions, which their platform wraps into a program" : "this is a library"}`
            : `the only programs are tools of the repository (${mains
                .map(({ folder }) => clean(folder, 60))
                .slice(0, 4)
                .join(", ")}): this is a library`,
        found: [{ file: project.has("go.mod") ? "go.mod" : "go.work" }],
        decide: functions.test(project.read("go.mod") ?? "")
          ? "a program that starts them, such as cmd/main.go with funcframework.Start or lambda.Start"
          : "the directory of the program (or target, the path of its package)",
      },
    };
  }
  const [program] = shipped;
  if (wanted === undefined && program && shipped.length === 1) return { kind: "one", main: program };
  const serving = shipped.filter((main) => listens(project, main.folder));
  const [server] = serving;
  if (wanted === undefined && server && serving.length === 1) return { kind: "one", main: server };
  const called = mains.filter((main) => /(^|\/)(api|server|app|web|service|main)$/.test(main.folder));
  const [usual] = called;
  if (wanted === undefined && usual && called.length === 1 && serving.length === 0)
    return { kind: "one", main: usual, others: mains.filter((main) => main !== usual) };
  const apps: readonly Deployable[] = (wanted === undefined ? shipped : mains).map((main) => ({
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
