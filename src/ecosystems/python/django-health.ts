import { certain, evidence } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { healthPaths } from "../health-path.ts";

const settingsFile = /(^|\/)settings(\/\w+)?\.py$/;

/**
 * The health route of a Django project: one of the usual paths in its root URL configuration. Undefined also where a
 * probe's Host (127.0.0.1) is not allowed: Django would answer it with 400.
 */
export function djangoHealthPath(project: Project): Fact<string> | undefined {
  const settings = project.files
    .filter((file) => settingsFile.test(file))
    .map((file) => project.read(file) ?? "");
  const allowed = settings.some((body) => /ALLOWED_HOSTS\s*=\s*[^\n]*["'](?:\*|127\.0\.0\.1)["']/.test(body));
  if (!allowed) return undefined;
  const modules = new Set(
    settings.flatMap((body) => /^ROOT_URLCONF\s*=\s*["']([\w.]+)["']/m.exec(body)?.[1] ?? []),
  );
  const files = project.files.filter((file) =>
    [...modules].some((module) => `/${file}`.endsWith(`/${module.replaceAll(".", "/")}.py`)),
  );
  const names = healthPaths.map((path) => path.slice(1)).join("|");
  const pattern = new RegExp(`\\bpath\\(\\s*["']((?:${names})/?)["']`);
  for (const file of files) {
    const found = pattern.exec(project.read(file) ?? "")?.[1];
    if (found !== undefined) return certain(`/${found}`, evidence(project, file, pattern));
  }
  return undefined;
}
