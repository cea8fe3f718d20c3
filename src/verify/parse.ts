import { InputError } from "../security/errors.ts";
import { checkImageReference } from "../security/process.ts";
import { clean } from "../security/untrusted.ts";
import type { Probe, Service } from "./types.ts";

/**
 * Reads a probe: `8080/health`, `/health=204` (the port from EXPOSE), `:8080` or `tcp:5432` (a connection),
 * `exec:curl -f localhost`, `exits`, `exits:--version` (with these arguments). Throws InputError.
 */
export function parseProbe(text: string): Probe {
  const trimmed = text.trim();
  const [exits, args] = /^exits?(?::\s*(\S.*))?$/s.exec(trimmed) ?? [];
  if (exits !== undefined)
    return { kind: "exits", ...(args === undefined ? {} : { arguments: words(args) }) };
  const [, command] = /^exec:\s*(\S.*)$/s.exec(trimmed) ?? [];
  if (command !== undefined) return { kind: "command", command: words(command) };
  const [, tcpPort] = /^(?:tcp)?:?(\d{1,5})$/.exec(trimmed) ?? [];
  if (tcpPort !== undefined) return { kind: "tcp", port: portOf(tcpPort) };
  if (trimmed === "tcp") return { kind: "tcp" };
  const [, address, status] = /^(.+?)(?:=(\d{3}))?$/s.exec(trimmed) ?? [];
  const [, port, path] =
    /^(?:(?:http:\/\/)?(?:localhost|127\.0\.0\.1)?:?(\d{1,5}))?(\/\S*)$/.exec(address ?? "") ?? [];
  if (path === undefined) {
    throw new InputError(
      `probe ${clean(trimmed, 60)} cannot be read`,
      "use 8080/health, 8080/health=204, tcp:5432, exec:command, exits or exits:arguments",
    );
  }
  return {
    kind: "http",
    path,
    ...(port === undefined ? {} : { port: portOf(port) }),
    ...(status === undefined ? {} : { status: Number(status) }),
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (port >= 1 && port <= 65_535) return port;
  throw new InputError(`${text} is not a port`, "ports are 1 to 65535");
}

/** Words of a command, quotes respected; no shell is involved. */
function words(text: string): string[] {
  const found = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return found.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

/** Reads `alias=image NAME=value …`. Throws InputError. */
export function parseService(text: string): Service {
  const [first = "", ...rest] = words(text);
  const mark = first.indexOf("=");
  const alias = first.slice(0, mark);
  if (mark < 1 || !/^[a-z0-9][a-z0-9.-]{0,62}$/i.test(alias)) {
    throw new InputError(
      `service ${clean(text, 60)} cannot be read`,
      "use alias=image, then NAME=value for its environment: db=postgres:18 POSTGRES_PASSWORD=x",
    );
  }
  return {
    alias,
    image: checkImageReference(first.slice(mark + 1)),
    env: parseAssignments(rest, "service variable"),
  };
}

/** Reads `NAME=value` texts. Throws InputError for one without a name. */
export function parseAssignments(texts: readonly string[], what: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const text of texts) {
    const [, name, value] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new InputError(
        `${what} ${clean(text.split("=", 1)[0] ?? "", 40)} cannot be read`,
        "use NAME=value",
      );
    }
    values[name] = value;
  }
  return values;
}

/** Where a secret comes from, before paths are resolved: `id=TOKEN,env=TOKEN`, `id=npmrc,src=.npmrc`, `id=x`. */
export type SecretText =
  | { readonly id: string; readonly env: string }
  | { readonly id: string; readonly path: string }
  | { readonly id: string; readonly canary: true };

/** Reads a secret's source, in the words of `docker build --secret`. Throws InputError. */
export function parseSecret(text: string): SecretText {
  const options = new Map(
    text.split(",").map((part): [string, string] => {
      const mark = part.indexOf("=");
      return mark < 0 ? ["id", part.trim()] : [part.slice(0, mark).trim(), part.slice(mark + 1).trim()];
    }),
  );
  const id = options.get("id");
  const env = options.get("env");
  const path = options.get("src") ?? options.get("source");
  const known = new Set(["id", "env", "src", "source", "type"]);
  if (id === undefined || id === "" || [...options.keys()].some((name) => !known.has(name))) {
    // The text may hold a value by mistake: it is not repeated.
    throw new InputError(
      "a secret cannot be read",
      "use id=NAME,env=VARIABLE or id=NAME,src=FILE; never the value itself",
    );
  }
  if (env !== undefined) return { id, env };
  return path === undefined ? { id, canary: true } : { id, path };
}
