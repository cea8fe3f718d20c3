import { certain, evidence } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";

const read = /(?:getenv\(|environ\.get\(|environ\[|\w*env\w*\()\s*["']((?:[A-Z][A-Z0-9]*_)*PORT)["']/;
const own = new RegExp(
  `^\\s*(?:self\\.)?port\\s*(?::\\s*\\w+\\s*)?=\\s*(?:int\\()?[\\w.]*${read.source}`,
  "m",
);

/** Variables that name the port of another service. */
const others =
  /(?:E?MAIL|SMTP|IMAP|POP3?|DB|DATABASE|POSTGRES\w*|PG|MYSQL|MARIADB|MONGO\w*|REDIS|VALKEY|RABBIT\w*|AMQP|KAFKA|MEMCACHED?|FLOWER|PROXY|FTP|SSH|LDAP|ELASTIC\w*|STATSD|METRICS|PROMETHEUS|DEBUG\w*)_(?:SERVER_|HOST_)?PORT$/;

/**
 * The environment variable a program takes its port from: PORT, as platforms set it, or the one it assigns to `port`
 * (`port = os.environ["SHOP_PORT"]`). Ports of databases and other services are not its own.
 */
export function portVariable(project: Project): Fact<string> | undefined {
  let named: Fact<string> | undefined;
  for (const file of sources(project, [".py"])) {
    const body = project.read(file) ?? "";
    for (const match of body.matchAll(new RegExp(read, "g"))) {
      if (match[1] === "PORT") return certain("PORT", evidence(project, file, match[0]));
    }
    const name = own.exec(body)?.[1];
    if (name !== undefined && !others.test(name)) named ??= certain(name, evidence(project, file, own));
  }
  return named ?? inSettings(project);
}

const listens = /^\s*https?(?:-socket)?\s*=\s*[\w.]*:\$\((\w+)\)\s*$/m;

/** The variable in uWSGI's settings: `http-socket = :$(PORT)`. */
function inSettings(project: Project): Fact<string> | undefined {
  for (const file of project.glob("**/*.ini")) {
    const name = listens.exec(project.read(file) ?? "")?.[1];
    if (name !== undefined) return certain(name, evidence(project, file, listens));
  }
  return undefined;
}
