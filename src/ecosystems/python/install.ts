import { compareVersions } from "../../data/version.ts";
import type { MountPlan, Step } from "../../plan/types.ts";
import { manifestSteps } from "../manifests.ts";
import { shellWord } from "../shell-word.ts";
import { toolVersion } from "../versions.ts";
import type { PythonFacts, PythonManager } from "./facts.ts";

/**
 * Where the environment lives in every stage: its scripts name the interpreter by this path. `.venv` beside the code is
 * where uv, Poetry, PDM and Pipenv put it and look for it.
 */
export const venv = "/app/.venv";

/** What makes the environment the current one. */
export const activateValues: readonly (readonly [name: string, value: string])[] = [
  ["VIRTUAL_ENV", venv],
  ["PATH", `${venv}/bin:$PATH`],
];

const activate: Step = { kind: "env", values: activateValues, why: "" };
/** Before 3.7 an image's pip cannot install into another environment, and its Debian is archived. */
export function isAncient(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === 2 || (minor ?? 0) < 7;
}

/** Without pip where its own can install from outside: what installs stays outside the environment that ships. */
function make(facts: PythonFacts): Step {
  const version = facts.version.value;
  const commands = version.startsWith("2.")
    ? ["pip install virtualenv==20.15.1", `virtualenv ${venv}`]
    : [`python -m venv ${isAncient(version) ? "" : "--without-pip "}${venv}`];
  if (!bringsSetuptools(facts)) return { kind: "run", role: "prepare", commands, why: "" };
  return {
    kind: "run",
    role: "prepare",
    commands: [...commands, `${pipInto(facts)} 'setuptools<82'`],
    mounts: [{ type: "cache", target: "/root/.cache/pip" }],
    why: "Up to Python 3.11 an environment has setuptools, and releases of that time import its pkg_resources.",
  };
}

function bringsSetuptools(facts: PythonFacts): boolean {
  const { value: version } = facts.version;
  const manager = facts.packageManager.value;
  return (
    facts.manifests.value.length > 0 &&
    !isAncient(version) &&
    compareVersions(version, "3.12") < 0 &&
    (manager === "pip" || manager === "poetry" || manager === "pipenv")
  );
}

function pipInto(facts: PythonFacts): string {
  return isAncient(facts.version.value)
    ? `${venv}/bin/pip install`
    : `pip --python ${venv}/bin/python install`;
}

/** The steps that install the dependencies, without the project itself, from its manifests alone. */
export function installSteps(facts: PythonFacts): readonly Step[] {
  return facts.packageManager.value === "pip"
    ? managerSteps(facts)
    : [...managerSteps(facts), ...missingSteps(facts)];
}

function managerSteps(facts: PythonFacts): readonly Step[] {
  const files = facts.manifests.value;
  if (files.length === 0)
    return [make(facts), activate, ...(facts.packageManager.value === "pip" ? missingSteps(facts) : [])];
  const manifests = [...manifestSteps(files), ...localSteps(facts)];
  const run = (commands: readonly string[], cache: string): Step => ({
    kind: "run",
    role: "install",
    commands,
    mounts: [{ type: "cache", target: cache }, ...secretMounts(facts)],
    why: "",
  });
  const tool = (name: "poetry" | "pdm" | "pipenv"): Step => ({
    kind: "run",
    role: "tool",
    commands: [`pip install ${toolRequirement(name, facts.version.value)}`],
    mounts: [{ type: "cache", target: "/root/.cache/pip" }],
    why: "The tool stays out of the environment that ships.",
  });
  const locked = facts.lockfile !== undefined;
  switch (facts.packageManager.value) {
    case "pip":
      return [make(facts), activate, ...pipSteps(facts, manifests, run)];
    case "poetry":
      return [
        tool("poetry"),
        make(facts),
        activate,
        ...manifests,
        run(
          [`poetry install ${poetryGroups(facts)} --no-root --no-interaction --no-ansi`],
          "/root/.cache/pypoetry",
        ),
      ];
    case "uv":
      return [
        { kind: "copyFrom", stage: uvImage(), files: ["/uv"], to: "/usr/local/bin/", why: "" },
        {
          kind: "env",
          values: [
            ["UV_LINK_MODE", "copy"],
            ["UV_COMPILE_BYTECODE", "1"],
            ["UV_PYTHON_DOWNLOADS", "0"],
            ...(facts.excludeNewer === undefined
              ? []
              : [["UV_EXCLUDE_NEWER", facts.excludeNewer.value] as const]),
          ],
          why: `The image's own Python; copies instead of links, because the cache is another file system.${facts.excludeNewer === undefined ? "" : " The lock file was made with that cut-off and holds only beside it."}`,
        },
        ...manifests,
        run(
          [
            `uv sync ${locked ? "--locked " : ""}--no-dev${groupFlags(facts)}${packageFlag(facts)} --no-install-${facts.manifests.value.some((file) => file.endsWith("/pyproject.toml")) ? "workspace" : "project"}`,
          ],
          "/root/.cache/uv",
        ),
        activate,
      ];
    case "pdm":
      return [
        tool("pdm"),
        make(facts),
        activate,
        ...manifests,
        run(
          [`pdm ${locked ? "sync" : "install"} --prod${extraFlags(facts)} --no-self --no-editable`],
          "/root/.cache/pdm",
        ),
      ];
    case "pipenv":
      return [
        tool("pipenv"),
        make(facts),
        activate,
        ...manifests,
        run([locked ? "pipenv sync" : "pipenv install --skip-lock"], "/root/.cache/pipenv"),
      ];
  }
}

