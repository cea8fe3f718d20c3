import { compareVersions } from "../../data/version.ts";
import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { AppType, Evidence, Fact, Project } from "../../project/types.ts";
import { findHealthPath } from "../health-path.ts";
import { commandWords, readProcfile } from "../procfile.ts";
import { sources } from "../sources.ts";
import type { Parameters } from "../types.ts";
import { type Dependency, normalise } from "./dependencies.ts";
import { djangoHealthPath } from "./django-health.ts";
import { pythonMounting } from "./mounting.ts";
import { portVariable } from "./port-variable.ts";

/** How the process is started and reached. */
export interface Application {
  readonly framework?: Fact<string>;
  readonly appType: Fact<AppType>;
  readonly start: Fact<readonly string[]>;
  readonly port?: Fact<number>;
  readonly healthPath?: Fact<string>;
  readonly warnings: readonly string[];
}

const servers: readonly (readonly [dependency: string, framework: string])[] = [
  ["fastapi", "FastAPI"], ["litestar", "Litestar"], ["django", "Django"], ["flask", "Flask"], ["starlette", "Starlette"],
  ["sanic", "Sanic"], ["streamlit", "Streamlit"], ["aiohttp", "aiohttp"], ["quart", "Quart"], ["bottle", "Bottle"],
  ["tornado", "Tornado"], ["python-fasthtml", "FastHTML"], ["falcon", "Falcon"], ["gradio", "Gradio"], ["celery", "Celery"],
  ["functions-framework", "Functions Framework"],
]; // biome-ignore format: a table

/** Frameworks that may be named without a project. */
export const pythonFrameworks: readonly string[] = servers.map(([, framework]) => framework);

/** Reads framework, entry point, port and health route; undefined when nothing can be started. */
export function readApplication(
  project: Project,
  dependencies: readonly Dependency[],
  parameters: Parameters,
): Application | undefined {
  const has = (name: string): Dependency | undefined =>
    dependencies.find((dependency) => dependency.name === name);
  const wanted = parameters.framework?.toLowerCase();
  const match = servers.find(([name, title]) =>
    wanted ? title.toLowerCase() === wanted : has(name) !== undefined,
  );
  const declared = match ? has(match[0]) : undefined;
  const framework = match
    ? declared
      ? certain(match[1], declared.evidence)
      : given(match[1], "framework")
    : undefined;
  const warnings: string[] = [];
  const healthPath = readHealthPath(project, framework?.value, parameters);
  const server = started(project, framework?.value, has, parameters, warnings);
  if (!server) return undefined;
  const appType: Fact<AppType> =
    parameters.appType !== undefined
      ? given(parameters.appType, "appType")
      : server.port === undefined
        ? likely("worker", "it serves no port")
        : certain("api", ...(framework?.evidence ?? []));
  const port = appType.value === "worker" || appType.value === "cli" ? undefined : server.port;
  return {
    ...(framework ? { framework } : {}),
    appType,
    start: server.start,
    ...(port ? { port } : {}),
    ...(healthPath && port ? { healthPath } : {}),
    warnings,
  };
}

function readHealthPath(
  project: Project,
  framework: string | undefined,
  parameters: Parameters,
): Fact<string> | undefined {
  if (parameters.healthPath !== undefined) return given(parameters.healthPath, "healthPath");
  if (framework === "Streamlit") return likely("/_stcore/health", "Streamlit's own route");
  if (framework === "Django") return djangoHealthPath(project);
  return findHealthPath(project, [".py"], pythonMounting);
}

interface Started {
  readonly start: Fact<readonly string[]>;
  readonly port?: Fact<number>;
}

