import type { BuildInput, Plan, StagePlan, Step } from "../../plan/types.ts";
import { pythonHealthcheck } from "../healthcheck.ts";
import { initEntrypoint } from "../init.ts";
import { applicationUser, nonroot, owner, type RuntimeUser, userSteps } from "../runtime-user.ts";
import { shellWord } from "../shell-word.ts";
import { sizeOf } from "../size.ts";
import type { Parameters } from "../types.ts";
import { type DjangoEnvironment, unused } from "./django-settings.ts";
import type { PythonFacts } from "./facts.ts";
import { activateValues, installSteps, isAncient, projectSteps, venv } from "./install.ts";

/** Decides stages, bases and steps for a Python application. */
export function planPython(facts: PythonFacts, parameters: Parameters): Plan {
  const version = facts.version.value;
  const slim = `python:${version}-slim`;
  const warnings: string[] = [];
  const hardened = parameters.variant === "hardened" && version === distrolessPython;
  if (parameters.variant === "hardened" && !hardened) {
    warnings.push(
      `distroless has Python ${distrolessPython} only: for ${version} the runtime stays ${slim} (set version to ${distrolessPython} for a runtime without a shell)`,
    );
  }
  const base = parameters.baseRuntime ?? (hardened ? "gcr.io/distroless/python3-debian13:nonroot" : slim);
  const distroless = base.includes("distroless/");
  const family = /alpine/.test(base) ? "alpine" : "debian";
  if (family === "alpine") {
    warnings.push(
      `${base} is musl: wheels built in ${slim} (glibc) will not load; build on an alpine image too, or keep slim`,
    );
  }
  if (isAncient(version) && facts.buildPackages.value.length + facts.runPackages.value.length > 0) {
    warnings.push(
      `the images of Python ${version} are on a Debian whose packages are archived: ${because(facts)} cannot be installed there`,
    );
  }
  const user = distroless ? nonroot : applicationUser(parameters.uid);
  const single = parameters.variant === "quick";
  const deps = depsStage(facts, slim, single ? "runtime" : "deps");
  const project = projectSteps(facts);
  const builder: readonly StagePlan[] =
    project.length > 0
      ? [{ name: "builder", from: "deps", why: "the project itself, installed", steps: project }]
      : [];
  const stages: readonly StagePlan[] = single
    ? [
        {
          ...deps,
          steps: [
            ...deps.steps,
            ...runtimeSteps(facts, user, { family, distroless, copyVenv: undefined, python: "python" }),
          ],
        },
      ]
    : [
        deps,
        ...builder,
        ...(parameters.tests ? [testStage(facts)] : []),
        {
          name: "runtime",
          from: base,
          why: distroless ? "no shell, no package manager" : "the interpreter on a small Debian",
          steps: runtimeSteps(facts, user, {
            family,
            distroless,
            copyVenv: project.length > 0 ? "builder" : "deps",
            python: distroless ? "/usr/bin/python3" : "python",
          }),
        },
      ];
  return {
    language: "python",
    appType: facts.appType.value,
    variant: parameters.variant,
    template: "python/app",
    headline: `${facts.name.value}: ${facts.framework?.value ?? "Python"} on Python ${version}, dependencies by ${facts.packageManager.value}`,
    globalArgs: [],
    stages,
    keep: [
      ...(facts.installProject.value || buildsItself(facts) ? facts.packageFiles.value : []),
      ...below(facts.neededFiles?.value ?? [], facts.workspace?.value),
    ],
    ignore: [
      "**/__pycache__",
      "**/*.py[cod]",
      "**/.venv",
      "**/venv",
      "**/.pytest_cache",
      "**/.mypy_cache",
      "**/.ruff_cache",
      "**/*.egg-info",
    ],
    inputs: buildInputs(facts),
    probe: {
      ...(facts.port ? { port: facts.port.value } : {}),
      ...(facts.healthPath ? { path: facts.healthPath.value } : {}),
      ...(facts.appType.value === "cli" ? { exits: true } : {}),
    },
    size: sizeOf(base, [
      { what: "dependencies", minMB: 10, maxMB: 250, source: "seed 000 (250 MB for a FastAPI service)" },
    ]),
    projectSettings: [],
    warnings,
  };
}

/** The minor version of gcr.io/distroless/python3-debian13 (Debian 13's own Python). */
const distrolessPython = "3.13";

