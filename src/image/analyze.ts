import type { Dockerfile, Instruction } from "../dockerfile/types.ts";
import { clean } from "../security/untrusted.ts";
import { type Attribution, argumentOf, attribute, placeOf } from "./analysis/attribute.ts";
import { guessBase } from "./analysis/base.ts";
import { findDuplicates } from "./analysis/duplicates.ts";
import { groupHidden } from "./analysis/hidden.ts";
import { describeInstruction } from "./analysis/instruction.ts";
import { findLargest } from "./analysis/largest.ts";
import type { BaseImage, ImageAnalysis, LayerReport } from "./analysis/types.ts";
import { groupUseless } from "./analysis/useless.ts";
import { proposeEdits } from "./edits/propose.ts";
import { type ImageModel, readModel } from "./model/read.ts";
import type { FileVersion } from "./model/tree.ts";
import { makeTop, pathBytes } from "./top.ts";
import type { ImageHandle } from "./types.ts";

/** What `analyzeImage` is asked for. */
export interface AnalyzeOptions {
  /** How many of each list are returned. */
  readonly top?: number;
  /** False reads headers only: faster, without duplicates and without telling rewritten from overwritten files. */
  readonly contents?: boolean;
  /** The Dockerfile the image was built from: adds lines, and text edits to the proposals. */
  readonly dockerfile?: Dockerfile;
  /** Stage that was built (`--target`), the last one unless given. */
  readonly target?: string;
}

/**
 * Says where every byte of an image came from and which of them nobody can see or needs. Deterministic: the same
 * image gives the same answer. Throws as `ImageHandle.entries`.
 */
export async function analyzeImage(
  handle: ImageHandle,
  options: AnalyzeOptions = {},
): Promise<ImageAnalysis> {
  const top = options.top ?? 10;
  const model = await readModel(handle, { contents: options.contents ?? true });
  const { versions } = model;
  let visible = 0;
  let total = 0;
  for (const version of versions) {
    total += version.size;
    if (version.hiddenBy < 0) visible += version.size;
  }
  const attribution =
    options.dockerfile === undefined
      ? undefined
      : attribute(options.dockerfile, handle.config, handle.layers, options.target);
  const base =
    attribution === undefined ? guessBase(handle.config, handle.layers) : attributedBase(attribution);
  const layers = reportLayers(handle, model, base.layers, attribution, top);
  const baseBytes = layers.reduce((sum, layer) => (layer.base ? sum + layer.bytes : sum), 0);
  const compressed = handle.layers.every((layer) => layer.compressedSize !== undefined)
    ? handle.layers.reduce((sum, layer) => sum + (layer.compressedSize ?? 0), 0)
    : undefined;
  return {
    reference: handle.reference,
    source: handle.source,
    platform: handle.platform,
    ...(handle.imageId === undefined ? {} : { imageId: handle.imageId }),
    ...(handle.digest === undefined ? {} : { digest: handle.digest }),
    size: {
      total,
      visible,
      hidden: total - visible,
      base: baseBytes,
      own: total - baseBytes,
      ...(compressed === undefined ? {} : { compressed }),
      files: versions.length,
      entries: model.layers.reduce((sum, layer) => sum + layer.entries, 0),
    },
    base,
    layers,
    hidden: groupHidden(versions, Math.min(top, 5)),
    useless: groupUseless(versions, Math.min(top, 5)),
    duplicates: findDuplicates(versions, model.compared, top),
    largest: { ...findLargest(model.root, versions, top), packages: [] },
    dive: model.dive.result(top),
    edits: model.compared
      ? proposeEdits({
          versions,
          layers: handle.layers,
          baseLayers: base.layers,
          attribution,
          leastBytes: Math.max(50_000, total / 2000),
        })
      : [],
    notes: notesOf(options, attribution, model),
  };
}

function textOf({ file }: Attribution, instruction: Instruction): string {
  const flags = instruction.flags.map((flag) => file.text.slice(flag.range.start, flag.range.end));
  return [instruction.keyword, ...flags, argumentOf(file, instruction)].join(" ");
}

function attributedBase(attribution: Attribution): BaseImage {
  const { baseName, baseLayers, expected, found } = attribution;
  return {
    layers: baseLayers,
    ...(baseName === undefined ? {} : { name: clean(baseName, 120) }),
    confidence: found === expected ? "certain" : "likely",
    reason: `${found} of ${expected} instructions of the Dockerfile that make layers were found in the history`,
  };
}

function notesOf(options: AnalyzeOptions, attribution: Attribution | undefined, model: ImageModel): string[] {
  const notes: string[] = [];
  if (options.dockerfile !== undefined && attribution === undefined) {
    notes.push("The Dockerfile does not fit the image's history: lines and text edits are left out.");
  }
  if (!model.compared)
    notes.push("Contents were not compared: no duplicates, no edits, rewritten files count as overwritten.");
  return notes;
}

function reportLayers(
  handle: ImageHandle,
  model: ImageModel,
  baseLayers: number,
  attribution: Attribution | undefined,
  top: number,
): LayerReport[] {
  const tops = handle.layers.map(() => makeTop<FileVersion>(Math.min(top, 5), (one) => one.size));
  const hiddenLater = handle.layers.map(() => 0);
  for (const version of model.versions) {
    tops[version.layer]?.add(version);
    if (version.hiddenBy >= 0) hiddenLater[version.layer] = (hiddenLater[version.layer] ?? 0) + version.size;
  }
  return handle.layers.map((layer, index) => {
    const count = model.layers[index];
    const instruction = attribution?.instructions[index];
    return {
      index,
      ...(layer.digest === undefined ? {} : { digest: layer.digest }),
      instruction:
        instruction === undefined || attribution === undefined
          ? describeInstruction(layer.createdBy)
          : describeInstruction(textOf(attribution, instruction)),
      ...(instruction === undefined || attribution === undefined
        ? {}
        : { place: placeOf(attribution.file, instruction) }),
      base: index < baseLayers,
      bytes: count?.bytes ?? 0,
      ...(layer.compressedSize === undefined ? {} : { compressedBytes: layer.compressedSize }),
      files: count?.files ?? 0,
      entries: count?.entries ?? 0,
      whiteouts: count?.whiteouts ?? 0,
      hiddenLater: hiddenLater[index] ?? 0,
      top: (tops[index]?.list() ?? []).map(pathBytes),
    };
  });
}
