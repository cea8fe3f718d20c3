import { assumed, certain, evidence, given } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";
import type { Parameters } from "../types.ts";
import { portVariable } from "./port-variable.ts";

/** The port a caller wants, the code states (`first` before other files), or else the usual one. */
export function portOf(
  project: Project,
  parameters: Parameters,
  standard: number,
  what: string,
  first?: string,
): Fact<number> {
  if (parameters.port !== undefined) return given(parameters.port, "port");
  return portInSource(project, first) ?? assumed(standard, `the usual port of ${what}`);
}

/** A port only when a server is seen in the source: a plain script is a worker. */
export function listeningPort(project: Project, parameters: Parameters): Fact<number> | undefined {
  if (parameters.port !== undefined) return given(parameters.port, "port");
  const serving = sources(project, [".py"]).find((file) =>
    /HTTPServer\(|socketserver\.|grpc\.(?:aio\.)?server\(|\.run(?:_async)?\([^)]*\bport\s*=|\.run(?:_async)?\(\s*(?:transport\s*=\s*)?["'](?:streamable-http|http|sse)["']|serve_forever|uvicorn\.run|run_app\(|cherrypy\.|make_server\(|WSGIServer\(|\.listen\(\s*(?:\w*port|\d)/i.test(
      project.read(file) ?? "",
    ),
  );
  if (serving !== undefined) {
    const stated = portInSource(project, serving);
    // A guess is of use only where the program takes it; a probe of another port would call it ill.
    if (stated || portVariable(project) || !remote.test(project.read(serving) ?? ""))
      return stated ?? assumed(8000, "a server is started, its port is not stated");
  }
  return undefined;
}

const remote = /grpc\.(?:aio\.)?server\(/;

const pattern =
  /(?:\b(?:server_|listen_|http_|app_|api_|web_)?port\s*[=:]\s*|["']PORT["']\s*,\s*["']?|--port[= ]|\b(?:DEF(?:AULT)?_)?PORT\s*=\s*|HTTPServer\(\(\s*["'][^"']*["']\s*,\s*|define\(\s*["']port["'][^)\n]*default\s*=\s*|["']--port["'][^)]{0,120}?\bdefault\s*=\s*)(?:int\()?["']?(\d{2,5})\b/;

/** Ports of databases, queues, mail and other services that a program calls. */
const others = new Set([
  21, 22, 25, 53, 110, 119, 143, 389, 443, 465, 563, 587, 636, 993, 995, 1080, 1433, 1521, 1883, 2181, 3306, 4317, 4318, 5432, 5433, 5672,
  6333, 6379, 6831, 7687, 8086, 8125, 8883, 9042, 9050, 9092, 9200, 9300, 11211, 15672, 19530, 26379, 27017,
]); // biome-ignore format: a list

function portInSource(project: Project, first: string | undefined): Fact<number> | undefined {
  const files = sources(project, [".py"]);
  for (const file of first === undefined ? files : [first, ...files]) {
    if (/settings|config|database|redis|celery/.test(file) && file !== first) continue;
    for (const match of (project.read(file) ?? "").matchAll(new RegExp(pattern, "g"))) {
      const port = Number(match[1]);
      if (!others.has(port)) return certain(port, evidence(project, file, match[0].split("\n")[0] ?? ""));
    }
  }
  return undefined;
}