/** Dependencies that are folders or files of the project are copied before the install, at the place they keep. */
function localSteps(facts: PythonFacts): readonly Step[] {
  const places = facts.localDependencies?.value ?? [];
  if (places.length === 0) return [];
  const why = "The dependencies that are part of the project.";
  if (places.includes("."))
    return [
      ...withoutItself(facts),
      { kind: "source", files: ["."], to: "./", why: "The project is among its own dependencies." },
    ];
  return places.map((place, index) => ({
    kind: "source",
    files: [place],
    to: /\.(?:whl|tar\.gz|zip)$/.test(place)
      ? `./${place.slice(0, place.lastIndexOf("/") + 1)}`
      : `./${place}/`,
    why: index === 0 ? why : "",
  }));
}

/** The other dependencies come first, so that an edit of the source does not install them again. */
function withoutItself(facts: PythonFacts): readonly Step[] {
  const list = "third-party.txt";
  const lists = facts.requirementLists?.value ?? facts.manifests.value.slice(0, 1);
  const pipenv = facts.packageManager.value === "pipenv";
  if (pipenv ? facts.lockfile === undefined : facts.itself === undefined) return [];
  // Lists name each other from the folder they are in.
  const place = pipenv ? list : `${(lists[0] ?? "").replace(/[^/]+$/, "")}${list}`;
  const away = "sed -E '/^(-e +|--editable[ =]+)?\\.(\\[.*|\\/)?[[:space:]]*$/d'";
  const own = facts.setupRequirements?.value ?? [];
  const kept = pipenv
    ? ["pipenv requirements > all.txt", `${away} all.txt > ${list}`]
    : [
        // First what surely ends its line.
        ...(own.length === 0
          ? []
          : [`printf '%s\\n' ${own.map((one) => `'${one}'`).join(" ")} > ${shellWord(place)}`]),
        `${away} ${lists.map(shellWord).join(" ")} ${own.length === 0 ? ">" : ">>"} ${shellWord(place)}`,
      ];
  return [
    {
      kind: "run",
      role: "install",
      commands: [...kept, `${pipInto(facts)} -r ${shellWord(place)}`],
      mounts: [{ type: "cache", target: "/root/.cache/pip" }, ...secretMounts(facts)],
      why: "Everything but the project itself, so that an edit of the source does not install it again.",
    },
  ];
}

/** What no manifest names is added after what they lock. */
function missingSteps(facts: PythonFacts): readonly Step[] {
  if (facts.missing === undefined) return [];
  return [
    {
      kind: "run",
      role: "install",
      commands: [`${pipInto(facts)} ${missingRequirements(facts)}`],
      mounts: [{ type: "cache", target: "/root/.cache/pip" }, ...secretMounts(facts)],
      why: "No manifest names it, and the program does not start without it: add it there, and drop this.",
    },
  ];
}