function depsStage(facts: PythonFacts, from: string, name: string): StagePlan {
  const fetching = [
    ...(facts.gitDependencies ? gitPackages(facts) : []),
    ...(facts.mercurialDependencies ? ["mercurial"] : []),
  ];
  const packages = [...facts.buildPackages.value, ...fetching];
  const steps: Step[] = [
    {
      kind: "env",
      values: [
        ["PYTHONDONTWRITEBYTECODE", "1"],
        ["PIP_DISABLE_PIP_VERSION_CHECK", "1"],
      ],
      why: "",
    },
    ...(packages.length > 0
      ? [
          {
            kind: "packages",
            manager: "apt",
            names: packages,
            why:
              fetching.length === packages.length
                ? `What fetches dependencies from ${facts.gitDependencies ? "git" : "Mercurial"}; it stays in this stage.`
                : `Compilers and headers for ${because(facts)}; they stay in this stage.`,
          } satisfies Step,
        ]
      : []),
    { kind: "workdir", path: "/app", why: "" },
    ...installSteps(facts),
  ];
  return { name, from, why: "the locked dependencies in a virtual environment", steps };
}

/** Paths of a workspace's member as the build context has them. */
function below(files: readonly string[], folder: string | undefined): readonly string[] {
  return folder === undefined ? files : files.map((file) => `${folder}/${file}`);
}

/** pip has to run the project's own build to learn its dependencies. */
function buildsItself(facts: PythonFacts): boolean {
  return facts.packageManager.value === "pip" && !(facts.manifests.value[0] ?? "").endsWith(".txt");
}

function testStage(facts: PythonFacts): StagePlan {
  return {
    name: "test",
    from: "deps",
    why: "the tests, in the environment of the build",
    steps: [
      {
        kind: "run",
        role: "tool",
        commands: [`pip --python ${venv}/bin/python install 'pytest<10'`],
        mounts: [{ type: "cache", target: "/root/.cache/pip" }],
        why: "",
      },
      { kind: "source", files: ["."], to: "./", why: "" },
      ...(facts.sourceRoot
        ? [
            {
              kind: "env",
              values: [["PYTHONPATH", `/app/${facts.sourceRoot.value}`]],
              why: "",
            } satisfies Step,
          ]
        : []),
      { kind: "run", role: "test", commands: ["python -m pytest"], why: "" },
    ],
  };
}

interface RuntimeShape {
  readonly family: "debian" | "alpine";
  readonly distroless: boolean;
  /** The stage the environment is copied from; undefined when it is made in this one. */
  readonly copyVenv: "deps" | "builder" | undefined;
  readonly python: string;
}

function runtimeSteps(facts: PythonFacts, user: RuntimeUser, shape: RuntimeShape): readonly Step[] {
  const { distroless } = shape;
  const sitePackages = `${venv}/lib/python${facts.version.value}/site-packages`;
  const pythonPath = [
    ...(facts.sourceRoot ? [`/app/${facts.sourceRoot.value}`] : []),
    ...(distroless ? [sitePackages] : []),
  ];
  const port = facts.port?.value;
  const version2 = facts.version.value.startsWith("2.");
  // A command that is called and ends takes its words after the image's name, and Python's own handler of Ctrl+C does.
  const called = facts.appType.value === "cli";
  const init = !called && !facts.handlesSignals.value && !distroless && !isAncient(facts.version.value);
  const packages = [...facts.runPackages.value, ...(init ? ["tini"] : [])];
  return [
    ...(packages.length > 0 && !distroless
      ? [
          {
            kind: "packages",
            manager: "apt",
            names: packages,
            why: facts.runPackages.value.length > 0 ? runtimeReason(facts) : "",
          } satisfies Step,
        ]
      : []),
    {
      kind: "env",
      values: [
        ...(distroless || !shape.copyVenv ? [] : activateValues),
        ["PYTHONUNBUFFERED", "1"],
        ...(port !== undefined && facts.portVariable
          ? [[facts.portVariable.value, String(port)] as const]
          : []),
        ...(facts.environment?.value ?? []).filter(([name]) => name !== facts.portVariable?.value),
        ...(shape.copyVenv ? [["PYTHONDONTWRITEBYTECODE", "1"] as const] : []),
        ...(pythonPath.length > 0 ? [["PYTHONPATH", pythonPath.join(":")] as const] : []),
      ],
      why: "",
    },
    ...(distroless ? [] : userSteps(user, shape.family, "/app")),
    ...(distroless
      ? [{ kind: "user", uid: user.uid, gid: user.gid, why: "distroless' nonroot, by number" } satisfies Step]
      : []),
    { kind: "workdir", path: "/app", why: "" },
    ...(shape.copyVenv
      ? [{ kind: "copyFrom", stage: shape.copyVenv, files: [venv], to: venv, why: "" } satisfies Step]
      : []),
    {
      kind: "source",
      files: [facts.workspace === undefined ? "." : `${facts.workspace.value}/`],
      to: "./",
      chown: owner(user),
      why: "",
    },
    ...(facts.collectStatic && !distroless
      ? [
          {
            kind: "run",
            role: "build",
            commands: [
              `${collectVariables(facts.collectEnvironment?.value)} python ${shellWord(facts.collectStatic.value)} collectstatic --noinput`,
            ],
            why: "Static files are collected into the image; the values are placeholders for this one command.",
          } satisfies Step,
        ]
      : []),
    ...(port === undefined ? [] : [{ kind: "expose", port, why: "" } satisfies Step]),
    ...(port === undefined
      ? []
      : [
          pythonHealthcheck(
            // Python 2 has no urllib.request: the port has to do.
            { port, ...(facts.healthPath && !version2 ? { path: facts.healthPath.value } : {}) },
            shape.python,
          ),
        ]),
    ...(init ? [initEntrypoint()] : []),
    ...commandSteps(facts, distroless),
  ];
}

