import { assumed, certain, evidence, given } from "../../project/facts.ts";
import { dig, text } from "../../project/project.ts";
import type { Evidence, Fact, Project } from "../../project/types.ts";
import { exposedPort } from "../exposed-port.ts";
import { sources } from "../sources.ts";
import type { Parameters } from "../types.ts";
import type { Crate } from "./workspace.ts";

const listening = /\.bind\(|TcpListener|rocket::build|#\[launch\]|\.serve\(|Server::bind|warp::serve/;

/** True when a source text starts to listen. */
export function listens(body: string): boolean {
  return listening.test(body);
}

/** An address is surer than a number near the word. */
const address = /"(?:\d+\.\d+\.\d+\.\d+|localhost|\[::1?\]):(\d{2,5})"/;
const named =
  /(?:(?:\bport|PORT)\w*"?\)?[^\n;]{0,60}?\b(\d{4,5})\b|\]\s*,\s*(\d{4,5})\s*\)|"[^"]*"\s*,\s*(\d{4,5})\s*\)|^port\s*=\s*(\d{2,5}))/m;
const constant =
  /\bconst\s+\w*(?:PORT|ADDR|BIND|LISTEN)\w*\s*:[^=\n]*=\s*\(?(?:"(?:[\w.[\]:]*:)?|\[[\d, ]+\],\s*)?(\d{2,5})\b(?!\.)/;

/** Defaults of settings: clap's, smart-default's, serde's beside a field called port, and `unwrap_or` behind the variable. */
const defaults: readonly RegExp[] = [
  /default(?:_value(?:_t)?)?\s*(?:=\s*|\(\s*)"?(?:[\w.[\]]*:)?(\d{2,5})\b(?!\.)"?[^;{}]{0,120}?\b(?:\w+_)?port\s*:/,
  /default_value(?:_t)?\s*=\s*"(?:[\d.]+|localhost|\[::1?\]):(\d{2,5})"/,
  /\bport\b[^;]{0,160}?\bunwrap_or\(\s*(\d{2,5})\b/,
  /\bfn\s+default_(?:\w+_)?port\(\)[^{]*\{\s*(\d{2,5})\b/,
  /\bport\b[^\n]{0,40}\[default: (\d{2,5})\]/,
  /\bArg::(?:new|with_name)\(\s*"port"\s*\)[\s\S]{0,400}?\bdefault_value\(\s*"(\d{2,5})"/,
  /\bport:\s*(\d{4,5})\b/,
  /set_default\(\s*"(?:[\w.]*\.)?port",\s*(\d{2,5})/,
  address,
];
const configures =
  /(^|\/)(?:main|args?|cli|opts?|options?|config\w*|conf|settings?|structs|defaults?|env\w*|server|lib|startup)(?:\/\w+)?\.rs$/;

const foreign = new Set(["5432", "3306", "6379", "27017", "9092", "5672"]);

/** The port a program listens on; undefined when nothing listens. `standard` is the framework's usual one. */
export function portOf(
  project: Project,
  crate: Crate,
  standard: number | undefined,
  parameters: Parameters,
): Fact<number> | undefined {
  if (parameters.port !== undefined) return given(parameters.port, "port");
  const inside = (file: string): boolean => crate.folder === "" || file.startsWith(`${crate.folder}/`);
  const all = ["Rocket.toml", ...sources(project, [".rs"], 3000)].filter(
    (file) => project.has(file) && !/(?:^|\/)test(?:s|ing|_\w+)?\.rs$/.test(file),
  );
  const read = (file: string): string =>
    (project.read(file) ?? "").replace(/^\s*\/\/.*$/gm, "").replace(/#\[cfg\(test\)\]\s*mod[\s\S]*/, "");
  let server = false;
  for (const file of all.filter(inside)) {
    const body = read(file);
    const stated = constant.exec(body)?.[1];
    if (stated !== undefined) return certain(Number(stated), evidence(project, file, constant));
    if (file.endsWith(".rs") && !listening.test(body)) continue;
    server = true;
    for (const pattern of [address, named]) {
      const found = pattern
        .exec(body)
        ?.slice(1)
        .find((group) => group !== undefined);
      if (found !== undefined && !foreign.has(found))
        return certain(Number(found), evidence(project, file, pattern));
    }
  }
  if (!server && standard === undefined) return undefined;
  const settings = all
    .filter((file) => configures.test(file))
    .sort((left, right) => Number(inside(right)) - Number(inside(left)));
  for (const pattern of defaults) {
    for (const file of settings) {
      const found = pattern.exec(read(file))?.[1];
      if (found !== undefined && !foreign.has(found))
        return certain(Number(found), evidence(project, file, pattern));
    }
  }
  return (
    fromFiles(project) ??
    exposedPort(project, crate.folder) ??
    (server
      ? assumed(
          standard ?? 8080,
          standard ? "the framework's usual port" : "a server is started, its port is not stated",
        )
      : undefined)
  );
}

/** `port: 8000` in the settings of every environment, or of production. */
function fromFiles(project: Project): Fact<number> | undefined {
  const pattern =
    /^\s*"?(?:port|application_port|http_port|host|address|bind|listen)"?\s*[:=]\s*"?(?:[\w.]+:)?(\d{2,5})\b(?!\.)/m;
  const named = `${text(dig(project.toml("Cargo.toml"), "package", "name")) ?? "config"}.`;
  const files = project.files.filter(
    (file) =>
      (file.startsWith(named) && /\.(?:ya?ml|toml|json)$/.test(file)) ||
      /^(?:config(?:uration)?\/(?:default|base|settings|production|config|app)|settings|config)\.(?:ya?ml|toml|json|cfg)$/.test(
        file,
      ),
  );
  for (const file of files) {
    const found = pattern.exec(project.read(file) ?? "")?.[1];
    if (found !== undefined && !foreign.has(found))
      return certain(Number(found), evidence(project, file, pattern));
  }
  return undefined;
}

const loopback = /"(?:127\.0\.0\.1|localhost|\[::1\]):\d{2,5}"/;

/** Where the program listens on its own machine alone unless told otherwise; nobody reaches that in a container. */
export function loopbackDefault(port: Fact<number>): Evidence | undefined {
  return port.evidence.find(({ text: line }) => line !== undefined && loopback.test(line));
}

/** The variable that gives the whole address, where its default is loopback: `env::var("ADDRESS")…"127.0.0.1:8000"`. */
export function addressVariable(project: Project, port: Fact<number>): Fact<string> | undefined {
  const pattern = /env::var\(\s*"(\w+)"\s*\)[^;]{0,120}?"(?:127\.0\.0\.1|localhost):\d{2,5}"/;
  for (const { file } of port.evidence) {
    const name = pattern.exec(project.read(file) ?? "")?.[1];
    if (name !== undefined) return certain(name, evidence(project, file, `"${name}"`));
  }
  return undefined;
}
