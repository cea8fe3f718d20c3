import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import type { Evidence, Fact, Project } from "../../project/types.ts";
import { exposedPort } from "../exposed-port.ts";
import { sources } from "../sources.ts";
import type { Parameters } from "../types.ts";

const listening =
  /ListenAndServe|\.Listen\(|net\.Listen\(|\.Run\(\s*(?:"|:|addr|port|\))|\.Start\(\s*(?:"|:|addr|port)|Serve\(/;

/** A source's code with its comments blanked: gin's own example shows an address in one. */
function code(project: Project, file: string): string {
  return (project.read(file) ?? "").replace(/(^|\s)\/\/(?!go:).*$/gm, "$1");
}

/** A server starts here that is more than the one of the profiler. */
function serves(project: Project, file: string): boolean {
  return listening.test(code(project, file).replace(/^.*(?:Listen|Serve)\w*\([^\n]*:6060\b.*$/gm, ""));
}

/** What stands beside the program: it has ports of its own. */
const aside = /^(?:tools?|scripts?|hack|build|ci|dev|integration|e2e)\//;

/** True when code of a folder starts to listen. */
export function listens(project: Project, folder: string): boolean {
  return sources(project, [".go"]).some(
    (file) => (folder === "" ? !file.includes("/") : file.startsWith(`${folder}/`)) && serves(project, file),
  );
}

const address = "[\\w.\\[\\]:]*:(\\d{2,5})\\b";
const inCall = new RegExp(
  `(?:ListenAndServe(?:TLS)?|\\bListen|\\.Run|\\.Start|\\bAddr:|\\.Serve)[^\\n"\`]{0,60}["\`]${address}`,
);
/** `net.Listen("tcp", ":50051")`: of a server that has no other call, as those of gRPC and TLS. */
const asListener = new RegExp(`\\bListen\\w*\\([^\\n"]{0,40}"tcp[46]?",\\s*["\`]${address}`);
/** `flag.String("listen", ":5678", …)`, `viper.SetDefault("port", 4533)`, `flags.IntP("port", "p", 8080, …)`. */
const asOption =
  /(?:\.\w*(?:String|Int|Uint|Default)\w*|[gG]et[eE]nv\w*|[eE]nvOr\w*)\((?:[&\w.]+,\s*)?["'](?:[\w.-]*[._-])?(?:port|PORT|listen|LISTEN|addr|ADDR|address|bind)(?:[-_](?:addr(?:ess)?|port|http))?["'],\s*(?:"\w?",\s*)?["']?(?:[\w.[\]]*:)?(80|443|\d{4,5})\b(?!\.)/;
const tagged = /\bPort\s+(?:u?int\d*|string)\s+`[^`]*\b(?:default|envDefault|env-default):"(\d{2,5})"/;
const named =
  /(?:PORT|port|Port|addr|Addr)\w*["`)]*\s*(?::?=|,|:)\s*["`]?(?:[\w.]*:)?(80|443|\d{4,5})\b(?!\.)/;
const variable =
  /\b\w*(?:Port|Addr|Address)\s+(?:u?int\d*|string)\s+`[^`]*\b(?:env|mapstructure|envconfig):"([A-Z][A-Z0-9_]*(?:PORT|ADDR|ADDRESS))\b/g;

/** Ports of what a program talks to, or shows to a developer. */
const foreign = new Set([5432, 3306, 6379, 27017, 9092, 5672, 4317, 4318, 11211, 9200, 6060]);

/** The port a program listens on; undefined when nothing listens. `others` are the folders of the other programs. */
export function portOf(
  project: Project,
  folder: string,
  others: readonly string[],
  parameters: Parameters,
): Fact<number> | undefined {
  if (parameters.port !== undefined) return given(parameters.port, "port");
  const inside = (file: string): boolean => folder === "" || file.startsWith(`${folder}/`);
  const files = sources(project, [".go"])
    .filter((file) => !others.some((other) => file.startsWith(`${other}/`)))
    .filter((file) => !aside.test(file) || (folder !== "" && inside(file)))
    .sort((left, right) => Number(inside(right)) - Number(inside(left)));
  const search = (pattern: RegExp, candidates: readonly string[]): Fact<number> | undefined => {
    for (const file of candidates) {
      const body = code(project, file);
      for (const match of body.matchAll(new RegExp(pattern, "gm"))) {
        const port = Number(match[1]);
        const line = body.slice(body.lastIndexOf("\n", match.index) + 1).split("\n")[0] ?? "";
        if (
          foreign.has(port) ||
          /pprof|metrics|debug|telemetry|grpc|smtp|pop3|imap|rcon|prometheus/i.test(line)
        )
          continue;
        return certain(port, evidence(project, file, match[0].split("\n")[0] ?? pattern));
      }
    }
    return undefined;
  };
  // A number beside a call that listens says more than one beside a name, which a client may have too.
  const configures = files.filter((file) =>
    inside(file) && (folder !== "" || !file.includes("/"))
      ? true
      : /(^|\/)(main|server|config|options|flags|cmd|conf|settings?)/.test(file),
  );
  const options = files.filter((file) => inside(file) || configures.includes(file));
  return (
    search(inCall, files) ??
    search(asOption, options) ??
    search(tagged, files) ??
    search(asListener, files) ??
    fromExample(project, files) ??
    fromSettings(project) ??
    exposedPort(project, folder) ??
    search(named, configures) ??
    (listens(project, folder) || files.some((file) => serves(project, file))
      ? assumed(8080, "a server is started, its port is not stated")
      : undefined)
  );
}

/**
 * True when the package that serves a route listens by itself, on another port than the program's: a probe of the route
 * would ask the wrong one.
 */
export function listensElsewhere(project: Project, route: Fact<string>, port: Fact<number>): boolean {
  const folder = /^(.*\/)[^/]+$/.exec(route.evidence[0]?.file ?? "")?.[1];
  if (folder === undefined) return false;
  const bodies = sources(project, [".go"])
    .filter((file) => file.startsWith(folder) && !file.slice(folder.length).includes("/"))
    .map((file) => code(project, file));
  const ports = bodies.flatMap((body) =>
    [...body.matchAll(/["`][\w.[\]]*:(\d{2,5})["`]/g)].map((match) => Number(match[1])),
  );
  return (
    ports.length > 0 &&
    !ports.includes(port.value) &&
    bodies.some((body) => /\bListen(?:AndServe)?\(/.test(body))
  );
}

/** `HttpPort = 8000`, `"bind_address": "localhost:9090"` in the project's own settings. */
function fromSettings(project: Project): Fact<number> | undefined {
  const line =
    /^\s*"?(?:http_?port|server_?port|port|bind_?address|listen(?:_?addr(?:ess)?)?|addr(?:ess)?)"?\s*[:=]\s*"?(?:[\w.]*:)?(80|443|\d{4,5})\b(?!\.)/im;
  for (const file of project.files.filter((one) =>
    /^(?:conf(?:ig)?s?\/)?(?:app|application|conf|config|settings?|server|default|local)\.(?:ini|ya?ml|toml|json)$/.test(
      one,
    ),
  )) {
    const port = Number(line.exec(project.read(file) ?? "")?.[1]);
    if (port > 0 && !foreign.has(port)) return likely(port, `${file} sets it`, evidence(project, file, line));
  }
  return undefined;
}

const loopback =
  /\b(?:long|name):"(?:bind|host|listen|addr(?:ess)?)"[^`]*\bdefault:"(?:127\.0\.0\.1|localhost)"|["'](?:[\w.-]*[._-])?(?:addr|address|host|listen|bind)["'],\s*(?:"\w?",\s*)?["'](?:127\.0\.0\.1|localhost|\[?::1\]?)(?::\d+)?["']/;

/** Where the program listens on its own machine alone unless told otherwise; nobody reaches that in a container. */
export function loopbackDefault(
  project: Project,
  folder: string,
  port: Fact<number> | undefined,
): Evidence | undefined {
  const bound = port?.evidence.find(({ text }) =>
    /["`](?:127\.0\.0\.1|localhost|\[::1\]):\d/.test(text ?? ""),
  );
  if (bound) return bound;
  const file = sources(project, [".go"]).find(
    (name) =>
      (name.startsWith(folder) || /(^|\/)(?:cmd|config|conf|settings?)/.test(name)) &&
      loopback.test(code(project, name)),
  );
  return file === undefined ? undefined : evidence(project, file, loopback);
}

/** The value that the project's example environment gives to the variable a `Port` field is read from. */
function fromExample(project: Project, files: readonly string[]): Fact<number> | undefined {
  const names = files
    .flatMap((file) => [...(project.read(file) ?? "").matchAll(variable)].map((match) => match[1] ?? ""))
    .filter((name) => !/DB|REDIS|GRPC|METRIC|SMTP|MAIL/.test(name));
  for (const name of names) {
    const line = new RegExp(`^\\s*(?:export\\s+)?${name}=["']?(?:[\\w.]*:)?(\\d{2,5})\\b(?!\\.)`, "m");
    for (const file of project.files.filter((one) => /^(?:\.env(?:\.\w+)?|\w+\.env)$/.test(one))) {
      const port = line.exec(project.read(file) ?? "")?.[1];
      if (port !== undefined) return likely(Number(port), `${file} sets it`, evidence(project, file, line));
    }
  }
  return undefined;
}
