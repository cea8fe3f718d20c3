import { certain, evidence, likely } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Fact, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";
import { normalise } from "./dependencies.ts";
import { aside, isFolderProgram } from "./entry.ts";
import { importRoot, moduleOf } from "./import-root.ts";
import { ownCommand } from "./own-dockerfile.ts";
import { procfileProcess } from "./processes.ts";
import { servers } from "./servers.ts";

/** A program that is started by itself; `root` is a folder that has to be on the import path. */
export interface ScriptStart {
  readonly start: Fact<readonly string[]>;
  readonly root?: string;
  /** The file that starts, when it is one. */
  readonly file?: string;
}

/**
 * What starts where no server takes an application: a process of the Procfile, a command that installing the project
 * makes, what the project's own Dockerfile starts, a script of a usual name, a package with a `__main__`, the only
 * program. Undefined when none of them is there, or several are.
 */
export function scriptStart(
  project: Project,
  port: number | undefined,
  warnings: string[],
): ScriptStart | undefined {
  const process = procfileProcess(project, undefined, port, warnings);
  if (process) return { start: certain(process.words, process.evidence) };
  const own = ownProgram(project, port);
  if (own) return own;
  const scripts = projectScripts(project);
  const named = normalise(projectName(project) ?? "");
  const services = scripts.filter((name) => /^(?:start|serve|server|web)$/.test(name));
  const only =
    scripts.length === 1
      ? scripts[0]
      : (scripts.find((name) => normalise(name) === named) ??
        (services.length === 1 ? services[0] : undefined));
  // A helper of another name beside a program (`nicegui-pack`) is not what is meant.
  if (only !== undefined && (normalise(only) === named || usualProgram(project) === undefined)) {
    const from = ["pyproject.toml", "setup.cfg", "setup.py"].find((file) =>
      project.read(file)?.includes(only),
    );
    const because = evidence(project, from ?? "pyproject.toml", only);
    const called = isInstallable(project) ? undefined : scriptCall(project, only);
    return { start: certain(called ?? [only], because) };
  }
  const file = programOf(project);
  if (file === undefined) return undefined;
  if (isFolderProgram(project, file) && file.includes("/"))
    return {
      start: likely(["python", file.slice(0, file.lastIndexOf("/"))], "a folder with a program", { file }),
      file,
    };
  // A module of a package is run as one, so that it finds its neighbours.
  const packaged =
    file.endsWith("/__main__.py") ||
    (file.includes("/") && project.has(file.replace(/[^/]+$/, "__init__.py")));
  const root = packaged ? importRoot(project, file) : "";
  const start = packaged
    ? ["python", "-m", moduleOf(file, root).replace(/\.__main__$/, "")]
    : ["python", file];
  return {
    start: likely(start, "the usual name of an entry point", { file }),
    file,
    ...(root === "" ? {} : { root }),
  };
}

