import { compareVersions } from "../../data/version.ts";
import type { Project } from "../../project/types.ts";
import { isBrought } from "./brought.ts";
import type { Dependency } from "./dependencies.ts";
import type { Entry } from "./entry.ts";

/** Finds a declared dependency by its normalised name. */
export type Has = (name: string) => Dependency | undefined;

/** Is told of a distribution that the program cannot start without and nobody declares, and why. */
export type Missing = (distribution: string, why: string) => void;

/** A server's command for an ASGI application on all addresses. */
export function asgiCommand(
  project: Project,
  has: Has,
  entry: Entry,
  port: number,
  framework: string,
  missing: Missing,
): readonly string[] {
  const bound = ["--host", "0.0.0.0", "--port", String(port)];
  const flag = entry.factory ? ["--factory"] : [];
  // Quart brings hypercorn along.
  const own = framework === "Quart" && !has("uvicorn") ? "hypercorn" : undefined;
  if (!hasUvicorn(has)) {
    if (has("granian") || has("litestar-granian"))
      return ["granian", "--interface", "asgi", ...flag, ...bound, entry.path];
    if (own !== undefined || has("hypercorn")) {
      const target = entry.factory ? `${entry.path}()` : entry.path;
      return ["hypercorn", target, "--bind", `0.0.0.0:${port}`];
    }
    if (has("daphne") && !entry.factory) return ["daphne", "-b", "0.0.0.0", "-p", String(port), entry.path];
    if (!locked(project, "uvicorn")) missing("uvicorn", "no ASGI server is among the dependencies");
  }
  return ["uvicorn", ...flag, entry.path, ...bound];
}

function hasUvicorn(has: Has): boolean {
  const standard = (name: string): boolean =>
    has(name)?.extras.some((extra) => extra === "standard" || extra === "all") === true;
  return (
    has("uvicorn") !== undefined ||
    isBrought(has, "uvicorn") ||
    // That one line of releases brought it along.
    /^==\s*0\.111\./.test(has("fastapi")?.requirement ?? "") ||
    standard("fastapi") ||
    standard("litestar")
  );
}

/** True when a lock file, or a list of everything that is installed, holds the distribution. */
export function locked(project: Project, name: string): boolean {
  return ["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements.txt"].some((file) =>
    new RegExp(`^(?:name = "${name}"$|\\s*"${name}": \\{$|${name}\\s*(?:\\[[^\\]]*\\])?==)`, "m").test(
      project.read(file) ?? "",
    ),
  );
}

/** A server's command for a WSGI application on all addresses; undefined when no server is declared. */
export function wsgiCommand(has: Has, entry: Entry, port: number): readonly string[] | undefined {
  const called = entry.factory ? `${entry.path}()` : entry.path;
  if (has("gunicorn")) return ["gunicorn", "--bind", `0.0.0.0:${port}`, called];
  if (has("uwsgi") || has("pyuwsgi")) return uwsgiCommand(called, port);
  if (has("waitress"))
    return [
      "waitress-serve",
      "--listen",
      `0.0.0.0:${port}`,
      ...(entry.factory ? ["--call"] : []),
      entry.path,
    ];
  if (has("granian"))
    return [
      "granian",
      "--interface",
      "wsgi",
      ...(entry.factory ? ["--factory"] : []),
      "--host",
      "0.0.0.0",
      "--port",
      String(port),
      entry.path,
    ];
  return undefined;
}

/** uWSGI without a file of its own settings; it reloads on SIGTERM unless told to end. */
export function uwsgiCommand(target: string, port: number): readonly string[] {
  return [
    "uwsgi",
    "--http-socket",
    `0.0.0.0:${port}`,
    "--master",
    "--die-on-term",
    "--need-app",
    "--module",
    target,
  ];
}

/** uWSGI with the settings of the project, and the port those say it answers HTTP on. */
export function uwsgiSettings(
  project: Project,
  warnings: string[],
): { readonly file: string; readonly command: readonly string[]; readonly port: number } | undefined {
  for (const file of project.files) {
    if (!/^[\w.-]+\.ini$/.test(file)) continue;
    const body = project.read(file) ?? "";
    if (!/^\s*\[uwsgi\]/m.test(body) || /^\s*chdir\s*=\s*\//m.test(body)) continue;
    const direct = /^\s*http(?:-socket)?\s*=\s*[\w.]*:(\d{2,5})\s*$/m.exec(body)?.[1];
    const plain = /^\s*protocol\s*=\s*http\s*$/m.test(body)
      ? /^\s*socket\s*=\s*[\w.]*:(\d{2,5})\s*$/m.exec(body)?.[1]
      : undefined;
    const port = direct ?? plain;
    // uWSGI ends when it may not change its user.
    const user = /^\s*[ug]id\s*=/m.test(body);
    if (user) warnings.push(`${file} sets uid or gid, which only root may: its settings are not used`);
    if (port !== undefined && !user)
      return { file, command: ["uwsgi", "--ini", file, "--die-on-term"], port: Number(port) };
  }
  return undefined;
}

/** Flask's own server, for want of another. */
export function flaskCommand(has: Has, entry: Entry, port: number): readonly string[] {
  const pinned = /^===?\s*(\d[\d.]*)/.exec(has("flask")?.requirement ?? "")?.[1];
  // Before 0.11 there is no command.
  if (pinned !== undefined && compareVersions(pinned, "0.11") < 0) return ["python", entry.file];
  // Before 2.2 the command has no --app and reads the variable.
  const named =
    pinned !== undefined && compareVersions(pinned, "2.2") < 0
      ? ["env", `FLASK_APP=${entry.path}`, "flask"]
      : ["flask", "--app", entry.path];
  return [...named, "run", "--host", "0.0.0.0", "--port", String(port)];
}

/** Programs that end on SIGTERM. */
export const servers: ReadonlySet<string> = new Set([
  "uvicorn", "gunicorn", "hypercorn", "daphne", "granian", "celery", "streamlit", "sanic", "waitress-serve", "uwsgi",
  "locust", "chainlit",
]); // biome-ignore format: a list
