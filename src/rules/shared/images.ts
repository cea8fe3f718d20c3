import { type ImageFacts, imageFacts } from "../../data/images.ts";
import { rememberLast } from "../../dockerfile/remember.ts";
import type { Dockerfile, Stage } from "../../dockerfile/types.ts";
import { isScratch, rootImage } from "./stages.ts";

const scratch = imageFacts({ repository: "scratch" });
const factsByStage = rememberLast(
  (file: Dockerfile) => file,
  () => new Map<Stage, ImageFacts | undefined>(),
);

/** What the image at the root of a stage holds; undefined when nothing is known about it. */
export function baseFacts(file: Dockerfile, stage: Stage): ImageFacts | undefined {
  const known = factsByStage(file);
  if (!known.has(stage)) {
    const image = rootImage(file, stage);
    known.set(stage, image ? imageFacts(image) : isScratch(file, stage) ? scratch : undefined);
  }
  return known.get(stage);
}
