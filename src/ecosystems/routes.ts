import { certain } from "../project/facts.ts";
import type { Fact, Project } from "../project/types.ts";
import { clean } from "../security/untrusted.ts";

/** The usual names of a route that says "I am well", best first. */
const healthPaths = [
  "/health",
  "/healthz",
  "/health/live",
  "/healthcheck",
  "/livez",
  "/api/health",
  "/api/healthz",
  "/ready",
  "/readyz",
  "/status",
  "/ping",
  "/up",
];

const routes = new RegExp(`["'\`](${healthPaths.join("|")})/?["'\`]`);

/**
 * A health route that the source really serves: the first of the usual paths, quoted, in a file with one of the
 * endings, outside tests. Undefined when none is found, so that a probe falls back to a TCP connect.
 */
export function findHealthPath(project: Project, endings: readonly string[]): Fact<string> | undefined {
  let best: { rank: number; fact: Fact<string> } | undefined;
  for (const file of sources(project, endings)) {
    const body = project.read(file);
    if (body === undefined || !routes.test(body)) continue;
    const lines = body.split("\n");
    for (const [index, line] of lines.entries()) {
      const found = routes.exec(line)?.[1];
      if (found === undefined || /fetch\(|requests\.|http\.Get\(|axios|^\s*(?:#|\/\/|\*)/.test(line))
        continue;
      const rank = healthPaths.indexOf(found);
      if (best === undefined || rank < best.rank) {
        const trailing = new RegExp(`${found}/["'\`]`).test(line) ? "/" : "";
        best = { rank, fact: certain(found + trailing, { file, line: index + 1, text: clean(line, 120) }) };
      }
    }
  }
  return best?.fact;
}

/** Source files with one of the endings, tests and examples left out; at most `limit`, shallow ones first. */
export function sources(project: Project, endings: readonly string[], limit = 400): readonly string[] {
  return project.files
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .filter(
      (file) =>
        // Below src/main the folders are a Java package's name, and `org.example` is a usual one.
        !/(^|\/)(tests?|__tests__|spec|e2e|docs?|examples?|migrations|vendor|third_party)\//.test(
          file.replace(/src\/main\/.*$/, ""),
        ),
    )
    .filter(
      (file) =>
        !/(_test\.go|\.test\.[jt]sx?|\.spec\.[jt]sx?|(^|\/)test_[^/]*\.py|(^|\/)conftest\.py)$/.test(file),
    )
    .sort((left, right) => depth(left) - depth(right) || (left < right ? -1 : 1))
    .slice(0, limit);
}

function depth(file: string): number {
  return file.split("/").length;
}
