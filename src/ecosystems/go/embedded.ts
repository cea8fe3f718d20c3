import type { StagePlan, Step } from "../../plan/types.ts";
import { evidence } from "../../project/facts.ts";
import { dig, subproject } from "../../project/project.ts";
import type { Evidence, Project } from "../../project/types.ts";
import { detectNode } from "../node/detect.ts";
import { planNode } from "../node/plan.ts";
import { sources } from "../sources.ts";
import type { Parameters } from "../types.ts";

/** Files that `//go:embed` compiles into the program, and the front end that has to be built for it first. */
export interface Embedded {
  /** Paths of the project that are there and must be in the build context. */
  readonly present: readonly string[];
  readonly frontend?: Frontend;
  readonly warnings: readonly string[];
}

/** A Node.js project whose build makes an embedded folder that the repository does not hold. */
export interface Frontend {
  /** Folder of its package.json. */
  readonly folder: string;
  /** The folder that is embedded, relative to the project. */
  readonly output: string;
  readonly stage: StagePlan;
  readonly evidence: Evidence;
}

/** Reads the embed directives. A folder that holds nothing but a placeholder counts as missing. */
export function readEmbedded(project: Project, parameters: Parameters): Embedded {
  const present: string[] = [];
  const warnings: string[] = [];
  let frontend: Frontend | undefined;
  for (const file of sources(project, [".go"])) {
    for (const path of embeddedPaths(project, file)) {
      if (holds(project, path) && !gitIgnores(project, path)) present.push(path);
      else {
        frontend ??= frontendOf(project, file, path, parameters);
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

function holds(project: Project, path: string): boolean {
  return project.files.some(
    (file) => file === path || (file.startsWith(`${path}/`) && !/\/(\.[^/]*|placeholder[^/]*)$/.test(file)),
  );
}

/** A folder that git leaves out is built, not written: the next machine does not have it. */
function gitIgnores(project: Project, path: string): boolean {
  const parts = path.split("/");
  return parts.some((_part, depth) => {
    const folder = parts.slice(0, depth).join("/");
    const lines = (project.read(folder === "" ? ".gitignore" : `${folder}/.gitignore`) ?? "").split("\n");
    const rest = parts.slice(depth);
    return lines.some((line) => {
      const name = line
        .trim()
        .replace(/^\*\*\//, "")
        .replace(/^\/|\/\*?$/g, "");
      return name !== "" && (name === rest.join("/") || (!name.includes("/") && rest.includes(name)));
    });
  });
}

/** The nearest folder above with a package.json that builds, read by the Node.js ecosystem. */
function frontendOf(
  project: Project,
  file: string,
  output: string,
  parameters: Parameters,
): Frontend | undefined {
  const parts = output.split("/");
  for (let length = parts.length - 1; length > 0; length--) {
    const folder = parts.slice(0, length).join("/");
    if (dig(project.json(`${folder}/package.json`), "scripts", "build") === undefined) continue;
    const { today } = parameters;
    const plain: Parameters = { variant: "production", upgrade: false, tests: false, today };
    const detection = detectNode(subproject(project, folder), plain);
    if (detection.kind !== "app") return undefined;
    const stages = planNode(detection.facts, plain).stages.filter((stage) => stage.name !== "runtime");
    const [builder] = stages;
    if (builder === undefined || stages.length > 1) return undefined;
    const steps = builder.steps.map((step) => below(step, folder));
    return {
      folder,
      output,
      stage: { ...builder, name: "frontend", platform: "$BUILDPLATFORM", steps },
      evidence: evidence(project, file, /^\s*\/\/go:embed/),
    };
  }
  return undefined;
}

/** A step of the front end's own Dockerfile, in one whose context is the whole project. */
function below(step: Step, folder: string): Step {
  if (step.kind !== "manifests" && step.kind !== "source") return step;
  return { ...step, files: step.files.map((file) => (file === "." ? `${folder}/` : `${folder}/${file}`)) };
}
