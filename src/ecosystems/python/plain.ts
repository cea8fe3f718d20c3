import { evidence } from "../../project/facts.ts";
import type { Project } from "../../project/types.ts";
import { sources } from "../sources.ts";
import { aside, type Entry } from "./entry.ts";
import { importRoot, moduleOf } from "./import-root.ts";

const interfaces = {
  wsgi: /^def (app|application)\(\s*environ\w*[^,]*,\s*start_response\b/m,
  asgi: /^async def (app|application)\(\s*scope\b[^,]*,\s*receive\b[^,]*,\s*send\b/m,
} as const;

/**
 * An application of no framework: a function of the interface's own form (PEP 3333, ASGI), in a file that does not
 * serve it by itself. The shallowest one.
 */
export function plainApplication(
  project: Project,
): { readonly gateway: "wsgi" | "asgi"; readonly entry: Entry } | undefined {
  const files = sources(project, [".py"])
    .filter((file) => !aside.test(file))
    .toSorted((left, right) => left.split("/").length - right.split("/").length);
  for (const file of files) {
    const body = project.read(file) ?? "";
    if (/\b(?:make_server|WSGIServer|serve_forever|uvicorn\.run)\b/.test(body)) continue;
    for (const gateway of ["wsgi", "asgi"] as const) {
      const name = interfaces[gateway].exec(body)?.[1];
      if (name === undefined) continue;
      const root = importRoot(project, file);
      const path = `${moduleOf(file, root)}:${name}`;
      const because = evidence(project, file, interfaces[gateway]);
      return { gateway, entry: { path, file, name, root, factory: false, evidence: because } };
    }
  }
  return undefined;
}
