import { stageGraph } from "../dockerfile/graph.ts";
import type { Dockerfile, Instruction } from "../dockerfile/types.ts";
import { attribute, placeOf } from "../image/analysis/attribute.ts";
import type { DockerfilePlace } from "../image/analysis/types.ts";
import type { ImageHandle } from "../image/types.ts";

/** What of an image a place in its Dockerfile is wanted for. */
export type Anchor =
  | { readonly layer: number }
  /** A step of the history. */
  | { readonly step: number }
  /** The last instruction of this kind that sets the name; without a name, the last of the kind. */
  | { readonly keyword: Instruction["keyword"]; readonly name?: string };

/** Finds the instruction of the Dockerfile behind something in the image. */
export type Locator = (anchor: Anchor) => DockerfilePlace | undefined;

/** The locator of an image and the Dockerfile it was built from; it finds nothing when that is another image's. */
export function makeLocator(
  handle: Pick<ImageHandle, "config" | "layers">,
  file: Dockerfile | undefined,
  target?: string,
): Locator {
  const found = file === undefined ? undefined : attribute(file, handle.config, handle.layers, target);
  if (file === undefined || found === undefined) return () => undefined;
  const graph = stageGraph(file, target);
  const written = (graph.final === undefined ? [] : graph.chain(graph.final).toReversed()).flatMap(
    (stage) => stage.instructions,
  );
  return (anchor) => {
    const instruction =
      "layer" in anchor
        ? found.instructions[anchor.layer]
        : "step" in anchor
          ? found.steps.get(anchor.step)
          : written.findLast((one) => one.keyword === anchor.keyword && sets(one, anchor.name));
    return instruction === undefined ? undefined : placeOf(file, instruction);
  };
}

function sets(instruction: Instruction, name: string | undefined): boolean {
  return (
    name === undefined ||
    ("assignments" in instruction && instruction.assignments.some((one) => one.name === name))
  );
}