/** `SECRET_KEY=unused-while-building DATABASE_URL=sqlite:///:memory:`, before a command. */
function collectVariables(environment: DjangoEnvironment | undefined): string {
  const placeholders = environment?.placeholders ?? [];
  const named = placeholders.some(([name]) => /SECRET_KEY/.test(name));
  const values: readonly (readonly [name: string, value: string])[] = [
    ...(environment?.module === undefined ? [] : [["DJANGO_SETTINGS_MODULE", environment.module] as const]),
    ...(named ? [] : [["SECRET_KEY", unused] as const]),
    ...placeholders,
  ];
  return values.map(([name, value]) => `${name}=${shellWord(value)}`).join(" ");
}

function commandSteps(facts: PythonFacts, distroless: boolean): readonly Step[] {
  const start = facts.start.value;
  if (!distroless) {
    const kind = facts.appType.value === "cli" ? "entrypoint" : "command";
    return [{ kind, command: start, why: "" }];
  }
  // Distroless starts /usr/bin/python3; console scripts of the environment point at an interpreter that is not there.
  const [program = "", ...rest] = start;
  const words = program === "python" ? rest : ["-m", program, ...rest];
  return [
    { kind: "entrypoint", command: ["/usr/bin/python3"], why: "" },
    { kind: "command", command: words, why: "" },
  ];
}

function buildInputs(facts: PythonFacts): readonly BuildInput[] {
  return [
    ...(facts.privateIndex
      ? [
          {
            kind: "secret",
            id: "pip_conf",
            flag: "--secret id=pip_conf,src=$HOME/.config/pip/pip.conf",
            why: `${facts.privateIndex.value} names an index with credentials`,
          } satisfies BuildInput,
        ]
      : []),
    ...(facts.indexHosts
      ? [
          {
            kind: "secret",
            id: "netrc",
            flag: "--secret id=netrc,src=$HOME/.netrc",
            why: `packages come from ${facts.indexHosts.value.slice(0, 3).join(", ")}; leave it out where that serves everybody`,
          } satisfies BuildInput,
        ]
      : []),
    ...(facts.indexVariables?.value ?? []).map(
      (name): BuildInput => ({
        kind: "secret",
        id: name,
        flag: `--secret id=${name},env=${name}`,
        why: "the address of the package index names it",
      }),
    ),
    ...(facts.gitDependencies?.value === "ssh"
      ? [
          {
            kind: "ssh",
            id: "default",
            flag: "--ssh default",
            why: "a dependency comes from git over SSH",
          } satisfies BuildInput,
        ]
      : []),
  ];
}

function gitPackages(facts: PythonFacts): readonly string[] {
  return facts.gitDependencies?.value === "ssh" ? ["git", "openssh-client"] : ["git"];
}

/** Source files call programs, lists for a platform name packages; the rest are libraries' own needs. */
const program = /\.py$|^(?:packages\.txt|Aptfile)$/;

function runtimeReason(facts: PythonFacts): string {
  const programs = facts.runPackages.evidence.filter(({ file }) => program.test(file));
  const called = [...new Set(programs.map(({ file }) => file))].slice(0, 2).join(" and ");
  if (programs.length === 0) return `Shared libraries that ${because(facts)} loads at run time.`;
  return programs.length === facts.runPackages.evidence.length
    ? `What ${called} calls or asks for.`
    : `Shared libraries that ${because(facts)} loads at run time, and what ${called} calls or asks for.`;
}

function because(facts: PythonFacts): string {
  const names = facts.buildPackages.evidence
    .concat(facts.runPackages.evidence.filter(({ file }) => !program.test(file)))
    .map((found) => (found.text ?? "").split(/[=<>~!\s[;"]/).find(Boolean) ?? "");
  const unique = [...new Set(names.filter(Boolean))];
  return unique.length > 0 ? unique.slice(0, 4).join(", ") : "the dependencies";
}
