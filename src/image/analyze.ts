import type { Dockerfile, Instruction } from "../dockerfile/types.ts";
import { clean } from "../security/untrusted.ts";
import { type Attribution, argumentOf, attribute, placeOf } from "./analysis/attribute.ts";
import { guessBase } from "./analysis/base.ts";
import { findDuplicates } from "./analysis/duplicates.ts";
import { groupHidden } from "./analysis/hidden.ts";
import { describeInstruction } from "./analysis/instruction.ts";
import { findLargest } from "./analysis/largest.ts";
import { pathBytes } from "./analysis/path-bytes.ts";
import type { BaseImage, ImageAnalysis, LayerReport, PackageBytes, SizeSummary } from "./analysis/types.ts";
import { groupUseless } from "./analysis/useless.ts";
import { proposeEdits } from "./edits/propose.ts";
import { makeDiveModel } from "./model/dive.ts";
import { type ImageModel, readModel } from "./model/read.ts";
import { type FileVersion, findNode, makeRoot } from "./model/tree.ts";
import { makePackageCollector } from "./packages/collect.ts";
import { packageSizes } from "./packages/sizes.ts";
import { makeTop } from "./top.ts";
import type { ImageHandle } from "./types.ts";

const rpmDatabases = ["rpmdb.sqlite", "Packages", "Packages.db"].flatMap((name) => [
  `var/lib/rpm/${name}`,
  `usr/lib/sysimage/rpm/${name}`,
]);

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
  return (await analyzeWithModel(handle, options)).analysis;
}

/** An analysis with what it was made from, for comparisons and pictures that need every path. */
export interface AnalyzedImage {
  readonly analysis: ImageAnalysis;
  readonly model: ImageModel;
  readonly packages: readonly PackageBytes[];
}

/** As `analyzeImage`, and keeps the model. */
export async function analyzeWithModel(
  handle: ImageHandle,
  options: AnalyzeOptions = {},
): Promise<AnalyzedImage> {
  const top = options.top ?? 10;
  const contents = options.contents ?? true;
  const collector = contents ? makePackageCollector() : undefined;
  const model = await readModel(handle, {
    contents,
    ...(collector === undefined ? {} : { observe: collector.observe }),
  });
  const { versions } = model;
  let visible = 0;
  let total = 0;
  for (const version of versions) {
    total += version.size;
    if (version.hiddenBy < 0) visible += version.size;
  }
  const attribution = attributionOf(handle, options);
  const base =
    attribution === undefined ? guessBase(handle.config, handle.layers) : attributedBase(attribution);
  const layers = reportLayers(handle, model, base, attribution, top);
  const packages = collector === undefined ? [] : packageSizes(model.root, collector.evidence);
  const analysis: ImageAnalysis = {
    ...identity(handle),
    size: sizeSummary(handle, layers, {
      total,
      visible,
      files: versions.length,
      entries: sumOf(model.layers, (one) => one.entries),
    }),
    base,
    layers,
    hidden: groupHidden(versions, Math.min(top, 5)),
    useless: groupUseless(versions, Math.min(top, 5)),
    duplicates: findDuplicates(versions, model.compared, top),
    largest: {
      ...findLargest(model.root, versions, top),
      packages: packages.slice(0, top),
    },
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
    notes: [
      ...dockerfileNotes(options, attribution),
      ...(model.compared
        ? []
        : [
            "Contents were not compared: no duplicates, packages or edits; rewritten files count as overwritten.",
          ]),
      ...(contents && rpmDatabases.some((file) => findNode(model.root, file)?.version !== undefined)
        ? ["The image has an RPM database, which is not read: its packages are not measured."]
        : []),
      ...(collector?.evidence.truncated
        ? ["The package databases are too large: packages are incomplete."]
        : []),
    ],
  };
  return { analysis, model, packages };
}

/**
 * What the manifest and the configuration alone say: stored sizes by layer, no files. Reads no layer, so that it
 * costs a registry two documents. `size.total` is then what the source stores.
 */
export function analyzeLayers(handle: ImageHandle, options: AnalyzeOptions = {}): ImageAnalysis {
  const attribution = attributionOf(handle, options);
  const base =
    attribution === undefined ? guessBase(handle.config, handle.layers) : attributedBase(attribution);
  const empty: ImageModel = {
    root: makeRoot(),
    versions: [],
    layers: [],
    dive: makeDiveModel(makeRoot()),
    compared: false,
  };
  const layers = reportLayers(handle, empty, base, attribution, 0).map((layer, index) => ({
    ...layer,
    bytes: handle.layers[index]?.size ?? 0,
  }));
  const total = sumOf(layers, (layer) => layer.bytes);
  const stored = compressedBytes(handle) === undefined ? "stored" : "stored, compressed";
  return {
    ...identity(handle),
    size: sizeSummary(handle, layers, { total, visible: total, files: 0, entries: 0 }),
    base,
    layers,
    hidden: [],
    useless: [],
    duplicates: { compared: false, groups: 0, bytes: 0, top: [] },
    largest: { files: [], directories: [], kinds: [], packages: [], tree: [] },
    dive: empty.dive.result(0),
    edits: [],
    notes: [
      ...dockerfileNotes(options, attribution),
      `Sizes are those of the ${stored} layers; their files were not read.`,
    ],
  };
}

function sizeSummary(
  handle: ImageHandle,
  layers: readonly LayerReport[],
  counted: Pick<SizeSummary, "total" | "visible" | "files" | "entries">,
): SizeSummary {
  const compressed = compressedBytes(handle);
  const base = sumOf(layers, (layer) => (layer.base ? layer.bytes : 0));
  return {
    ...counted,
    hidden: counted.total - counted.visible,
    base,
    own: counted.total - base,
    ...(compressed === undefined ? {} : { compressed }),
  };
}

function sumOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

function attributionOf(handle: ImageHandle, options: AnalyzeOptions): Attribution | undefined {
  const { dockerfile, target } = options;
  return dockerfile === undefined ? undefined : attribute(dockerfile, handle.config, handle.layers, target);
}

function identity(
  handle: ImageHandle,
): Pick<ImageAnalysis, "reference" | "source" | "platform" | "imageId" | "digest"> {
  const { reference, source, platform, imageId, digest } = handle;
  return {
    reference: clean(reference, 300),
    source,
    platform: clean(platform, 60),
    ...(imageId === undefined ? {} : { imageId }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function compressedBytes(handle: ImageHandle): number | undefined {
  if (handle.layers.some((layer) => layer.compressedSize === undefined)) return undefined;
  return sumOf(handle.layers, (layer) => layer.compressedSize ?? 0);
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

function dockerfileNotes(options: AnalyzeOptions, attribution: Attribution | undefined): string[] {
  if (options.dockerfile === undefined || attribution !== undefined) return [];
  return ["The Dockerfile does not fit the image's history: lines and text edits are left out."];
}

/** Imported and flattened layers have no instruction; what they are is known when they are the base. */
function describeLayer(createdBy: string, baseName: string | undefined): string {
  const text = describeInstruction(createdBy);
  return text === "(unknown)" && baseName !== undefined ? `(${baseName})` : text;
}

function reportLayers(
  handle: ImageHandle,
  model: ImageModel,
  base: BaseImage,
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
          ? describeLayer(layer.createdBy, index < base.layers ? (base.name ?? "base image") : undefined)
          : describeInstruction(textOf(attribution, instruction)),
      ...(instruction === undefined || attribution === undefined
        ? {}
        : { place: placeOf(attribution.file, instruction) }),
      base: index < base.layers,
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
