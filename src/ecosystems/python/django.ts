import { certain, evidence } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";
import { moduleOf } from "./import-root.ts";
import { mentionedTargets } from "./mentions.ts";
import { type Has, uwsgiCommand } from "./servers.ts";

/** How a Django project is served; `root` is a folder that has to be on the import path. */
export interface DjangoStart {
  readonly start: Fact<readonly string[]>;
  readonly root?: string;
}

/** The server that is declared, with the project's wsgi.py or asgi.py; else Django's own. Undefined without either. */
export function djangoStart(
  project: Project,
  has: Has,
  port: number,
  warnings: string[],
): DjangoStart | undefined {
  const manage = project.glob("{manage.py,*/manage.py}")[0];
  const body = project.read(manage ?? "") ?? "";
  const settings = /["']([\w.-]*settings[\w.-]*)["']/.exec(body)?.[1];
  const wsgi = gateway(project, "wsgi");
  const asgi = gateway(project, "asgi");
  // Below the folder of manage.py the modules are imported by their own names, unless the settings are named from above.
  const folder = manage?.includes("/") ? manage.slice(0, manage.lastIndexOf("/")) : "";
  const above =
    folder !== "" &&
    settings?.startsWith(`${folder.replaceAll("/", ".")}.`) === true &&
    hasModule(project, settings);
  const rootOf = (file: string): string =>
    !above && folder !== "" && file.startsWith(`${folder}/`) ? folder : "";
  const target = (file: string): string =>
    `${moduleOf(file, rootOf(file) || sourceFolder(project, file))}:application`;
  const from = (file: string, flag: string): readonly string[] =>
    rootOf(file) === "" ? [] : [flag, rootOf(file)];
  const at = (file: string, start: readonly string[], own = true): DjangoStart => {
    const root = own ? sourceFolder(project, file) : rootOf(file) || sourceFolder(project, file);
    return { start: certain(start, { file }), ...(root === "" ? {} : { root }) };
  };
  const asynchronous = asgi !== undefined && (wsgi === undefined || has("channels") !== undefined);
  if (wsgi !== undefined && !asynchronous) {
    if (has("gunicorn"))
      return at(wsgi, ["gunicorn", ...from(wsgi, "--chdir"), "--bind", `0.0.0.0:${port}`, target(wsgi)]);
    if (has("uwsgi") || has("pyuwsgi"))
      return at(wsgi, [...uwsgiCommand(target(wsgi), port), ...from(wsgi, "--chdir")]);
  }
  if (asgi !== undefined) {
    const bound = ["--host", "0.0.0.0", "--port", String(port)];
    if (has("granian")) return at(asgi, ["granian", "--interface", "asgi", ...bound, target(asgi)], false);
    if (has("uvicorn")) return at(asgi, ["uvicorn", ...from(asgi, "--app-dir"), target(asgi), ...bound]);
    if (has("daphne")) return at(asgi, ["daphne", "-b", "0.0.0.0", "-p", String(port), target(asgi)], false);
    if (has("hypercorn")) return at(asgi, ["hypercorn", target(asgi), "--bind", `0.0.0.0:${port}`], false);
  }
  if (wsgi !== undefined) {
    if (has("gunicorn"))
      return at(wsgi, ["gunicorn", ...from(wsgi, "--chdir"), "--bind", `0.0.0.0:${port}`, target(wsgi)]);
    if (has("waitress"))
      return at(wsgi, ["waitress-serve", "--listen", `0.0.0.0:${port}`, target(wsgi)], false);
  }
  if (manage === undefined || !/django/i.test(body)) return undefined;
  // Settings that nobody wrote: it would not start.
  if (settings !== undefined && !hasModule(project, settings, folder)) return undefined;
  warnings.push("Django's own server is for development: add gunicorn to the dependencies");
  return {
    start: certain(
      ["python", manage, "runserver", "--noreload", `0.0.0.0:${port}`],
      evidence(project, manage, /DJANGO_SETTINGS_MODULE|django/),
    ),
  };
}

/** wsgi.py or asgi.py, also as a package: the one that the project's commands name, else the shallowest. */
function gateway(project: Project, name: "wsgi" | "asgi"): string | undefined {
  const files = sources(project, [".py"]).filter((file) =>
    new RegExp(`(?:^|/)${name}(?:\\.py|/__init__\\.py)$`).test(file),
  );
  const mentioned = mentionedTargets(project);
  return files.find((file) => mentioned.some((target) => target(file, "application"))) ?? files[0];
}

/** Packages below `src` are imported by their own name where src is no package. */
function sourceFolder(project: Project, file: string): string {
  return file.startsWith("src/") && !project.has("src/__init__.py") && !project.has("src/manage.py")
    ? "src"
    : "";
}

function hasModule(project: Project, module: string, folder = ""): boolean {
  const path = module.replaceAll(".", "/");
  return ["", ...(folder === "" ? [] : [`${folder}/`]), "src/"].some(
    (root) => project.has(`${root}${path}.py`) || project.has(`${root}${path}/__init__.py`),
  );
}
