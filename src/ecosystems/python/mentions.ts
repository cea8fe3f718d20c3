import type { Project } from "../../project/types.ts";
import { ownDockerfile } from "./own-dockerfile.ts";

const told =
  /^(?:Procfile|README(?:\.\w+)?|[Mm]akefile|[Jj]ustfile|Dockerfile(?:\.[\w-]+)?|[\w-]+\.[Dd]ockerfile|(?:docker-)?compose[\w.-]*\.ya?ml|(?:render|app|fly|railway)\.(?:ya?ml|toml|json)|pyproject\.toml|\.flaskenv|(?:scripts\/|bin\/|docker\/)?[\w.-]+\.sh|docker\/Dockerfile[\w.-]*)$/;
const starts =
  /\b(?:uvicorn|gunicorn|hypercorn|granian|daphne|waitress|uwsgi|flask|FLASK_APP|LITESTAR_APP|litestar|sanic|fastapi)\b/;

/**
 * The `module:object` targets that the project's own commands name (README, Procfile, Dockerfile, scripts): each tells
 * whether an object of a file is meant. A module may be told from a folder of its own, so its last words count.
 */
export function mentionedTargets(project: Project): readonly ((file: string, name: string) => boolean)[] {
  const found = new Map<string, (file: string, name: string) => boolean>();
  for (const file of project.files) {
    if (!told.test(file)) continue;
    const text = file === "Dockerfile" ? ownDockerfile(project) : project.read(file);
    for (const line of (text ?? "").split("\n")) {
      if (line.length > 2000 || !starts.test(line)) continue;
      for (const [whole, module = "", object = ""] of line.matchAll(
        /(?<![\w./-])([A-Za-z_]\w*(?:\.\w+)*):([A-Za-z_]\w*)(?![\w./])/g,
      )) {
        found.set(whole, (path, name) => name === object && endsWith(path, module));
      }
      const flask = /\bFLASK_APP[=: ]+["']?([\w./]+?)(?:\.py)?["']?\s*(?:$|[\s\\&])/.exec(line)?.[1];
      if (flask !== undefined && !flask.includes(":"))
        found.set(flask, (path) => endsWith(path, flask.replaceAll("/", ".")));
    }
  }
  return [...found.values()];
}

function endsWith(file: string, module: string): boolean {
  const path = `.${file
    .replace(/\.py$/, "")
    .replace(/\/__init__$/, "")
    .replaceAll("/", ".")}`;
  return path.endsWith(`.${module}`);
}
