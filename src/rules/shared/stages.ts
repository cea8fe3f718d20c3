import type { Dockerfile, ImageName, Stage } from "../../dockerfile/types.ts";
import type { RuleContext } from "../types.ts";

/** The stage that becomes the image when no --target is given; undefined for an empty file. */
export function finalStage(file: Dockerfile): Stage | undefined {
  return file.stages.at(-1);
}

/** The stage and the stages of this file it is built FROM, nearest first. */
export function stageChain(file: Dockerfile, stage: Stage): readonly Stage[] {
  const chain: Stage[] = [];
  let current: Stage | undefined = stage;
  while (current && !chain.includes(current)) {
    chain.push(current);
    current = current.base?.kind === "stage" ? file.stages[current.base.stage] : undefined;
  }
  return chain;
}

/** The image at the root of a stage's FROM chain; undefined for scratch, a fragment, or an unresolved variable. */
export function rootImage(file: Dockerfile, stage: Stage): ImageName | undefined {
  const base = stageChain(file, stage).at(-1)?.base;
  return base?.kind === "image" && base.resolved ? base.image : undefined;
}

/** True when the stage starts from nothing at all. */
export function isScratch(file: Dockerfile, stage: Stage): boolean {
  return stageChain(file, stage).at(-1)?.base?.kind === "scratch";
}

/** True for stages that look like Windows: their image, platform or shell says so. */
export function isWindows(context: RuleContext, stage: Stage): boolean {
  return stageChain(context.file, stage).some((link) => {
    if (link.from?.platform?.toLowerCase().startsWith("windows")) return true;
    const base = link.base;
    if (base?.kind !== "image") return false;
    return /windows|nanoserver|servercore|-nano(?:-|$)/i.test(base.reference);
  });
}

/** The last path part of a repository: `library/python`, `docker.io/python`, `python` -> `python`. */
export function imageFamily(image: ImageName): string {
  return image.repository.slice(image.repository.lastIndexOf("/") + 1);
}
