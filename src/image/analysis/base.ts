import { clean } from "../../security/untrusted.ts";
import type { ImageConfig, LayerInfo } from "../types.ts";
import { readInstruction } from "./instruction.ts";
import type { BaseImage } from "./types.ts";

const baseName = "org.opencontainers.image.base.name";

/**
 * Tells the base image's layers from the image's own by its history alone. An official image ends with the command it
 * starts, so the last CMD or ENTRYPOINT below the image's own first layer is the end of its base; without one, a
 * first layer that brings a whole root filesystem is. The Dockerfile or the base image itself know better.
 */
export function guessBase(config: ImageConfig, layers: readonly LayerInfo[]): BaseImage {
  const label = config.labels[baseName];
  const name = label === undefined ? {} : { name: clean(label, 120) };
  const end = endOfBase(config);
  if (end !== undefined) {
    const count = layers.filter(
      (layer) => layer.historyIndex !== undefined && layer.historyIndex <= end,
    ).length;
    if (count > 0 && count < layers.length) {
      return {
        layers: count,
        ...name,
        confidence: "likely",
        reason: "the history has a command of a base image there",
      };
    }
  }
  const first = layers[0];
  if (first !== undefined && layers.length > 1 && isRootFilesystem(first.createdBy)) {
    return { layers: 1, ...name, confidence: "assumed", reason: "the first layer brings a root filesystem" };
  }
  return {
    layers: 0,
    ...name,
    confidence: "assumed",
    reason: "nothing in the history looks like a base image",
  };
}

function endOfBase(config: ImageConfig): number | undefined {
  let sawLayer = false;
  for (let index = config.history.length - 1; index >= 0; index--) {
    const step = config.history[index];
    if (step === undefined) continue;
    if (!step.emptyLayer) sawLayer = true;
    else if (sawLayer && /^(?:CMD|ENTRYPOINT)$/.test(readInstruction(step.createdBy).keyword)) return index;
  }
  return undefined;
}

function isRootFilesystem(createdBy: string): boolean {
  const { keyword, argument } = readInstruction(createdBy);
  if (createdBy === "" || /^#?\s*debian\.sh\b|bazel|rootfs|apko|mmdebstrap/i.test(createdBy)) return true;
  return (keyword === "ADD" || keyword === "COPY") && /(?:in|\s)\s*\/\s*$/.test(argument);
}