/** Release lines that are current; a newer one is the project's to choose. */
const lines: Readonly<Record<string, string>> = {
  uvicorn: "<1", gunicorn: "<28", hypercorn: "<1", waitress: "<4", gevent: "<27", eventlet: "<1", "functions-framework": "<4", fastapi: "<1", starlette: "<2", litestar: "<3", flask: "<4", quart: "<1", bottle: "<1", falcon: "<5",
  streamlit: "<2", gradio: "<7", chainlit: "<3",
}; // biome-ignore format: a table

function missingRequirements(facts: PythonFacts): string {
  return (facts.missing?.value ?? []).map((name) => `'${name}${lines[name] ?? ""}'`).join(" ");
}

/** The steps that install the project itself into the environment; empty when it runs from its sources. */
export function projectSteps(facts: PythonFacts): readonly Step[] {
  if (!facts.installProject.value) return [];
  const locked = facts.lockfile !== undefined;
  const installs: Record<PythonManager, readonly [commands: readonly string[], cache: string]> = {
    pip: [[`${pipInto(facts)} --no-deps .`], "/root/.cache/pip"],
    poetry: [
      ["poetry build --format wheel", `${pipInto(facts)} --no-deps dist/*.whl`],
      "/root/.cache/pypoetry",
    ],
    uv: [
      [`uv sync ${locked ? "--locked " : ""}--no-dev${groupFlags(facts)}${packageFlag(facts)} --no-editable`],
      "/root/.cache/uv",
    ],
    pdm: [[`pdm install --prod${extraFlags(facts)} --no-editable`], "/root/.cache/pdm"],
    pipenv: [[`${pipInto(facts)} --no-deps .`], "/root/.cache/pip"],
  };
  const [commands, cache] = installs[facts.packageManager.value];
  return [
    { kind: "source", files: ["."], to: "./", why: "" },
    ...versionSteps(facts),
    {
      kind: "run",
      role: "build",
      commands,
      mounts: [{ type: "cache", target: cache }],
      why:
        facts.workspace === undefined
          ? "The project is started through a script of its own, so it is installed too."
          : "The members of the workspace that it needs are installed too.",
    },
  ];
}

/** A version for the build backend that asks git for one. */
function versionSteps(facts: PythonFacts): readonly Step[] {
  return facts.versionVariable === undefined
    ? []
    : [
        {
          kind: "arg",
          name: facts.versionVariable.value,
          value: "0.0.0",
          why: "The version comes from git's tags, which are not in the build context: --build-arg gives it.",
        },
      ];
}

/** uv: the groups and extras of production. */
function groupFlags(facts: PythonFacts): string {
  return (facts.groups?.value ?? []).map(({ name, kind }) => ` --${kind} ${shellWord(name)}`).join("");
}

/** Poetry: the main group with those of production, and extras. */
function poetryGroups(facts: PythonFacts): string {
  const groups = facts.groups?.value ?? [];
  const of = (kind: "extra" | "group"): readonly string[] =>
    groups.filter((group) => group.kind === kind).map(({ name }) => shellWord(name));
  return [
    `--only ${["main", ...of("group")].join(",")}`,
    ...of("extra").map((name) => `--extras ${name}`),
  ].join(" ");
}

/** PDM: its groups of production are extras; PEP 735's are for development. */
function extraFlags(facts: PythonFacts): string {
  return (facts.groups?.value ?? [])
    .filter(({ kind }) => kind === "extra")
    .map(({ name }) => ` -G ${shellWord(name)}`)
    .join("");
}

/** One member of a workspace with what it needs, instead of the root package. */
function packageFlag(facts: PythonFacts): string {
  return facts.workspaceName === undefined ? "" : ` --package ${shellWord(facts.workspaceName.value)}`;
}

