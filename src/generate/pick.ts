import { ecosystems } from "../ecosystems/index.ts";
import type { AnyEcosystem, Deployable, Parameters, Read, ReadApp } from "../ecosystems/types.ts";
import { subproject } from "../project/project.ts";
import type { Project } from "../project/types.ts";
import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";

/** Which ecosystem reads which part of the project, or why none can. */
export type Pick =
  | {
      readonly kind: "one";
      readonly ecosystem: AnyEcosystem;
      readonly project: Project;
      readonly path: string;
      /** The caller's, without the part of \`app\` that named the folder. */
      readonly parameters: Parameters;
    }
  | Exclude<Read, { kind: "app" }>;

/** The ecosystem of a language name; throws InputError that names the choices. */
export function ecosystemOf(language: string): AnyEcosystem {
  const found = ecosystems.find((candidate) => candidate.language === language);
  if (found) return found;
  throw new InputError(
    `language ${clean(language, 40)} is not known`,
    `use one of ${ecosystems.map((candidate) => candidate.language).join(", ")}`,
  );
}

/** Decides by manifests; two languages that both build a service are a question, not a guess. */
export function pickEcosystem(project: Project, parameters: Parameters): Pick {
  if (parameters.language !== undefined)
    return { kind: "one", ecosystem: ecosystemOf(parameters.language), project, path: "", parameters };
  const all = ecosystems.flatMap((ecosystem) => {
    const recognition = ecosystem.recognise(project);
    return recognition ? [{ ecosystem, recognition }] : [];
  });
  const included = new Set(all.flatMap(({ recognition }) => recognition.includes ?? []));
  const recognised = all
    .filter(({ ecosystem }) => !included.has(ecosystem.language))
    .sort((left, right) => right.recognition.strength - left.recognition.strength);
  const [first, second] = recognised;
  if (first === undefined) return pickBelow(project, parameters);
  // A build that only runs the front end's tools makes nothing that starts.
  const part = all.find(({ ecosystem }) => first.recognition.includes?.includes(ecosystem.language));
  if (
    part !== undefined &&
    first.ecosystem.read(project, parameters).kind === "refused" &&
    part.ecosystem.read(project, parameters).kind === "app"
  )
    return { kind: "one", ecosystem: part.ecosystem, project, path: "", parameters };
  if (second === undefined || first.recognition.strength > second.recognition.strength) {
    return first.ecosystem.language === "node" && first.recognition.strength === 2
      ? besideServices(project, parameters, first.ecosystem)
      : { kind: "one", ecosystem: first.ecosystem, project, path: "", parameters };
  }
  const equal = recognised.filter(
    (candidate) => candidate.recognition.strength === first.recognition.strength,
  );
  const reads = equal.map((candidate) => ({
    ...candidate,
    read: candidate.ecosystem.read(project, parameters),
  }));
  const working = reads.filter(({ read }) => read.kind === "app");
  // A program that builds the front end for itself takes it in.
  const owner = working.find(
    ({ read }) => read.kind === "app" && (read.facts.frontend ?? read.facts.servedFrontend) !== undefined,
  );
  const [only] = owner
    ? working.filter((one) => one === owner || one.ecosystem.language !== "node")
    : working;
  if (only && (owner ? only === owner : working.length === 1))
    return { kind: "one", ecosystem: only.ecosystem, project, path: "", parameters };
  return {
    kind: "refused",
    reason: `this is a project of ${equal.map((candidate) => candidate.ecosystem.title).join(" and of ")}`,
    found: equal.flatMap((candidate) => candidate.recognition.evidence.slice(0, 1)),
    decide: `language (${equal.map((candidate) => candidate.ecosystem.language).join(" or ")})`,
  };
}

/** Folders of what stands beside the applications of a repository. */
const aside =
  /(?:^|\/)(?:examples?|samples?|e2e|tests?|testdata|fixtures|tools?|scripts?|docs?|ci|hack|bench(?:marks?)?|clients?|sdks?|templates?)(?:\/|$)/;

/**
 * A package.json that starts nothing itself may hold the front end of services in compiled languages that stand in
 * folders beside it, or just the tools of the repository.
 */
