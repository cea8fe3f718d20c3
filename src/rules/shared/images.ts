import { type ImageFacts, imageFacts } from "../../data/images.ts";
import type { Dockerfile, Stage } from "../../dockerfile/types.ts";
import { isScratch, rootImage } from "./stages.ts";

const scratch = imageFacts({ repository: "scratch" });
const cache = new WeakMap<Stage, { readonly facts: ImageFacts | undefined }>();

/** What the image at the root of a stage holds; undefined when nothing is known about it. */
export function baseFacts(file: Dockerfile, stage: Stage): ImageFacts | undefined {
  let known = cache.get(stage);
  if (!known) {
    const image = rootImage(file, stage);
    known = { facts: image ? imageFacts(image) : isScratch(file, stage) ? scratch : undefined };
    cache.set(stage, known);
  }
  return known.facts;
}