function started(
  project: Project,
  framework: string | undefined,
  has: (name: string) => Dependency | undefined,
  parameters: Parameters,
  warnings: string[],
): Started | undefined {
  const portOf = (standard: number): Fact<number> =>
    parameters.port !== undefined
      ? given(parameters.port, "port")
      : (portInSource(project) ?? assumed(standard, `the usual port of ${framework ?? "Python services"}`));
  if (parameters.start) {
    const serves =
      framework !== undefined &&
      framework !== "Celery" &&
      parameters.appType !== "worker" &&
      parameters.appType !== "cli";
    return {
      start: given(parameters.start, "start"),
      ...(serves || parameters.port ? { port: portOf(8000) } : {}),
    };
  }
  const web = readProcfile(project).find((entry) => entry.type === "web");
  if (web) {
    const port = portOf(8000);
    const words = commandWords(web.command, port.value);
    if (words) return { start: certain(boundToAll(words, port.value), web.evidence), port };
    warnings.push("the Procfile's web process needs a shell; its command was not taken over");
  }
  switch (framework) {
    case "FastAPI":
    case "Starlette":
    case "Litestar":
    case "Quart": {
      const object = findObject(
        project,
        new RegExp(`^(\\w+)(?:\\s*:\\s*[\\w.]+)?\\s*=\\s*(?:[\\w.]*\\.)?${framework}\\(`),
      );
      const made =
        object ?? findObject(project, /^(\w+)\s*=\s*(?:[\w.]+\.)?(?:create|make|get|build)_app\w*\(/);
      const factory = made
        ? undefined
        : findObject(project, /^def\s+((?:create|make|get|build)_app\w*)\s*\(/);
      const target = made ?? factory;
      if (!target) return scriptStart(project, portOf(8000));
      const port = portOf(8000);
      const flag = factory ? ["--factory"] : [];
      const server = has("uvicorn") || has("fastapi") || !has("hypercorn") ? "uvicorn" : "hypercorn";
      const start =
        server === "uvicorn"
          ? ["uvicorn", ...flag, target.path, "--host", "0.0.0.0", "--port", String(port.value)]
          : ["hypercorn", target.path, "--bind", `0.0.0.0:${port.value}`];
      if (!has("uvicorn") && !has("hypercorn") && !has("fastapi")) {
        warnings.push(`no ASGI server is among the dependencies: add uvicorn`);
      }
      return { start: certain(start, target.evidence), port };
    }
    case "FastHTML": {
      const object = findObject(project, /^(\w+)\s*(?:,\s*\w+\s*)*=\s*(?:fast_app|FastHTML)\(/);
      const port = portOf(5001);
      if (!object) return scriptStart(project, port);
      return {
        start: certain(
          ["uvicorn", object.path, "--host", "0.0.0.0", "--port", String(port.value)],
          object.evidence,
        ),
        port,
      };
    }
    case "Flask": {
      const object = findObject(project, /^(\w+)(?:\s*:\s*\w+)?\s*=\s*(?:flask\.)?Flask\(/);
      const factory = object ? undefined : findObject(project, /^def\s+((?:create|make)_app\w*)\s*\(/);
      const made = object ?? findObject(project, /^(\w+)\s*=\s*(?:create|make)_app\w*\(/) ?? factory;
      if (!made) return scriptStart(project, portOf(5000));
      if (has("gunicorn")) {
        const port = portOf(8000);
        const target = made === factory ? `${made.path}()` : made.path;
        return {
          start: certain(["gunicorn", "--bind", `0.0.0.0:${port.value}`, target], made.evidence),
          port,
        };
      }
      if (has("waitress")) {
        const port = portOf(8000);
        const call = made === factory ? ["--call"] : [];
        return {
          start: certain(
            ["waitress-serve", "--listen", `0.0.0.0:${port.value}`, ...call, made.path],
            made.evidence,
          ),
          port,
        };
      }
      const port = portOf(5000);
      warnings.push("Flask's own server is for development: add gunicorn to the dependencies");
      const pinned = /^===?\s*(\d[\d.]*)/.exec(has("flask")?.requirement ?? "")?.[1];
      // Before 2.2 the command has no --app and reads the variable.
      const named =
        pinned !== undefined && compareVersions(pinned, "2.2") < 0
          ? ["env", `FLASK_APP=${made.path}`, "flask"]
          : ["flask", "--app", made.path];
      const start = [...named, "run", "--host", "0.0.0.0", "--port", String(port.value)];
      return { start: certain(start, made.evidence), port };
    }
    case "Django":
      return djangoStart(project, has, portOf(8000), warnings);
    case "Streamlit": {
      const script = findScript(project, /^\s*(?:import streamlit|from streamlit)/m);
      if (!script) return undefined;
      const port = portOf(8501);
      const start = [
        "streamlit",
        "run",
        script,
        "--server.address=0.0.0.0",
        `--server.port=${port.value}`,
        "--server.headless=true",
      ];
      return { start: certain(start, { file: script }), port };
    }
    case "Functions Framework": {
      const handler = findHandler(project);
      if (handler === undefined) return undefined;
      const port = portOf(8080);
      const start = ["functions-framework", `--target=${handler}`, "--host=0.0.0.0", `--port=${port.value}`];
      return { start: certain(start, evidence(project, "main.py", `def ${handler}(`)), port };
    }
    case "Sanic": {
      const object = findObject(project, /^(\w+)\s*=\s*Sanic\(/);
      if (!object) return scriptStart(project, portOf(8000));
      const port = portOf(8000);
      return {
        start: certain(["sanic", object.path, "--host=0.0.0.0", `--port=${port.value}`], object.evidence),
        port,
      };
    }
    case "Celery": {
      const object = findObject(project, /^(\w+)\s*=\s*Celery\(/);
      if (!object) return scriptStart(project, undefined);
      return {
        start: certain(
          ["celery", "--app", object.path.replace(":", "."), "worker", "--loglevel=info"],
          object.evidence,
        ),
      };
    }
    default:
      return scriptStart(
        project,
        framework === undefined ? listeningPort(project, parameters) : portOf(8000),
      );
  }
}

function djangoStart(
  project: Project,
  has: (name: string) => Dependency | undefined,
  port: Fact<number>,
  warnings: string[],
): Started | undefined {
  const manage = project.glob("{manage.py,*/manage.py}")[0];
  const settings = /DJANGO_SETTINGS_MODULE["'],\s*["']([\w.]+)["']/.exec(
    project.read(manage ?? "") ?? "",
  )?.[1];
  const wsgi = sources(project, ["wsgi.py"])[0];
  const asgi = sources(project, ["asgi.py"])[0];
  // Below the folder of manage.py the modules are imported by their own names.
  const folder = manage?.includes("/") ? manage.slice(0, manage.lastIndexOf("/")) : undefined;
  const inside = (file: string): boolean => folder !== undefined && file.startsWith(`${folder}/`);
  const module = (file: string): string =>
    moduleOf(project, inside(file) && folder !== undefined ? file.slice(folder.length + 1) : file);
  const from = (file: string, flag: string): readonly string[] =>
    inside(file) && folder !== undefined ? [flag, folder] : [];
  if (has("gunicorn") && wsgi) {
    return {
      start: certain(
        [
          "gunicorn",
          ...from(wsgi, "--chdir"),
          "--bind",
          `0.0.0.0:${port.value}`,
          `${module(wsgi)}:application`,
        ],
        { file: wsgi },
      ),
      port,
    };
  }
  if ((has("uvicorn") || has("daphne") || has("hypercorn") || has("granian")) && asgi) {
    const target = `${module(asgi)}:application`;
    const start = has("granian")
      ? ["granian", "--interface", "asgi", "--host", "0.0.0.0", "--port", String(port.value), target]
      : has("uvicorn")
        ? ["uvicorn", ...from(asgi, "--app-dir"), target, "--host", "0.0.0.0", "--port", String(port.value)]
        : has("daphne")
          ? ["daphne", "-b", "0.0.0.0", "-p", String(port.value), target]
          : ["hypercorn", target, "--bind", `0.0.0.0:${port.value}`];
    return { start: certain(start, { file: asgi }), port };
  }
  if (manage === undefined || settings === undefined) return undefined;
  warnings.push("Django's own server is for development: add gunicorn to the dependencies");
  const start = ["python", manage, "runserver", "--noreload", `0.0.0.0:${port.value}`];
  return { start: certain(start, evidence(project, manage, "DJANGO_SETTINGS_MODULE")), port };
}

function scriptStart(project: Project, port: Fact<number> | undefined): Started | undefined {
  const scripts = projectScripts(project);
  const named = normalise(projectName(project) ?? "");
  const only = scripts.length === 1 ? scripts[0] : scripts.find((name) => normalise(name) === named);
  // `release` runs once before the others and ends.
  const processes = readProcfile(project).filter(({ type }) => type !== "release");
  const worker = processes.find(({ type }) => type === "worker") ?? processes[0];
  const words = worker && commandWords(worker.command, port?.value);
  if (worker && words) return { start: certain(words, worker.evidence), ...(port ? { port } : {}) };
  if (only !== undefined) {
    return {
      start: certain([only], evidence(project, "pyproject.toml", only)),
      ...(port ? { port } : {}),
    };
  }
  const usual = [
    "main.py",
    "app.py",
    "run.py",
    "server.py",
    "bot.py",
    "src/main.py",
    "app/main.py",
    "start.py",
    "hello.py",
  ].find((file) => project.has(file));
  const packages = sources(project, ["__main__.py"]).filter((file) =>
    /^(src\/)?[^/]+\/__main__\.py$/.test(file),
  );
  const loose = project.files.filter(
    (file) =>
      file.endsWith(".py") &&
      !file.includes("/") &&
      !/^(setup|conftest|manage|test_.*|.*_test|.*_pb2(_grpc)?)\.py$/.test(file),
  );
  const guarded = loose.filter((name) => /^if __name__ == ["']__main__["']/m.test(project.read(name) ?? ""));
  // Of several programs one may be the service: `email_server.py` beside `email_client.py`.
  const services = guarded.filter((name) => /(?:^|_)(?:server|service|main|app|worker)\.py$/.test(name));
  const file = usual ?? [packages, loose, guarded, services].find((names) => names.length === 1)?.[0];
  if (file === undefined) return undefined;
  const start = file.endsWith("__main__.py")
    ? ["python", "-m", moduleOf(project, file).replace(/\.__main__$/, "")]
    : ["python", file];
  return { start: likely(start, "the usual name of an entry point", { file }), ...(port ? { port } : {}) };
}

function projectName(project: Project): string | undefined {
  const pyproject = project.toml("pyproject.toml");
  return text(dig(pyproject, "project", "name")) ?? text(dig(pyproject, "tool", "poetry", "name"));
}

/** Names of the commands that installing the project makes. */
export function projectScripts(project: Project): readonly string[] {
  const pyproject = project.toml("pyproject.toml");
  return [dig(pyproject, "project", "scripts"), dig(pyproject, "tool", "poetry", "scripts")].flatMap(
    (table) => (isRecord(table) ? Object.keys(table) : []),
  );
}

/** A port only when a server is seen in the source: a plain script is a worker. */
function listeningPort(project: Project, parameters: Parameters): Fact<number> | undefined {
  if (parameters.port !== undefined) return given(parameters.port, "port");
  const serving = sources(project, [".py"]).find((file) =>
    /HTTPServer\(|socketserver\.|grpc\.(?:aio\.)?server\(|\.run\([^)]*port|serve_forever|uvicorn\.run/.test(
      project.read(file) ?? "",
    ),
  );
  if (serving !== undefined) {
    const stated = portInSource(project);
    // A guess is of use only where the program takes it; a probe of another port would call it ill.
    if (stated || portVariable(project) || !remote.test(project.read(serving) ?? ""))
      return stated ?? assumed(8000, "a server is started, its port is not stated");
  }
  return undefined;
}

const remote = /grpc\.(?:aio\.)?server\(/;

const portPattern =
  /(?:\bport\s*[=:]\s*|["']PORT["']\s*,\s*["']?|--port[= ]|\bPORT\s*=\s*|HTTPServer\(\(\s*["'][^"']*["']\s*,\s*)(?:int\()?["']?(\d{2,5})\b/;

function portInSource(project: Project): Fact<number> | undefined {
  for (const file of sources(project, [".py"])) {
    const found = portPattern.exec(project.read(file) ?? "")?.[1];
    if (
      found !== undefined &&
      !/settings|config|database|redis|celery/.test(file) &&
      ![5432, 3306, 6379, 27017, 5672, 587, 25].includes(Number(found))
    ) {
      return certain(Number(found), evidence(project, file, portPattern));
    }
  }
  return undefined;
}

function findObject(project: Project, pattern: RegExp): { path: string; evidence: Evidence } | undefined {
  const multiline = new RegExp(pattern.source, "m");
  for (const file of sources(project, [".py"])) {
    const name = multiline.exec(project.read(file) ?? "")?.[1];
    if (name !== undefined)
      return { path: `${moduleOf(project, file)}:${name}`, evidence: evidence(project, file, pattern) };
  }
  return undefined;
}

/** The function of main.py that serves requests: the decorated one, or the only one. */
function findHandler(project: Project): string | undefined {
  const body = project.read("main.py") ?? "";
  const decorated = /^@functions_framework\.\w+\s*(?:\([^)]*\))?\s*\n(?:async )?def (\w+)\(/m.exec(body)?.[1];
  const all = [...body.matchAll(/^(?:async )?def (\w+)\(/gm)].map((match) => match[1]);
  return decorated ?? (all.length === 1 ? all[0] : undefined);
}

function findScript(project: Project, pattern: RegExp): string | undefined {
  return sources(project, [".py"]).find((file) => pattern.test(project.read(file) ?? ""));
}

/** `src/shop/api.py` as `shop.api` when src/ is a source root, else `src.shop.api`. */
function moduleOf(project: Project, file: string): string {
  const root = sourceRoot(project);
  const inside = root !== undefined && file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file;
  return inside
    .replace(/\.py$/, "")
    .replace(/\/__init__$/, "")
    .replaceAll("/", ".");
}

/** `src` when packages below it are imported by their own name (no `src/__init__.py`, nobody writes `from src`). */
export function sourceRoot(project: Project): string | undefined {
  if (project.has("src/__init__.py")) return undefined;
  const packages = project.files.some(
    (file) => /^src\/\w+\/__init__\.py$/.test(file) || /^src\/\w+\.py$/.test(file),
  );
  if (!packages) return undefined;
  return sources(project, [".py"]).some((file) => /^\s*(?:from|import) src\b/m.test(project.read(file) ?? ""))
    ? undefined
    : "src";
}

/** A Procfile's gunicorn or uvicorn that binds to loopback would not be reachable: the address is made explicit. */
function boundToAll(words: readonly string[], port: number): readonly string[] {
  const program = words[0] ?? "";
  if (program === "gunicorn" && !words.some((word) => /^(-b|--bind)/.test(word)))
    return [program, "--bind", `0.0.0.0:${port}`, ...words.slice(1)];
  if (program === "uvicorn" && !words.includes("--host")) {
    const ported = words.includes("--port") ? [] : ["--port", String(port)];
    return [...words, "--host", "0.0.0.0", ...ported];
  }
  return words;
}