function pipSteps(
  facts: PythonFacts,
  manifests: readonly Step[],
  run: (commands: readonly string[], cache: string) => Step,
): readonly Step[] {
  const [first = "requirements.txt"] = facts.manifests.value;
  const cache = "/root/.cache/pip";
  const missing = facts.missing === undefined ? "" : ` ${missingRequirements(facts)}`;
  const bounds = (facts.bounds?.value ?? []).map((bound) => ` '${bound}'`).join("") + missing;
  if (first.endsWith(".txt")) {
    const lists = (facts.requirementLists?.value ?? [first]).map((file) => ` -r ${shellWord(file)}`).join("");
    if (facts.itself !== undefined) {
      const [, editable = "", extras = ""] =
        /^((?:-e|--editable)[ =]+)?\.\/?(\[[\w,-]+\])?$/.exec(facts.itself.value) ?? [];
      const alone = facts.itselfAlone?.value === true && extras === "" ? "--no-deps " : "";
      const words = `${alone}${editable === "" ? "" : "-e "}${extras === "" ? "." : `'.${extras}'`}`;
      return [...manifests, run([`${pipInto(facts)} ${words}${bounds}`], cache)];
    }
    const beside = facts.hashed?.value === true && bounds !== "";
    const commands = beside
      ? [`${pipInto(facts)}${lists}`, `${pipInto(facts)}${bounds}`]
      : [`${pipInto(facts)}${lists}${bounds}`];
    return [...manifests, run(commands, cache)];
  }
  const minor = Number(facts.version.value.split(".")[1]);
  if (first === "pyproject.toml") {
    // `pip install .` would need the sources; the list of dependencies does not. Before 3.11 pip's own reader has to do.
    const [python, reader] =
      minor >= 11
        ? ["python", "import tomllib"]
        : ["/usr/local/bin/python", "from pip._vendor import tomli as tomllib"];
    const groups = facts.groups?.value ?? [];
    const extras = groups
      .filter(({ kind }) => kind === "extra")
      .map(({ name }) => `, *p['optional-dependencies']['${name}']`)
      .join("");
    const list = `${python} -c "${reader}; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; print(*p.get('dependencies', [])${extras}, sep='\\n')" > /tmp/requirements.txt`;
    const named = groups
      .filter(({ kind }) => kind === "group")
      .map(({ name }) => ` --group ${shellWord(name)}`);
    return [
      ...manifests,
      run([list, `${pipInto(facts)} -r /tmp/requirements.txt${named.join("")}${missing}`], cache),
    ];
  }
  const stated = facts.setupRequirements?.value ?? [];
  const list = `printf '%s\\n' ${stated.map((requirement) => `'${requirement}'`).join(" ")} > /tmp/requirements.txt`;
  const early: readonly Step[] =
    stated.length === 0
      ? []
      : [
          {
            kind: "run",
            role: "install",
            commands: [list, `${pipInto(facts)} -r /tmp/requirements.txt`],
            mounts: [{ type: "cache", target: cache }, ...secretMounts(facts)],
            why: `What ${first} asks for, so that an edit of the source does not install it again; the install below has the last word.`,
          },
        ];
  return [
    ...early,
    {
      kind: "source",
      files: ["."],
      to: "./",
      why: "pip runs the project's own setup to learn its dependencies.",
    },
    ...versionSteps(facts),
    run([`${pipInto(facts)} .${missing}`], cache),
  ];
}

function uvImage(): string {
  return `ghcr.io/astral-sh/uv:${toolVersion("uv").split(".").slice(0, 2).join(".")}`;
}

/** The pinned tool; for a Python it no longer runs on, the newest that does. */
function toolRequirement(name: "poetry" | "pdm" | "pipenv", python: string): string {
  const version = toolVersion(name);
  if (compareVersions(python, "3.10") < 0) return `'${name}<=${version}'`;
  // PDM's extra pins what PDM itself needs: with newer releases of that, an older PDM no longer starts.
  return name === "pdm" ? `'pdm[locked]==${version}'` : `${name}==${version}`;
}

function secretMounts(facts: PythonFacts): readonly MountPlan[] {
  return [
    ...(facts.privateIndex
      ? [{ type: "secret", id: "pip_conf", target: "/root/.config/pip/pip.conf" } satisfies MountPlan]
      : []),
    ...(facts.indexHosts
      ? [{ type: "secret", id: "netrc", target: "/root/.netrc" } satisfies MountPlan]
      : []),
    ...(facts.indexVariables?.value ?? []).map(
      (name): MountPlan => ({ type: "secret", id: name, env: name }),
    ),
    ...(facts.gitDependencies?.value === "ssh" ? [{ type: "ssh" } satisfies MountPlan] : []),
  ];
}
