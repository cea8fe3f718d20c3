import path from "node:path";

/** What a command starts, without the way it is written: "python app.main", "static site", "binary server". */
export interface StartCommand {
  readonly kind: "static site" | "program" | "serves" | "binary" | "java" | "next" | "other";
  /** Module, file without ending, or name of the binary; "*" when the command does not say. */
  readonly target: string;
}

/** The package.json of a folder of the project (`""` is its root), for commands that name one of its scripts. */
export interface Manifests {
  script(folder: string, name: string): string | undefined;
  main(folder: string): string | undefined;
  /** Folder of the workspace's package with this name. */
  folderOf(name: string): string | undefined;
}

const wrappers =
  /^(exec|env|cross-env|nohup|tini|dumb-init|npx|bunx|opentelemetry-instrument|dotenv|doppler|corepack)$/;
const runners = /^(poetry|uv|pipenv|pdm|hatch|rye)$/;
const managers = /^(npm|pnpm|yarn|bun)$/;
const nodes = /^(node|bun|tsx|ts-node|ts-node-dev|nodemon|babel-node|deno)$/;
const sites = /^(caddy|nginx|httpd|serve|http-server|sirv|react-scripts|ng|vite|vue-cli-service|expo|astro)$/;
const servers = /^(uvicorn|gunicorn|hypercorn|daphne|waitress-serve|granian|sanic|flask|fastapi|litestar)$/;
/** Options of those programs that take a value and say nothing about what is started. */
const valued =
  /^(-b|-p|-w|-k|-t|-c|-H|-m|-r|-s|--(bind|host|hostname|port|workers|threads|timeout|config|log-file|access-logfile|error-logfile|keep-alive|listen|require|import|experimental-loader|env-file|worker-class|loglevel|log-level))$/;

/**
 * Reduces a start command, as a shell line or exec form, to what it starts: package managers' scripts are looked up,
 * wrappers, environment, addresses and options fall away, and of a chain the last command counts.
 */
