import { certain, evidence, likely } from "../../project/facts.ts";
import { dig, isRecord, subproject, text } from "../../project/project.ts";
import type { Evidence, Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { handlesSignals } from "../init.ts";
import { nativePackages } from "../native-packages.ts";
import { sources } from "../sources.ts";
import type { Detection, Parameters, Recognition } from "../types.ts";
import { runtimeVersions, settleVersion } from "../versions.ts";
import { readApplication } from "./application.ts";
import { refuseVersion, staleLock, unreadVersion } from "./consistent.ts";
import {
  type Dependency,
  productionGroups,
  readDependencies,
  requirementFiles,
  statedBySetup,
  workspaceManifests,
} from "./dependencies.ts";
import { type DirectReference, directReferences } from "./direct.ts";
import { readDjangoEnvironment } from "./django-settings.ts";
import { condaBeside, isTemplate, refuseElsewhere } from "./elsewhere.ts";
import type { PythonFacts, PythonManager } from "./facts.ts";
import { unservedFunctions } from "./functions.ts";
import { sourceRoot } from "./import-root.ts";
import { readIndexes } from "./indexes.ts";
import { manifestFiles, manifestsOf, readManager } from "./manager.ts";
import { neededFiles } from "./needed-files.ts";
import { lockedBounds, readPins } from "./pins.ts";
import { portVariable } from "./port-variable.ts";
import { listedPackages, pythonPrograms } from "./programs.ts";
import { projectScripts } from "./scripts.ts";
import { servers } from "./servers.ts";
import { readSpace } from "./space.ts";
import { readVersion } from "./version.ts";
import { chooseMember, neighbourhood } from "./workspace.ts";

/** Manifests make a Python project; loose scripts make one when there is nothing else. */
export function recognisePython(project: Project): Recognition | undefined {
  // A template is Python's to refuse, whatever it makes.
  if (isTemplate(project)) return { strength: 3, evidence: [{ file: "cookiecutter.json" }] };
  const found = manifestFiles(project);
  if (found.length > 0) {
    const serves = readDependencies(project).some((dependency) =>
      /^(fastapi|flask|django|starlette|litestar|streamlit|celery|gunicorn|uvicorn)$/.test(dependency.name),
    );
    return { strength: serves ? 3 : 2, evidence: found.map((file) => ({ file })) };
  }
  const scripts = project.files.filter((file) => file.endsWith(".py") && !file.includes("/"));
  return scripts.length > 0
    ? { strength: 1, evidence: scripts.slice(0, 3).map((file) => ({ file })) }
    : undefined;
}

/** Reads a Python project: facts, or why there is no honest answer. */
export function detectPython(project: Project, parameters: Parameters): Detection<PythonFacts> {
  const elsewhere = refuseElsewhere(project, parameters);
  if (elsewhere) return elsewhere;
  const choice = readManager(project, parameters);
  if (choice.kind === "conflict") {
    return {
      kind: "refused",
      reason: `lock files of ${choice.managers.join(" and ")} disagree about who installs the dependencies`,
      found: choice.found,
      decide: `packageManager (${choice.managers.join(" or ")}), or delete the lock file that is not used`,
    };
  }
  const manager = choice.manager.value;
  const member = chooseMember(project, parameters);
  if (member.kind === "none") return member.answer;
  const chosen = member.kind === "member" ? member.member : undefined;
  // Facts about the code are those of the member; what installs it stands at the root of the workspace.
  const part = chosen === undefined ? project : subproject(project, chosen.folder);
  const dependencies =
    chosen === undefined
      ? readDependencies(project, manager)
      : neighbourhood(project, chosen).flatMap((folder) =>
          readDependencies(subproject(project, folder), manager),
        );
  const obstacles: string[] = [];
  const application = readApplication(part, dependencies, parameters, obstacles);
  const versions = runtimeVersions("python", parameters.today, parameters.variant);
  const version = settleVersion(
    readVersion(project, part, parameters, versions.supported, versions.standard),
    "python",
    parameters,
  );
  const wrong = refuseVersion(part, parameters, manager, version);
  if (wrong) return wrong;
  const references = directReferences(project, manager, dependencies);
  const beyond = references.find(({ kind, place }) => kind === "local" && /^(?:\.\.(?:\/|$)|\/)/.test(place));
  if (beyond !== undefined)
    return {
      kind: "refused",
      reason: `${beyond.evidence.file} asks for ${clean(beyond.place, 80)}, which is outside this directory and so outside the build context`,
      found: [beyond.evidence],
      decide: "another directory: one that holds both, with target where it is a workspace",
    };
  const inside = application && manifestOfEntry(part, application.start.evidence[0]?.file, dependencies);
  if (inside !== undefined && parameters.start === undefined)
    return {
      kind: "choice",
      apps: [{ name: inside.split("/").at(-1) ?? inside, path: inside, what: "Python" }],
      why: "what starts has a manifest of its own, in a folder of its own: name that one as the directory",
    };
  const foreign =
    obstacles.length > 0 && !application ? undefined : unlisted(part, manifestsOf(project, manager));
  if (foreign !== undefined && parameters.start === undefined)
    return {
      kind: "refused",
      reason: foreign,
      found: application?.start.evidence.slice(0, 1) ?? [],
      decide: "start, once a requirements.txt or pyproject.toml names what the program needs",
    };
  if (!application) {
    return {
      kind: "refused",
      reason: obstacles.length > 0 ? obstacles.join("; ") : noEntry(part),
      found: manifestFiles(part).map((file) => ({ file })),
      decide: "start (the command that runs it, for example python -m mypackage)",
    };
  }
  const lock = {
    uv: "uv.lock",
    poetry: "poetry.lock",
    pdm: "pdm.lock",
    pipenv: "Pipfile.lock",
    pip: undefined,
  }[manager];
  const native = nativePackages(
    "pypi",
    dependencies.map((dependency) => dependency.name),
    dependencies.flatMap((dependency) => dependency.extras.map((extra) => `${dependency.name}[${extra}]`)),
  );
  const bounds = manager === "pip" ? (readPins(project)?.bounds ?? []) : [];
  const unlocked = lock !== undefined && project.has(lock) ? lockedBounds(project, lock) : [];
  const missing = [...application.missing, ...unlocked.map(({ requirement }) => requirement)];
  const groups =
    manager === "pipenv" || (manager === "pip" && requirementFiles(project).length > 0)
      ? []
      : productionGroups(part).map(({ name, kind }) => ({ name, kind }));
  const root = application.root ?? sourceRoot(part);
  const variable = portVariable(part);
  const start = application.start.value;
  const installProject =
    projectScripts(part).includes(start[0] ?? "") ||
    (manager === "uv" && workspaceManifests(project).length > 0) ||
    asksForItself(part);
  const stated = /^setup\./.test(manifestsOf(project, manager)[0] ?? "") ? statedBySetup(project) : [];
  const [itself] = references.filter(({ kind, place }) => kind === "local" && place === ".");
  const own = itself === undefined ? stated : statedBySetup(project);
  const programs = pythonPrograms(part);
  const listed = listedPackages(part);
  const named =
    text(dig(part.toml("pyproject.toml"), "project", "name")) ??
    text(dig(part.toml("pyproject.toml"), "tool", "poetry", "name"));
  return {
    kind: "app",
    warnings: [
      ...choice.warnings,
      ...unreadVersion(part, version),
      ...staleLock(project, lock, dependencies),
      ...unlocked.map(
        ({ requirement, release }) =>
          `${release} needs ${requirement} and does not say so: the install adds it; lock it too`,
      ),
      ...bounds.map(
        ({ requirement, because }) =>
          `${because.text ?? because.file} needs ${requirement} and does not say so: the install adds it; write it into ${because.file}`,
      ),
      ...(listed === undefined || listed.others.length === 0
        ? []
        : [
            `${listed.evidence.file} asks for ${listed.others.slice(0, 8).join(", ")}: add what the program loads, under its name in Debian`,
          ]),
      ...condaBeside(part),
      ...application.warnings,
    ],
    facts: {
      name:
        named === undefined
          ? likely(part.name, "the folder's name")
          : certain(named, evidence(part, "pyproject.toml", /^\s*name\s*=/)),
      version,
      packageManager: choice.manager,
      manifests: certain(manifestsOf(project, manager)),
      ...(manager === "pip" && own.length > 0
        ? { setupRequirements: certain(own, ...manifestsOf(project, manager).map((file) => ({ file }))) }
        : {}),
      ...(manager === "pip" && requirementFiles(project).length > 1
        ? { requirementLists: certain(requirementFiles(project)) }
        : {}),
      ...(lock !== undefined && project.has(lock) ? { lockfile: certain(lock, { file: lock }) } : {}),
      ...(application.framework ? { framework: application.framework } : {}),
      appType: application.appType,
      start: application.start,
      ...(application.port ? { port: application.port } : {}),
      ...(variable && application.port ? { portVariable: variable } : {}),
      ...(application.healthPath ? { healthPath: application.healthPath } : {}),
      dependencies: certain(dependencies.map((dependency) => dependency.name)),
      ...(bounds.length === 0
        ? {}
        : {
            bounds: certain(
              bounds.map(({ requirement }) => requirement),
              ...bounds.map(({ because }) => because),
            ),
          }),
      ...(missing.length === 0 ? {} : { missing: likely(missing, "the program cannot start without it") }),
      ...(requirementFiles(project).some((file) => /^\s+--hash=|\s--hash=/m.test(project.read(file) ?? ""))
        ? { hashed: certain(true, ...requirementFiles(project).map((file) => ({ file }))) }
        : {}),
      ...(groups.length === 0
        ? {}
        : { groups: likely(groups, "called after production", { file: "pyproject.toml" }) }),
      buildPackages: fromLibraries(native.build, dependencies, native.because),
      runPackages: withPrograms(
        fromLibraries(native.run, dependencies, native.because),
        programs.map((program) => program.package).concat(listed?.names ?? []),
        [...programs.map((program) => program.evidence), ...(listed?.names.length ? [listed.evidence] : [])],
      ),
      ...(root === undefined
        ? {}
        : { sourceRoot: likely(root, `modules below ${root}/ are imported by their own name`) }),
      ...(application.environment.length === 0
        ? {}
        : { environment: certain(application.environment, ...application.start.evidence) }),
      installProject: certain(installProject),
      ...(chosen === undefined
        ? {}
        : {
            workspace: certain(chosen.folder, { file: `${chosen.folder}/pyproject.toml` }),
            workspaceName: certain(chosen.name, { file: `${chosen.folder}/pyproject.toml` }),
          }),
      ...versionVariable(part),
      packageFiles: packageFiles(project),
      neededFiles: certain([
        ...neededFiles(part),
        ...(chosen === undefined ? readmesOf(project, references) : []),
      ]),
      handlesSignals: likely(
        servers.has(start[0] ?? "") || handlesSignals(part, [".py"]),
        "by the server that is started, or the words of the source",
      ),
      ...collectStatic(part, application.framework?.value, start[0] !== "python"),
      ...direct(references),
      ...(itself !== undefined && isWhollyStated(project, own.length)
        ? { itselfAlone: certain(true, { file: "pyproject.toml" }) }
        : {}),
      ...excludeNewer(project, manager),
      ...readIndexes(project),
    },
  };
}

/** The folder of the program, when that has a manifest and the one above it declares nothing. */
function manifestOfEntry(
  project: Project,
  entry: string | undefined,
  dependencies: readonly Dependency[],
): string | undefined {
  if (entry === undefined || dependencies.length > 0) return undefined;
  const parts = entry.split("/").slice(0, -1);
  return parts
    .map((_, index) => parts.slice(0, index + 1).join("/"))
    .find((folder) => manifestFiles(subproject(project, folder)).length > 0);
}

/** Why nothing can be installed: libraries are imported, and there is no list of them. */
function unlisted(project: Project, manifests: readonly string[]): string | undefined {
  const imported = manifests.length > 0 ? [] : importedLibraries(project);
  return imported.length === 0
    ? undefined
    : `no manifest names the dependencies, and the code imports ${imported.slice(0, 4).join(", ")}`;
}

/** Libraries that some file imports and that are no part of Python. */
function importedLibraries(project: Project): readonly string[] {
  const sdk = readSpace(project)?.sdk;
  const pattern =
    /^(?:import|from)\s+(fastapi|flask|django|starlette|litestar|sanic|quart|aiohttp|tornado|streamlit|gradio|dash|chainlit|torch|numpy|pandas|requests|httpx|sqlalchemy|pydantic)\b/gm;
  const found = sources(project, [".py"]).flatMap((file) =>
    [...(project.read(file) ?? "").matchAll(pattern)].map((match) => match[1] ?? ""),
  );
  // A Space needs no list where its pages are all it imports, with what those bring along.
  const brought = sdk === undefined ? [] : [sdk, "numpy", "pandas", "httpx", "requests", "pydantic"];
  return [...new Set(found)].filter((name) => !brought.includes(name)).sort();
}

/** What is missing when nothing can be started. */
function noEntry(project: Project): string {
  if (sources(project, [".py"]).filter((file) => file !== "setup.py").length === 0)
    return "no Python source file was found, so there is nothing to start";
  const functions = unservedFunctions(project);
  if (functions !== undefined) return functions;
  const manifest = project.has("pyproject.toml") || project.has("setup.py");
  return manifest && project.files.some((file) => file.endsWith("/__init__.py"))
    ? "this looks like a library: no web framework object and no script to start was found"
    : "no entry point was found: no application object of a known framework, no script of the usual names";
}

function withPrograms(
  fact: Fact<readonly string[]>,
  names: readonly string[],
  because: readonly Evidence[],
): Fact<readonly string[]> {
  if (names.length === 0) return fact;
  return {
    value: [...new Set([...fact.value, ...names])].sort(),
    evidence: [...fact.evidence, ...because],
    confidence: "likely",
  };
}

/** True when the code looks up its own distribution (`importlib.metadata.version("shop")`): it has to be installed. */
function asksForItself(project: Project): boolean {
  const pyproject = project.toml("pyproject.toml");
  const name = text(dig(pyproject, "project", "name")) ?? text(dig(pyproject, "tool", "poetry", "name"));
  const built = isRecord(dig(pyproject, "build-system")) || project.has("setup.py");
  if (name === undefined || !built) return false;
  const own = name.replace(/[-_.]+/g, "[-_.]+");
  const asks = new RegExp(
    `\\b(?:version|metadata|distribution|get_distribution|files|require)\\(\\s*["']${own}["']|\\b(?:version|metadata|distribution)\\(\\s*__(?:package|name)__`,
    "i",
  );
  return sources(project, [".py"]).some((file) => {
    const body = project.read(file) ?? "";
    return /\bimportlib[._\s][^\n]*metadata|pkg_resources/.test(body) && asks.test(body);
  });
}

function fromLibraries(
  names: readonly string[],
  dependencies: readonly Dependency[],
  because: readonly string[],
): Fact<readonly string[]> {
  const found = dependencies
    .filter((dependency) => because.includes(dependency.name))
    .map((dependency) => dependency.evidence);
  return { value: names, evidence: found, confidence: names.length > 0 ? "likely" : "certain" };
}

function collectStatic(
  project: Project,
  framework: string | undefined,
  served: boolean,
): Pick<PythonFacts, "collectStatic" | "collectEnvironment"> {
  if (framework !== "Django") return {};
  const all = project.files.filter((file) => /(^|\/)settings(\/\w+)?\.py$/.test(file));
  const says = (pattern: RegExp): string | undefined =>
    all.find((file) => pattern.test(project.read(file) ?? ""));
  // Without the application there is no such command, and without a place it fails.
  const settings =
    says(/^[^#\n]*django\.contrib\.staticfiles/m) && says(/^\s*STATIC_ROOT\s*=\s*(?!None\b)\S/m);
  const manage = project.glob("{manage.py,*/manage.py}")[0];
  if (settings === undefined || manage === undefined) return {};
  const environment = readDjangoEnvironment(project, manage, served);
  return {
    collectStatic: certain(manage, evidence(project, settings, /^\s*STATIC_ROOT\s*=/)),
    ...(environment.module === undefined && environment.placeholders.length === 0
      ? {}
      : { collectEnvironment: likely(environment, "variables that the settings read without a default") }),
  };
}

function packageFiles(project: Project): Fact<readonly string[]> {
  const pyproject = project.toml("pyproject.toml");
  const readme = dig(pyproject, "project", "readme") ?? dig(pyproject, "tool", "poetry", "readme");
  const named = [text(readme), text(dig(readme, "file")), text(dig(pyproject, "project", "license", "file"))];
  const members = workspaceManifests(project).flatMap((file) => {
    const about = dig(project.toml(file), "project", "readme");
    const name = text(about) ?? text(dig(about, "file"));
    return name === undefined ? [] : [`${file.slice(0, file.lastIndexOf("/"))}/${name}`];
  });
  // A readme or a version that the setup itself reads.
  const quoted = ["setup.py", "setup.cfg", "pyproject.toml"].flatMap((file) =>
    [...(project.read(file) ?? "").matchAll(/["'\s:]([\w.-]+\.md)\b/g)].map((match) => match[1]),
  );
  const licences = project.files.filter((file) => /^(LICEN[CS]E|COPYING|NOTICE)[^/]*$/.test(file));
  const files = [...named, ...members, ...quoted, ...licences].filter(
    (file) => file !== undefined && project.has(file),
  );
  return certain([...new Set(files.filter((file) => file !== undefined))]);
}

/** Build backends that take the version from git's tags: the build context has no .git. */
function versionVariable(project: Project): { versionVariable?: Fact<string> } {
  const variables: readonly (readonly [pattern: RegExp, name: string])[] = [
    [/setuptools[_-]scm|hatch-vcs/, "SETUPTOOLS_SCM_PRETEND_VERSION"],
    [/poetry-dynamic-versioning/, "POETRY_DYNAMIC_VERSIONING_BYPASS"],
    [/^\s*source\s*=\s*["']scm["']/m, "PDM_BUILD_SCM_VERSION"],
  ];
  for (const file of ["pyproject.toml", "setup.py", "setup.cfg"])
    for (const [pattern, name] of variables)
      if (pattern.test(project.read(file) ?? ""))
        return { versionVariable: certain(name, evidence(project, file, pattern)) };
  return {};
}

function direct(
  references: readonly DirectReference[],
): Pick<PythonFacts, "gitDependencies" | "mercurialDependencies" | "localDependencies" | "itself"> {
  const of = (kind: DirectReference["kind"]): readonly DirectReference[] =>
    references.filter((reference) => reference.kind === kind);
  const git = of("git");
  const ssh = git.find(({ place }) => /^(?:git\+)?(?:ssh:|git@)/.test(place));
  const [first] = git;
  const [hg] = of("mercurial");
  const local = of("local");
  const itself = local.find(({ place }) => place === ".");
  return {
    ...(first === undefined
      ? {}
      : { gitDependencies: certain(ssh ? "ssh" : "https", (ssh ?? first).evidence) }),
    ...(hg === undefined ? {} : { mercurialDependencies: certain(true, hg.evidence) }),
    ...(itself === undefined ? {} : { itself: certain(itself.words ?? ".", itself.evidence) }),
    ...(local.length === 0
      ? {}
      : {
          localDependencies: certain(
            [...new Set(local.map(({ place }) => place))],
            ...local.map(({ evidence: because }) => because),
          ),
        }),
  };
}

/** What the builds of dependencies inside the project may read. */
function readmesOf(project: Project, references: readonly DirectReference[]): readonly string[] {
  const places = references.filter(({ kind }) => kind === "local").map(({ place }) => `${place}/`);
  return project.files.filter(
    (file) =>
      /\/(?:README|LICEN[CS]E)[^/]*$/i.test(file) &&
      places.includes(file.slice(0, file.lastIndexOf("/") + 1)),
  );
}

/** True when pyproject.toml lists every dependency in a form that a command can name. */
function isWhollyStated(project: Project, plain: number): boolean {
  const data = dig(project.toml("pyproject.toml"), "project");
  const listed = dig(data, "dependencies");
  const dynamic = dig(data, "dynamic");
  return (
    isRecord(data) &&
    !(Array.isArray(dynamic) && dynamic.includes("dependencies")) &&
    plain === (Array.isArray(listed) ? listed.length : 0)
  );
}

/** uv writes the cut-off of its user's own settings into the lock file, and then asks for the same one. */
function excludeNewer(project: Project, manager: PythonManager): Pick<PythonFacts, "excludeNewer"> {
  const options = dig(project.toml("uv.lock"), "options");
  const value = text(dig(options, "exclude-newer-span")) ?? text(dig(options, "exclude-newer"));
  const told = [
    dig(project.toml("pyproject.toml"), "tool", "uv", "exclude-newer"),
    dig(project.toml("uv.toml"), "exclude-newer"),
  ].some((setting) => setting !== undefined);
  return manager !== "uv" || value === undefined || told || !/^[\w:.+-]+$/.test(value)
    ? {}
    : { excludeNewer: certain(value, evidence(project, "uv.lock", /^exclude-newer/)) };
}
