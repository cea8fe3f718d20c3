import { certain, evidence } from "../../project/facts.ts";
import { dig, isRecord } from "../../project/project.ts";
import type { Fact, Project } from "../../project/types.ts";
import { findHealthPath, healthPaths, mountsBelow, type RouteSight } from "../health-path.ts";
import { sources } from "../sources.ts";

const registers =
  /\b([\w$]+)\.(?:get|head|all|use|route|on)\(|\burl\s*:|\bpath\s*:|\.(?:url|pathname)\s*===?|case\s/;
const applications =
  "(?:await\\s+)?(?:(?:express|fastify|Fastify|polka|restify\\.createServer|jsonServer\\.create)\\(|new\\s+(?:Koa|Elysia|Hyper\\w*\\.Server)\\b)";
const below =
  /\.(?:use|route|mount|group)\(\s*["'`]\/[\w:]|\bprefix\s*:\s*["'`]?\/?\w|\.basePath\(|setGlobalPrefix\(|\.routes?\(\s*\w+\s*,\s*["'`]\/\w/;

/** Where a Node.js route is mounted: at the root on the application itself, or where no router has a prefix. */
function nodeMounting(endings: readonly string[]): (sight: RouteSight) => string | undefined {
  return ({ project, lines, call }) => {
    const match = registers.exec(call);
    if (!match) return undefined;
    const owner = match[1];
    const name = owner?.replaceAll("$", "\\$");
    // Made here, or handed to a function as what it is by its type.
    const own = new RegExp(
      `\\b${name}\\s*(?::[^=\\n]+)?=\\s*${applications}|\\b${name}\\s*:\\s*(?:express\\.)?(?:Application|Express)\\b`,
    );
    if (owner !== undefined && own.test(lines.join("\n"))) return "";
    return mountsBelow(project, endings, below) ? undefined : "";
  };
}

/** Frameworks that make routes of files: the file that serves a health path. */
const fileRoutes: readonly (readonly [framework: string, pattern: RegExp, prefix: string])[] = [
  ["Next.js", /^(?:src\/)?app\/(.+)\/route\.[jt]s$/, ""],
  ["Next.js", /^(?:src\/)?pages\/(api\/.+?)(?:\/index)?\.[jt]s$/, ""],
  ["Nuxt", /^server\/(api\/.+?)(?:\.get)?\.[jt]s$/, ""],
  ["Nuxt", /^server\/routes\/(.+?)(?:\.get)?\.[jt]s$/, ""],
  ["Nitro", /^(?:server\/|src\/)?routes\/(.+?)(?:\.get)?\.[jt]s$/, ""],
  ["Nitro", /^(?:server\/|src\/)?(api\/.+?)(?:\.get)?\.[jt]s$/, ""],
  ["SolidStart", /^src\/routes\/(.+)\.[jt]s$/, ""],
  ["TanStack Start", /^src\/routes\/(.+)\.[jt]s$/, ""],
  ["Qwik", /^src\/routes\/(.+)\/index\.[jt]s$/, ""],
  ["SvelteKit", /^src\/routes\/(.+)\/\+server\.[jt]s$/, ""],
  ["Remix", /^app\/routes\/([\w-]+)\.[jt]sx?$/, ""],
  ["React Router", /^app\/routes\/([\w-]+)\.[jt]sx?$/, ""],
  ["Astro", /^src\/pages\/(.+)\.[jt]s$/, ""],
];

/** The health route of a Node.js application: a route file, a Nest controller, or a registered path. */
export function nodeHealthPath(
  project: Project,
  framework: string | undefined,
  endings: readonly string[],
): Fact<string> | undefined {
  return (
    fromFile(project, framework) ??
    (framework === "NestJS" || framework === "Nest" ? fromController(project, endings) : undefined) ??
    findHealthPath(project, endings, nodeMounting(endings))
  );
}

function fromFile(project: Project, framework: string | undefined): Fact<string> | undefined {
  // A base path in the configuration would stand before it.
  if (
    project.files.some(
      (file) => /^(next|nuxt)\.config\./.test(file) && /basePath|baseURL/.test(project.read(file) ?? ""),
    )
  )
    return undefined;
  const manifest = project.json("package.json");
  const has = (name: string): boolean =>
    [dig(manifest, "dependencies"), dig(manifest, "devDependencies")].some(
      (names) => isRecord(names) && name in names,
    );
  // A server of the project's own in front of a framework serves its route files all the same.
  const names = [
    framework,
    ...(has("@remix-run/react") ? ["Remix"] : []),
    ...(has("@react-router/dev") ? ["React Router"] : []),
    ...(has("next") ? ["Next.js"] : []),
  ];
  for (const wanted of healthPaths) {
    for (const file of project.files) {
      const found = fileRoutes.find(
        ([name, pattern]) =>
          names.includes(name) && `/${pattern.exec(file)?.[1]?.replace(/\([\w-]+\)\//g, "")}` === wanted,
      );
      if (found) return certain(wanted, { file });
    }
  }
  return undefined;
}

/** `@Controller("health")` with a bare `@Get()`, below the global prefix. */
function fromController(project: Project, endings: readonly string[]): Fact<string> | undefined {
  const files = sources(project, endings);
  const prefixes = files.flatMap(
    (file) => /setGlobalPrefix\(\s*([^,)]*)/.exec(project.read(file) ?? "")?.[1] ?? [],
  );
  const [prefix = '""'] = prefixes;
  const literal = /^["'`]([\w/-]*)["'`]$/.exec(prefix.trim())?.[1];
  if (
    prefixes.length > 1 ||
    literal === undefined ||
    files.some((file) => /enableVersioning\(/.test(project.read(file) ?? ""))
  )
    return undefined;
  const pattern = /@Controller\(\s*["'`]\/?([\w/-]+)["'`]\s*\)/;
  for (const file of files) {
    const body = project.read(file) ?? "";
    const path = `/${pattern.exec(body)?.[1]}`;
    if (!healthPaths.includes(path) || !/@Get\(\s*\)/.test(body)) continue;
    const below = literal.replace(/^\/|\/$/g, "");
    return certain(below === "" ? path : `/${below}${path}`, evidence(project, file, pattern));
  }
  return undefined;
}
