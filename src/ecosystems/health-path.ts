import { certain } from "../project/facts.ts";
import type { Fact, Project } from "../project/types.ts";
import { clean } from "../security/untrusted.ts";
import { sources } from "./sources.ts";

/** The usual names of a route that says "I am well", best first. */
export const healthPaths: readonly string[] = [
  "/health",
  "/healthz",
  "/health/live",
  "/healthcheck",
  "/health-check",
  "/health_check",
  "/livez",
  "/api/health",
  "/api/healthz",
  "/api/healthcheck",
  "/ready",
  "/readyz",
  "/status",
  "/ping",
  "/up",
];

/** A usual path, quoted in the source. */
export interface RouteSight {
  readonly project: Project;
  readonly file: string;
  readonly lines: readonly string[];
  /** Index of the line it stands in. */
  readonly index: number;
  /** The line, with the one before when the call begins there. */
  readonly call: string;
  readonly path: string;
}

/**
 * The prefix a route is served below, "" at the root. Undefined when the line registers no route, or when the code
 * does not say where its router is mounted: a probe of the wrong path would call a well container ill.
 */
export type Mounting = (sight: RouteSight) => string | undefined;

// Go's own mux takes the method in front of the path.
const routes = new RegExp(`["'\`](?:(?:GET|HEAD) )?(${healthPaths.join("|")})/?["'\`]`);

/**
 * A health route that the source really serves: the best of the usual paths, quoted, in a file with one of the
 * endings, outside tests. Undefined when none is found, so that a probe falls back to a TCP connect.
 */
export function findHealthPath(
  project: Project,
  endings: readonly string[],
  mounting: Mounting,
): Fact<string> | undefined {
  let best: { rank: number; fact: Fact<string> } | undefined;
  for (const file of sources(project, endings)) {
    const body = project.read(file);
    if (body === undefined || !routes.test(body)) continue;
    const lines = body.split("\n");
    for (const [index, line] of lines.entries()) {
      const path = routes.exec(line)?.[1];
      if (path === undefined || /fetch\(|requests\.|http\.Get\(|axios|^\s*(?:#|\/\/|\*)/.test(line)) continue;
      const rank = healthPaths.indexOf(path);
      if (best !== undefined && rank >= best.rank) continue;
      const before = lines[index - 1]?.trimEnd() ?? "";
      const call = before.endsWith("(") ? before + line.trim() : line;
      const prefix = mounting({ project, file, lines, index, call, path });
      if (prefix === undefined) continue;
      const trailing = new RegExp(`${path}/["'\`]`).test(line) ? "/" : "";
      best = {
        rank,
        fact: certain(prefix + path + trailing, { file, line: index + 1, text: clean(line, 120) }),
      };
    }
  }
  return best?.fact;
}

/** True when a source file with one of the endings matches: some routes of the project are mounted below a prefix. */
export function mountsBelow(project: Project, endings: readonly string[], pattern: RegExp): boolean {
  return sources(project, endings).some((file) => pattern.test(project.read(file) ?? ""));
}
