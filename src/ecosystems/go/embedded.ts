import { evidence } from "../../project/facts.ts";
import type { Project } from "../../project/types.ts";
import { type Frontend, frontendOf, holds } from "../frontend.ts";
import { sources } from "../sources.ts";
import type { Parameters } from "../types.ts";

/** Files that `//go:embed` compiles into the program, and the front end that has to be built for it first. */
export interface Embedded {
  /** Paths of the project that are there and must be in the build context. */
  readonly present: readonly string[];
  readonly frontend?: Frontend;
  readonly warnings: readonly string[];
}

/** Reads the embed directives. A folder that holds nothing but a placeholder counts as missing. */
export function readEmbedded(project: Project, parameters: Parameters): Embedded {
  const present: string[] = [];
  const warnings: string[] = [];
  let frontend: Frontend | undefined;
  for (const file of sources(project, [".go"])) {
    for (const path of embeddedPaths(project, file)) {
      if (holds(project, path)) present.push(path);
      else {
        frontend ??= frontendOf(project, path, evidence(project, file, /^\s*\/\/go:embed/), parameters);
        if (frontend?.output !== path)
          warnings.push(`${file} embeds ${path}, which is not in the project: build it before, or commit it`);
      }
    }
  }
  return { present: [...new Set(present)], ...(frontend ? { frontend } : {}), warnings };
}

/** `//go:embed all:web/dist index.html` in web.go: `web/dist`, `index.html`; a glob is cut to its folder. */
function embeddedPaths(project: Project, file: string): readonly string[] {
  const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/") + 1) : "";
  return [...(project.read(file) ?? "").matchAll(/^[ \t]*\/\/go:embed\s+(.+)$/gm)]
    .flatMap(([, patterns = ""]) => patterns.match(/"[^"]+"|\S+/g) ?? [])
    .map((pattern) => pattern.replace(/^"|"$/g, "").replace(/^all:/, ""))
    .map((pattern) => folder + pattern.replace(/\/?[^/]*[*?[].*$/, "").replace(/\/$/, ""))
    .map((path) => path.replace(/\/$/, ""))
    .filter((path) => path !== "" && !path.includes(".."));
}