function besideServices(project: Project, parameters: Parameters, root: AnyEcosystem): Pick {
  const whole: Pick = { kind: "one", ecosystem: root, project, path: "", parameters };
  const { app: wanted, ...others } = parameters;
  const services = below(project).filter(
    ({ ecosystem, path }) =>
      ["go", "rust", "java"].includes(ecosystem.language) &&
      listens(ecosystem.read(subproject(project, path), others)),
  );
  if (services.length === 0) return whole;
  const read = root.read(project, parameters);
  const named = services.find((app) => names(wanted, app));
  if (wanted !== undefined) return named && read.kind !== "app" ? within(project, named, parameters) : whole;
  if (read.kind === "refused") return pickBelow(project, parameters);
  const front = read.kind === "choice" ? read.apps : [deployableOf(project, root, read)];
  return {
    kind: "choice",
    apps: [...front, ...services.map(({ name, path, what }) => ({ name, path, what }))],
    why: "the repository holds a front end and services in other languages",
  };
}

/** A service, or several programs of which one may be it. */
function listens(read: Read): boolean {
  return read.kind === "choice" || (read.kind === "app" && read.facts.appType?.value === "api");
}

function deployableOf(project: Project, ecosystem: AnyEcosystem, { facts }: ReadApp): Deployable {
  const path = typeof facts.workspace?.value === "string" ? facts.workspace.value : "";
  const what = typeof facts.framework?.value === "string" ? facts.framework.value : ecosystem.title;
  return { name: path.split("/").at(-1) || project.name, path, what };
}

/** `backend`, or what is inside of it: `backend/cmd/shop`. */
function names(wanted: string | undefined, app: Deployable): boolean {
  return wanted === app.path || wanted === app.name || wanted?.startsWith(`${app.path}/`) === true;
}

function within(
  project: Project,
  app: Deployable & { readonly ecosystem: AnyEcosystem },
  parameters: Parameters,
): Pick {
  const { app: wanted, ...others } = parameters;
  const inside = wanted?.startsWith(`${app.path}/`) ? wanted.slice(app.path.length + 1) : undefined;
  return {
    kind: "one",
    ecosystem: app.ecosystem,
    project: subproject(project, app.path),
    path: app.path,
    parameters: inside === undefined ? others : { ...others, app: inside },
  };
}

/** The applications in folders one and two levels below. */
function below(project: Project): readonly (Deployable & { readonly ecosystem: AnyEcosystem })[] {
  const folders = new Set(
    project.files
      .filter((file) =>
        /(^|\/)(package\.json|pyproject\.toml|requirements\.txt|Pipfile|go\.mod|Cargo\.toml|pom\.xml|build\.gradle(\.kts)?)$/.test(
          file,
        ),
      )
      .map((file) => file.slice(0, Math.max(0, file.lastIndexOf("/"))))
      .filter((folder) => folder !== "" && folder.split("/").length <= 2),
  );
  const all = [...folders].sort().flatMap((folder) => {
    const part = subproject(project, folder);
    const found = ecosystems.find((ecosystem) => (ecosystem.recognise(part)?.strength ?? 0) >= 2);
    return found
      ? [{ name: folder.split("/").at(-1) ?? folder, path: folder, what: found.title, ecosystem: found }]
      : [];
  });
  // The members of a workspace are found by it.
  const own = all.filter(
    ({ path, ecosystem }) =>
      !all.some((other) => other.ecosystem === ecosystem && path.startsWith(`${other.path}/`)),
  );
  const main = own.filter(({ path }) => !aside.test(path));
  return main.length > 0 ? main : own;
}

/** Nothing at the root: the folders one and two levels below may hold the applications. */
function pickBelow(project: Project, parameters: Parameters): Pick {
  const apps = below(project);
  const [only] = apps;
  const chosen =
    apps.length === 1 && parameters.app === undefined ? only : apps.find((app) => names(parameters.app, app));
  if (chosen) return within(project, chosen, parameters);
  if (apps.length > 0) {
    return {
      kind: "choice",
      apps: apps.map(({ name, path, what }) => ({ name, path, what })),
      why: "the directory itself holds no manifest; these folders do: name one as the directory",
    };
  }
  return {
    kind: "refused",
    reason: `no project of ${ecosystems.map((ecosystem) => ecosystem.title).join(", ")} was recognised among ${project.files.length} files`,
    found: project.files.slice(0, 5).map((file) => ({ file })),
    decide: "another directory, or language with start and version",
  };
}
