import type { Project } from "../../project/types.ts";
import { mountsBelow, type RouteSight } from "../health-path.ts";

const registers =
  /@[\w.]+\.(?:get|route|head|api_route|view)\(|@(?:get|route|head)\(|\bRoute\(|\.add_(?:url_rule|api_route|route|get)\(|\bweb\.get\(/;
const below =
  /\bprefix\s*=|\burl_prefix\s*=|\bMount\(\s*["']\/\w|\bRouter\(\s*(?:path\s*=\s*)?["']\/\w|\.mount\(\s*["']\/\w/;
const applications = "(?:FastAPI|Flask|Quart|Starlette|Sanic|Litestar|Bottle|APIFlask|Robyn|Application)";

/** Where a Python route is mounted: FastAPI's and Flask's routers have prefixes of their own and of who includes them. */
export function pythonMounting({ project, lines, call }: RouteSight): string | undefined {
  if (!registers.test(call)) return undefined;
  const body = lines.join("\n");
  const owner = /@?([\w.]+)\.(?:get|route|head|api_route|view|add_\w+)\(/.exec(call)?.[1];
  const assigned = (pattern: string): RegExp =>
    new RegExp(
      `(?:^|\\n)\\s*${owner?.replaceAll(".", "\\.")}\\s*(?::[^=\\n]+)?=\\s*(?:\\w+\\.)*${pattern}\\(([^)]*)\\)`,
    );
  if (owner !== undefined && assigned(applications).test(body)) return "";
  if (!mountsBelow(project, [".py"], below)) return "";
  const router = owner === undefined ? null : assigned("(?:APIRouter|Blueprint)").exec(body);
  return router === null ? undefined : join(prefixIn(router[1] ?? ""), included(project, owner ?? ""));
}

/** The prefix an argument list names: "" when it names none, undefined when it is not written out. */
function prefixIn(args: string): string | undefined {
  if (!/\b(?:url_)?prefix\s*=/.test(args)) return "";
  return /\b(?:url_)?prefix\s*=\s*["'](\/[^"']*)["']/.exec(args)?.[1];
}

/** What the one call that includes a router adds; undefined when there are several routers with prefixes to tell apart. */
function included(project: Project, owner: string): string | undefined {
  const calls = project.files
    .filter((file) => file.endsWith(".py"))
    .flatMap((file) => [
      ...(project.read(file) ?? "").matchAll(
        /\.(?:include_router|register_blueprint)\(((?:[^()]|\([^()]*\))*)\)/g,
      ),
    ])
    .map((match) => match[1] ?? "");
  if (calls.every((args) => !/prefix\s*=/.test(args))) return "";
  const own = calls.filter((args) => new RegExp(`(?:^|[\\s.])${owner}\\b`).test(args.split(",")[0] ?? ""));
  return own.length === 1 && calls.length === 1 ? prefixIn(own[0] ?? "") : undefined;
}

function join(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.some((part) => part === undefined) ? undefined : [...parts].reverse().join("");
}
