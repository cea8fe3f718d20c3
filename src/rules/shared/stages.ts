import { rememberLast } from "../../dockerfile/remember.ts";
import type { Dockerfile, ImageName, Stage } from "../../dockerfile/types.ts";
import type { RuleContext } from "../types.ts";

/** The stage that becomes the image when no --target is given; undefined for an empty file. */
export function finalStage(file: Dockerfile): Stage | undefined {
  return file.stages.at(-1);
}

/** The stage and the stages of this file it is built FROM, nearest first. */
export function stageChain(file: Dockerfile, stage: Stage): readonly Stage[] {
  const chain: Stage[] = [];
  // A stage is built FROM earlier ones only, so this ends.
  for (let link: Stage | undefined = stage; link; link = parentOf(file, link)) chain.push(link);
  return chain;
}

function parentOf(file: Dockerfile, { base }: Stage): Stage | undefined {
  return base?.kind === "stage" ? file.stages[base.stage] : undefined;
}

/** What is known of each stage by itself and from the stage it is built FROM, parents first. */
function inherited<T>(
  file: Dockerfile,
  of: (stage: Stage, parent: T | undefined) => T,
): ReadonlyMap<Stage, T> {
  const known = new Map<Stage, T>();
  for (const stage of file.stages) {
    const parent = parentOf(file, stage);
    known.set(stage, of(stage, parent && known.get(parent)));
  }
  return known;
}

const roots = rememberLast(
  (file: Dockerfile) => file,
  (file) => inherited<Stage>(file, (stage, root) => root ?? stage),
);

const windows = rememberLast(
  (file: Dockerfile) => file,
  (file) => inherited<boolean>(file, (stage, parent) => parent === true || looksLikeWindows(stage)),
);

/** The image at the root of a stage's FROM chain; undefined for scratch, a fragment, or an unresolved variable. */
export function rootImage(file: Dockerfile, stage: Stage): ImageName | undefined {
  const base = roots(file).get(stage)?.base;
  return base?.kind === "image" && base.resolved ? base.image : undefined;
}

/** True when the stage starts from nothing at all. */
export function isScratch(file: Dockerfile, stage: Stage): boolean {
  return roots(file).get(stage)?.base?.kind === "scratch";
}

/** True for stages that look like Windows: their image, platform or shell says so. */
export function isWindows(context: RuleContext, stage: Stage): boolean {
  return windows(context.file).get(stage) === true;
}

function looksLikeWindows({ from, base }: Stage): boolean {
  if (from?.platform?.toLowerCase().startsWith("windows")) return true;
  return base?.kind === "image" && /windows|nanoserver|servercore|-nano(?:-|$)/i.test(base.reference);
}

/** The last path part of a repository: `library/python`, `docker.io/python`, `python` -> `python`. */
export function imageFamily(image: ImageName): string {
  return image.repository.slice(image.repository.lastIndexOf("/") + 1);
}
