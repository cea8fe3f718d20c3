import type { StagePlan, Step } from "../plan/types.ts";
import { evidence } from "../project/facts.ts";
import { dig, subproject } from "../project/project.ts";
import type { Evidence, Project } from "../project/types.ts";
import { detectNode } from "./node/detect.ts";
import { planNode } from "./node/plan.ts";
import { sources } from "./sources.ts";
import type { Parameters } from "./types.ts";

/** A Node.js project whose build makes a folder that a compiled program embeds or serves, and the repository does not hold. */
export interface Frontend {
  /** Where its build leaves that folder in the stage. */
  readonly built: string;
  /** The folder that is made, relative to the project. */
  readonly output: string;
  readonly stage: StagePlan;
  readonly evidence: Evidence;
}

/** The nearest folder above `output` with a package.json that builds, read by the Node.js ecosystem. */
export function frontendOf(
  project: Project,
  output: string,
  where: Evidence,
  parameters: Parameters,
): Frontend | undefined {
  const parts = output.split("/");
  for (let length = parts.length - 1; length >= 0; length--) {
    const folder = parts.slice(0, length).join("/");
    const manifest = folder === "" ? "package.json" : `${folder}/package.json`;
    if (dig(project.json(manifest), "scripts", "build") === undefined) continue;
    const { today } = parameters;
    const plain: Parameters = { variant: "production", upgrade: false, tests: false, today };
    // A member of a workspace is installed by the root, which has the lock file.
    const member =
      folder !== "" &&
      !locks.some((lock) => project.has(`${folder}/${lock}`)) &&
      locks.some((lock) => project.has(lock));
    const builder = member
      ? builderOf(project, { ...plain, app: folder })
      : builderOf(folder === "" ? project : subproject(project, folder), plain);
    if (builder === undefined) return undefined;
    const whole = member || folder === "";
    const steps = whole ? builder.steps : builder.steps.map((step) => below(step, folder));
    return {
      output,
      built: `/app/${whole ? output : output.slice(folder.length + 1)}/`,
      stage: { ...builder, name: "frontend", platform: "$BUILDPLATFORM", steps },
      evidence: where,
    };
  }
  return undefined;
}

const locks = ["pnpm-lock.yaml", "yarn.lock", "package-lock.json", "bun.lock", "bun.lockb"];

/** The one stage that builds a Node.js application; undefined where it takes several. */
function builderOf(project: Project, parameters: Parameters): StagePlan | undefined {
  const detection = detectNode(project, parameters);
  if (detection.kind !== "app") return undefined;
  const stages = planNode(detection.facts, parameters).stages.filter((stage) => stage.name !== "runtime");
  return stages.length === 1 ? stages[0] : undefined;
}

/** A step of the front end's own Dockerfile, in one whose context is the whole project. */
function below(step: Step, folder: string): Step {
  if (step.kind !== "manifests" && step.kind !== "source") return step;
  return { ...step, files: step.files.map((file) => (file === "." ? `${folder}/` : `${folder}/${file}`)) };
}

const deep = /["'`](?:\.\/)?((?:[\w-]+\/){1,3}(?:dist|build|out|public)(?:\/browser)?)(?:\/[\w./-]*)?["'`]/g;
/** A word alone is a path where it begins as one, or goes on as one. */
const alone = /["'`](?:\.\/(?=(?:dist|build|out)["'`/])|(?=dist\/))(dist|build|out)(?:\/[\w./-]*)?["'`]/g;

/**
 * The front end that the code serves from a folder while it runs: a quoted path that the project does not hold, below a
 * package.json that builds.
 */
export function servedFrontend(
  project: Project,
  endings: readonly string[],
  parameters: Parameters,
): Frontend | undefined {
  for (const made of [deep, alone])
    for (const file of sources(project, endings))
      for (const [line, output = ""] of (project.read(file) ?? "").matchAll(made)) {
        if (holds(project, output)) continue;
        const found = frontendOf(project, output, evidence(project, file, line), parameters);
        if (found) return found;
      }
  return undefined;
}

/** True when the project has a file or a folder with more than a placeholder in it, and git keeps it. */
export function holds(project: Project, path: string): boolean {
  return (
    project.files.some(
      (file) => file === path || (file.startsWith(`${path}/`) && !/\/(\.[^/]*|placeholder[^/]*)$/.test(file)),
    ) && !gitIgnores(project, path)
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

/** The built front end, from its stage to where the code looks for it. */
export function copyFrontend({ built, output }: Frontend): Step {
  return {
    kind: "copyFrom",
    stage: "frontend",
    files: [built],
    to: `./${output}/`,
    why: "",
  };
}
