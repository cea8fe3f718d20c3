import type { Project } from "../../project/types.ts";

/** What `collectstatic` needs in its environment to import the settings that the server runs with. */
export interface DjangoEnvironment {
  /** DJANGO_SETTINGS_MODULE, where the server is given another one than manage.py. */
  readonly module?: string;
  /** Variables that are read without a default, with a value that the settings can parse. Sorted by name. */
  readonly placeholders: readonly (readonly [name: string, value: string])[];
}

/** Placeholder of a value that is only held, never parsed. */
export const unused = "unused-while-building";

/**
 * Reads which variables the settings require: those of the module that wsgi.py or asgi.py names when a server runs it
 * (`served`), else manage.py, with what it imports.
 */
export function readDjangoEnvironment(project: Project, manage: string, served: boolean): DjangoEnvironment {
  const root = manage.slice(0, manage.lastIndexOf("/") + 1);
  const own = settingsModule(project.read(manage) ?? "");
  const modules = [
    ...new Set(
      project.files
        .filter((file) => file.startsWith(root) && /(^|\/)[aw]sgi\.py$/.test(file))
        .flatMap((file) => settingsModule(project.read(file) ?? "") ?? []),
    ),
  ];
  const [only] = modules;
  // Two servers with settings of their own: manage.py's are no worse a guess.
  const module =
    served && modules.length === 1 && only !== undefined && fileOf(project, root, only) ? only : own;
  const first = module === undefined ? undefined : fileOf(project, root, module);
  const files =
    first === undefined
      ? project.files.filter((file) => /(^|\/)settings(\/\w+)?\.py$/.test(file))
      : imported(project, root, first);
  const code = files.map((file) => withoutComments(project.read(file) ?? "")).join("\n");
  return {
    ...(module !== undefined && module !== own ? { module } : {}),
    placeholders: required(code),
  };
}

function settingsModule(code: string): string | undefined {
  return /DJANGO_SETTINGS_MODULE["']\s*(?:,|\]\s*=)\s*["']([A-Za-z_][\w.]*)["']/.exec(code)?.[1];
}

function fileOf(project: Project, root: string, module: string): string | undefined {
  const stem = root + module.replaceAll(".", "/");
  return [`${stem}.py`, `${stem}/__init__.py`].find((file) => project.has(file));
}

/** The file and what it imports of the project, as far as settings go: at most twenty files. */
function imported(project: Project, root: string, first: string): readonly string[] {
  const found = [first];
  for (let index = 0; index < found.length && found.length < 20; index++) {
    const file = found[index] ?? first;
    const folder = file.slice(0, file.lastIndexOf("/") + 1);
    for (const [, dots = "", name = ""] of (project.read(file) ?? "").matchAll(
      /^\s*from\s+(\.*)([\w.]*)\s+import\b/gm,
    )) {
      const parts = folder.split("/").slice(0, -1);
      const base =
        dots === ""
          ? root
          : parts
              .slice(0, parts.length - dots.length + 1)
              .map((part) => `${part}/`)
              .join("");
      const next = name === "" ? undefined : fileOf(project, base, name);
      if (next !== undefined && !found.includes(next)) found.push(next);
    }
  }
  return found;
}

function withoutComments(code: string): string {
  return code.replace(/^\s*#.*$/gm, "");
}

/** `os.environ["X"]`. */
const subscript = /\benviron\[\s*["'](\w+)["']\s*\](?!\s*=[^=])/g;
/** `env("X")`, `env.int("X")`, `config("X", cast=int)`: django-environ, environs, python-decouple. */
const call =
  /(?<![\w.])(env|config)(?:\.(\w+))?\(\s*(?:["'](\w+)["']\s*(?:,\s*(?:cast\s*=\s*)?([\w.]+)(?:\([^()]*\))?\s*)?,?\s*)?\)/g;

function required(code: string): readonly (readonly [string, string])[] {
  const found = new Map<string, string>();
  const add = (name: string, value: string): void => {
    const optional = new RegExp(
      `(?:\\b(?:get|getenv|setdefault|pop)\\(\\s*["']${name}["']|["']${name}["']\\s+(?:not\\s+)?in\\s+(?:os\\.)?environ|\\b${name}\\s*=\\s*\\()`,
    );
    if (/^[A-Za-z_]\w{0,60}$/.test(name) && !given.test(name) && !optional.test(code) && !found.has(name))
      found.set(name, value);
  };
  for (const match of code.matchAll(subscript)) {
    const before = code.slice(Math.max(0, match.index - 40), match.index);
    add(match[1] ?? "", placeholder(match[1] ?? "", /\b(\w+)\((?:os\.)?$/.exec(before)?.[1]));
  }
  const decouple = /^\s*from\s+decouple\s+import\b|^\s*import\s+decouple\b/m.test(code);
  const environ = /^\s*(?:from|import)\s+environs?\b/m.test(code);
  for (const [, reader, method, name, cast] of code.matchAll(call)) {
    if (reader === "env" ? !environ : !decouple) continue;
    const standard =
      method === undefined ? undefined : /^(db|cache|email)(?:_url)?$/.exec(method)?.[1]?.toUpperCase();
    // A second argument that is no type is environs' default.
    if (cast !== undefined && !/^(?:int|float|bool|str|list|dict|Csv|json\.loads)$/.test(cast)) continue;
    const variable =
      name ?? (standard === undefined ? undefined : `${standard.replace("DB", "DATABASE")}_URL`);
    if (variable !== undefined) add(variable, placeholder(variable, cast ?? method));
  }
  for (const [, helper = "", parameter = ""] of code.matchAll(/^def (\w+)\(\s*(\w+)(?::\s*str)?\s*\)/gm)) {
    const body = code.slice(code.indexOf(`def ${helper}(`)).slice(0, 400);
    if (!new RegExp(`environ\\[\\s*${parameter}\\s*\\]`).test(body)) continue;
    for (const [, name = ""] of code.matchAll(new RegExp(`\\b${helper}\\(\\s*["'](\\w+)["']\\s*\\)`, "g")))
      add(name, placeholder(name, undefined));
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).slice(0, 30);
}

/** Variables that the image or the shell sets. */
const given =
  /^(?:PATH|HOME|HOSTNAME|PWD|LANG|VIRTUAL_ENV|DJANGO_SETTINGS_MODULE|(?:LD_|LC_|PYTHON|PIP_|BASH_)\w*)$/;

/** A value that the reader of a variable can parse: `type` is its cast, its method or the function around it. */
function placeholder(name: string, type: string | undefined): string {
  switch (type) {
    case "int":
    case "float":
    case "Decimal":
      return "1";
    case "bool":
    case "strtobool":
      return "False";
    case "json":
    case "loads":
    case "json.loads":
      return "{}";
    case "dict":
      return "a=b";
    case "db":
    case "db_url":
    case "dj_db_url":
    case "parse":
      return database;
    case "cache":
    case "cache_url":
      return "locmemcache://";
    case "email":
    case "email_url":
      return "consolemail://";
  }
  if (/(?:DATABASE|DB)_UR[IL]$/.test(name)) return database;
  if (/REDIS\w*_URL$/.test(name)) return "redis://localhost";
  if (/DSN$/.test(name)) return "https://unused@localhost/1";
  return /UR[IL]$/.test(name) ? "http://localhost" : unused;
}

const database = "sqlite:///:memory:";
