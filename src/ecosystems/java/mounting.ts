import type { Project } from "../../project/types.ts";
import type { RouteSight } from "../health-path.ts";
import { readSettings } from "./settings.ts";

const registers =
  /@(?:GetMapping|RequestMapping|Path|Get|Controller)\(|\bget\(|\.route\(|\.createContext\(|\bGET\(|\bpath\(/;
const ofClass = /@(?:RequestMapping|Path|Controller)\(\s*(?:(?:value|path)\s*=\s*)?\{?\s*"([^"]*)"[^)]*\)/;
const typeHead = /\b(?:class|interface|object)\s+\w/;
const contextKeys = [
  "server.servlet.context-path", "server.context-path", "spring.mvc.servlet.path", "spring.webflux.base-path",
  "quarkus.http.root-path", "micronaut.server.context-path",
]; // biome-ignore format: a list

/** Where a Java or Kotlin route is mounted: below the path of its class, and of the application. */
export function javaMounting({ project, lines, index, call, path: word }: RouteSight): string | undefined {
  if (!registers.test(call)) return undefined;
  const context = contextPath(project);
  const resources = resourcePath(project);
  if (context === undefined || resources === undefined) return undefined;
  const application = context + resources;
  // On a class the path is whole only where a method adds none.
  const head = lines.slice(index + 1, index + 8).findIndex((line) => typeHead.test(line));
  const between = head < 0 ? [] : lines.slice(index + 1, index + 1 + head);
  if (head >= 0 && between.every((line) => /^\s*(?:@|$|\/\/|\*)/.test(line)))
    return /@(?:GetMapping|Get|GET)\s*(?:\(\s*\))?\s*$/m.test(lines.join("\n")) ? application : undefined;
  const above = lines.slice(0, index);
  const type = above.findLastIndex((line) => typeHead.test(line));
  const annotations = above.slice(Math.max(0, type - 8), Math.max(0, type)).join("\n");
  const path = ofClass.exec(annotations)?.[1] ?? "";
  // `/orders/status` is about orders.
  const weak = /^\/(?:status|up|ready|ping)$/.test(word);
  if (weak && rooted(path) !== "" && !/api|\bv\d|health|system|monitor|server/i.test(path)) return undefined;
  return application + rooted(path);
}

/** The path the whole application is served below, "" for none; undefined when several are set. */
export function contextPath(project: Project): string | undefined {
  const files = project.files.filter((file) => /(^|\/)application[\w-]*\.(?:properties|ya?ml)$/.test(file));
  return onePath(
    files.flatMap((file) => {
      const settings = readSettings(project, file);
      return contextKeys.flatMap((key) => settings.get(key) ?? []);
    }),
  );
}

/** What JAX-RS puts in front of every resource of the application. */
function resourcePath(project: Project): string | undefined {
  return onePath(
    project.files
      .filter((file) => /\.(?:java|kt)$/.test(file))
      .flatMap((file) => /@ApplicationPath\(\s*"([^"]*)"/.exec(project.read(file) ?? "")?.[1] ?? []),
  );
}

function onePath(found: readonly string[]): string | undefined {
  const paths = [...new Set(found.map(rooted))];
  return paths.length > 1 || paths.some((path) => path.includes("$")) ? undefined : (paths[0] ?? "");
}

function rooted(path: string): string {
  const bare = path.replace(/^\/|\/$/g, "");
  return bare === "" ? "" : `/${bare}`;
}