export function startOf(
  command: string | readonly string[],
  manifests: Manifests,
  folder = "",
  depth = 0,
): StartCommand {
  if (typeof command !== "string") return fromWords(command, manifests, folder, depth);
  let at = folder;
  const parts = command
    .replace(/\d?>&?\s*\S+/g, "")
    .split(/&&|\|\||;/)
    .map((part) => part.trim())
    .filter(Boolean);
  for (const part of parts.slice(0, -1)) {
    const to = /^cd\s+(\S+)$/.exec(part)?.[1];
    if (to !== undefined) at = path.posix.join(at, to);
  }
  const words = [...(parts.at(-1) ?? "").matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map((match) =>
    match[0].replace(/["']/g, ""),
  );
  return fromWords(words, manifests, at, depth);
}

function fromWords(
  words: readonly string[],
  manifests: Manifests,
  folder: string,
  depth: number,
): StartCommand {
  const [first, ...rest] = words;
  if (first === undefined) return { kind: "static site", target: "*" };
  const program = path.posix.basename(first);
  const again = (next: readonly string[]): StartCommand => fromWords(next, manifests, folder, depth + 1);
  if (depth > 8) return { kind: "other", target: words.join(" ") };
  if (/^[A-Za-z_]\w*=/.test(first) || wrappers.test(program) || first === "--") return again(rest);
  if (/^(ba|da)?sh$/.test(program) && /^-\w*c$/.test(rest[0] ?? ""))
    return startOf(rest[1] ?? "", manifests, folder, depth + 1);
  if (runners.test(program) && rest[0] === "run") return again(plain(rest.slice(1)));
  if (managers.test(program)) {
    const script = scriptOf(program, rest, manifests, folder);
    if (script) return startOf(script.command, manifests, script.folder, depth + 1);
    if (/^(exec|dlx|x)$/.test(rest[0] ?? "")) return again(rest.slice(1));
  }
  if (/^python[\d.]*$/.test(program)) {
    if (rest[0] === "-m")
      return servers.test(rest[1] ?? "")
        ? again(rest.slice(1))
        : { kind: "program", target: moduleOf(rest[1] ?? "") };
    const [file = ""] = plain(rest);
    if (file.endsWith("manage.py")) return { kind: "serves", target: "django" };
    return { kind: "program", target: moduleOf(file) };
  }
  if (servers.test(program)) return serving(rest);
  // Gradle's application plugin starts Java by a script of the application's name.
  if (/^(java|mvnw?|gradlew?)$/.test(program) || /build\/install\/[^/]+\/bin\//.test(first))
    return { kind: "java", target: "*" };
  if (/^(go|cargo)$/.test(program)) return { kind: "binary", target: "*" };
  if (program === "next") return { kind: "next", target: "*" };
  if (sites.test(program)) return { kind: "static site", target: "*" };
  if (nodes.test(program)) {
    const [file = ""] = plain(rest[0] === "run" ? rest.slice(1) : rest);
    return { kind: "program", target: fileOf(file === "." ? (manifests.main(folder) ?? "index.js") : file) };
  }
  if (words.length === 1) return { kind: "binary", target: program === "out" ? "*" : program };
  return { kind: "other", target: [program, ...plain(rest).map(fileOf)].join(" ") };
}

function serving(rest: readonly string[]): StartCommand {
  const named = /^(?:-A|--app)(?:=(.*))?$/;
  const at = rest.findIndex((word) => named.test(word));
  const option = at < 0 ? undefined : (named.exec(rest[at] ?? "")?.[1] ?? rest[at + 1]);
  const [target = "*"] =
    option === undefined ? plain(rest).filter((word) => !/^(run|dev)$/.test(word)) : [option];
  const module = moduleOf(target.replace(/:.*$/, ""));
  return { kind: "serves", target: module };
}

/** The words that are neither options nor the values of options that take one. */
function plain(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => !word.startsWith("-") && !valued.test(words[index - 1] ?? ""));
}

function scriptOf(
  program: string,
  rest: readonly string[],
  manifests: Manifests,
  folder: string,
): { readonly command: string; readonly folder: string } | undefined {
  const selector = rest.findIndex((word) => /^(--filter|-F|--workspace|-w|--cwd|--prefix|-C)$/.test(word));
  const selected = selector < 0 ? undefined : rest[selector + 1];
  const names = rest.filter(
    (word, index) => !word.startsWith("-") && index !== selector + 1 && word !== "run",
  );
  const name = (selector < 0 ? rest.filter((word) => !word.startsWith("-") && word !== "run") : names)[0];
  if (name === undefined || (program === "bun" && rest[0] !== "run")) return undefined;
  const at =
    selected === undefined ? folder : (manifests.folderOf(selected) ?? path.posix.join(folder, selected));
  const command = manifests.script(at, name);
  return command === undefined ? undefined : { command, folder: at };
}

/** `./src/app/main.py` and `app.main` are one module. */
function moduleOf(file: string): string {
  return file
    .replace(/^\.\//, "")
    .replace(/\.py$/, "")
    .replaceAll("/", ".")
    .replace(/^src\./, "")
    .replace(/\.(__init__|__main__)$/, "");
}

/** `src/index.ts` is `dist/index.js` before the compiler. */
function fileOf(file: string): string {
  return file
    .replace(/^\.\//, "")
    .replace(/\.[cm]?[jt]sx?$/, "")
    .replace(/^(src|dist|build|out|lib)\//, "");
}

/** True when both start the same application; a web server that loads a module and the module run by itself do. */
export function equivalent(left: StartCommand, right: StartCommand): boolean {
  if (isDjango(left, right) || isDjango(right, left)) return true;
  const one =
    left.kind === right.kind || [left, right].every((start) => /^(serves|program)$/.test(start.kind));
  return one && (left.target === right.target || left.target === "*" || right.target === "*");
}

function isDjango(one: StartCommand, other: StartCommand): boolean {
  return one.target === "django" && other.kind === "serves" && /(^|\.)[aw]sgi$/.test(other.target);
}
