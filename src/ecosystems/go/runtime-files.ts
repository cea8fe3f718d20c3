import { evidence } from "../../project/facts.ts";
import type { Evidence, Fact, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";

const opened =
  /(?:ParseFiles|ParseGlob|LoadHTMLGlob|LoadHTMLFiles|http\.Dir|\.Static(?:FS|File)?|os\.ReadFile|os\.Open|ServeFile)\([^)\n]*["`](?:\.\/)?([A-Za-z0-9_-]+)(?:\/[^"`\n]*)?["`]/g;
const file = /["`](?:\.\/)?([\w-]+\/[\w./-]+\.\w+|[\w-]+\.(?:ya?ml|toml|ini|json|html|tmpl|conf|cfg))["`]/g;
const folder = /["`]\.\/([\w-]+)\/?["`]/g;
const settingsName = /\bSetConfigName\(\s*"([\w.-]+)"/g;

/**
 * What the program opens by a relative path: folders of templates and static files, and files of settings. A path that
 * the code names and the project holds is one of them; `embedded` is in the program already.
 */
export function runtimeFiles(project: Project, embedded: readonly string[]): Fact<readonly string[]> {
  const found = new Map<string, Evidence>();
  const add = (path: string, name: string, where: Evidence): void => {
    if (!found.has(path) && !embedded.some((one) => name === one || name.startsWith(`${one}/`)))
      found.set(path, where);
  };
  const top = new Set(project.files.map((one) => one.split("/")[0] ?? ""));
  const isCode = (path: string): boolean =>
    project.files.some((one) => one.startsWith(`${path}/`) && one.endsWith(".go"));
  for (const source of sources(project, [".go"])) {
    if (/^(?:tools?|scripts?|hack|build|ci|dev|integration|e2e)\//.test(source)) continue;
    const body = project.read(source) ?? "";
    if (/^\/\/go:build\s[^\n]*\bignore\b/m.test(body)) continue;
    for (const match of body.matchAll(opened)) {
      const name = match[1] ?? "";
      if (top.has(name) && !project.has(name))
        add(name, name, evidence(project, source, match[0].slice(0, 40)));
    }
    for (const match of body.matchAll(folder)) {
      const name = match[1] ?? "";
      if (top.has(name) && !project.has(name) && !isCode(name))
        add(name, name, evidence(project, source, match[0]));
    }
    for (const match of body.matchAll(file)) {
      const name = match[1] ?? "";
      if (!project.has(name) || /\.(?:go|sh|md|proto)$|secret|credential/i.test(name)) continue;
      const first = name.split("/")[0] ?? name;
      add(!name.includes("/") || isCode(first) ? name : first, name, evidence(project, source, match[0]));
    }
    for (const match of body.matchAll(settingsName)) {
      const wanted = match[1] ?? "";
      const name = project.files.find(
        (one) =>
          /^(?:[^/]*\/)?[^/]+\.(?:ya?ml|toml|json|env|ini|properties)$/.test(one) &&
          one
            .split("/")
            .at(-1)
            ?.replace(/\.\w+$/, "") === wanted,
      );
      if (name !== undefined) add(name, name, evidence(project, source, match[0]));
    }
  }
  // A file of a folder that comes along as a whole needs no line of its own.
  const paths = [...found.keys()].filter(
    (path) => ![...found.keys()].some((other) => other !== path && path.startsWith(`${other}/`)),
  );
  return { value: paths, evidence: [...found.values()], confidence: "likely" };
}