/** The command of the project's own Dockerfile, when it starts a program that this image has too. */
export function ownProgram(project: Project, port: number | undefined): ScriptStart | undefined {
  const own = ownCommand(project, port);
  if (own === undefined) return undefined;
  const words = own.words[0] === "uv" && own.words[1] === "run" ? own.words.slice(2) : own.words;
  const [program = "", first = "", second = ""] = words;
  const start = certain(words, own.evidence);
  if (projectScripts(project).includes(program)) return { start };
  if (program === "celery" || program === "locust") return { start };
  if (/^[\w./-]+\.py$/.test(program) && words !== own.words && project.has(program))
    return { start: certain(["python", ...words], own.evidence), file: program };
  if (!/^python[\d.]*$/.test(program)) return undefined;
  const options = first === "-u" ? [second, words[3] ?? ""] : [first, second];
  if (options[0] === "-m") {
    const path = (options[1] ?? "").replaceAll(".", "/");
    const file = [`${path}.py`, `${path}/__main__.py`].find((each) => project.has(each));
    return file === undefined && !servers.has(options[1] ?? "") ? undefined : { start };
  }
  const file = (options[0] ?? "").replace(/^\.\//, "");
  if (!project.has(file) || file === "manage.py") return undefined;
  // Paths that only that image has.
  const foreign = words.some((word, index) => index > 0 && word.startsWith("/"));
  return { start: foreign ? certain(["python", file], own.evidence) : start, file };
}

/** The one guarded program at the root that starts a server of its own, instead of calling `app.run()`. */
export function ownServer(project: Project, entry: string): string | undefined {
  const programs = project.files.filter(
    (file) =>
      /^[\w-]+\.py$/.test(file) &&
      file !== entry &&
      !/^(?:setup|manage|conftest|test_.*|.*_test|tasks|noxfile|fabfile)\.py$/.test(file) &&
      guard.test(project.read(file) ?? ""),
  );
  const [only] = programs;
  const body = only === undefined ? "" : (project.read(only) ?? "");
  return programs.length === 1 && !/\b(?:\w*app\w*|server|socketio)\.run\(|create_app|Flask\(/i.test(body)
    ? only
    : undefined;
}

/** The first of the usual names of a program that does something when it is run. */
export function usualProgram(project: Project): string | undefined {
  const runs = (file: string): boolean => project.has(file) && acts(project.read(file) ?? "");
  return usual.find((file) => runs(file) && !isPlaceholder(project, file));
}

/** The program that `uv init` leaves, beside one that somebody wrote. */
function isPlaceholder(project: Project, file: string): boolean {
  const stub =
    /^def main\(\)[^:]*:\s*print\(f?["']Hello from [^"']*["']\)\s*if __name__ == ["']__main__["']:\s*main\(\)\s*$/;
  return (
    stub.test((project.read(file) ?? "").trim()) &&
    project.files.some(
      (other) => other !== file && /^[\w-]+\.py$/.test(other) && guard.test(project.read(other) ?? ""),
    )
  );
}

const usual = [
  "main.py", "app.py", "run.py", "server.py", "bot.py", "src/main.py", "app/main.py", "start.py", "hello.py",
]; // biome-ignore format: a list

/** The file that is the program: of a usual name, or the only one. */
function programOf(project: Project): string | undefined {
  const known = usualProgram(project);
  if (known !== undefined) return known;
  const own = sources(project, [".py"]).filter((file) => !aside.test(file));
  const packages = own.filter((file) => /^(?:src\/)?[^/]+\/__main__\.py$/.test(file));
  const mains = own.filter(
    (file) =>
      /^(?:src\/)?[^/]+\/(?:main|app|server|run|bot|cli)\.py$/.test(file) &&
      guard.test(project.read(file) ?? ""),
  );
  const loose = project.files.filter(
    (file) =>
      file.endsWith(".py") &&
      !file.includes("/") &&
      !isPlaceholder(project, file) &&
      !/^(?:setup|conftest|manage|noxfile|fabfile|test_.*|.*_test|.*_pb2(?:_grpc)?|(?:init|create|seed|migrate|populate|gunicorn)(?:_.*)?|run_?tests?|tests?|release|deploy|build|bump|generate|.*_helpers?|utils?|helpers?|config|settings|models)\.py$/.test(
        file,
      ),
  );
  const guarded = loose.filter((name) => guard.test(project.read(name) ?? ""));
  // Of several programs one may be the service: `email_server.py` beside `email_client.py`.
  const services = guarded.filter((name) => /(?:^|_)(?:server|service|main|app|worker)\.py$/.test(name));
  const [only] = loose;
  const single = loose.length === 1 && only !== undefined && acts(project.read(only) ?? "") ? [only] : [];
  return [packages, single, guarded, services, mains].find((names) => names.length === 1)?.[0];
}

const guard = /^if __name__ == ["']__main__["']/m;

/** True when running the file does something besides defining names. */
function acts(body: string): boolean {
  return (
    guard.test(body) ||
    /^print\s+["']/m.test(body) ||
    /^(?!print\b.*deprecated)(?:await\s+)?[A-Za-z_][\w.]*\(|^(?:while|for|with|if|try)\b/m.test(body)
  );
}

function projectName(project: Project): string | undefined {
  const pyproject = project.toml("pyproject.toml");
  const setup = (project.read("setup.cfg") ?? "") + (project.read("setup.py") ?? "");
  return (
    text(dig(pyproject, "project", "name")) ??
    text(dig(pyproject, "tool", "poetry", "name")) ??
    /^\s*name\s*=\s*["']?([\w.-]+)/m.exec(setup)?.[1]
  );
}

/** False where the manager installs the dependencies alone, so that the commands of the project are not made. */
function isInstallable(project: Project): boolean {
  const pyproject = project.toml("pyproject.toml");
  if (dig(pyproject, "tool", "poetry", "package-mode") === false) return false;
  if (dig(pyproject, "tool", "uv", "package") === true || !project.has("uv.lock")) return true;
  return dig(pyproject, "tool", "uv", "package") !== false && isRecord(dig(pyproject, "build-system"));
}

/** What a command of the project calls, without the command: `start = "shop.server:run"`. */
function scriptCall(project: Project, name: string): readonly string[] | undefined {
  const pyproject = project.toml("pyproject.toml");
  const target =
    text(dig(pyproject, "project", "scripts", name)) ??
    text(dig(pyproject, "tool", "poetry", "scripts", name));
  const [, module, callable] = /^([\w.]+):(\w+)$/.exec(target ?? "") ?? [];
  return module === undefined || callable === undefined
    ? undefined
    : ["python", "-c", `import sys; from ${module} import ${callable}; sys.exit(${callable}())`];
}

/** Names of the commands that installing the project makes. */
export function projectScripts(project: Project): readonly string[] {
  const pyproject = project.toml("pyproject.toml");
  const tables = [dig(pyproject, "project", "scripts"), dig(pyproject, "tool", "poetry", "scripts")];
  const setup = ["setup.py", "setup.cfg"].flatMap((file) => {
    const list = /console_scripts["']?\s*[:=]\s*(\[[^\]]*\]|(?:\n[ \t]+[^\n=]+=[^\n]+)+|["'][^"']+["'])/.exec(
      project.read(file) ?? "",
    )?.[1];
    return [...(list ?? "").matchAll(/([A-Za-z_][\w.-]*)\s*=\s*[\w.]+:/g)].map((match) => match[1] ?? "");
  });
  return [...tables.flatMap((table) => (isRecord(table) ? Object.keys(table) : [])), ...setup];
}
