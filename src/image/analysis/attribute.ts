import { stageGraph } from "../../dockerfile/graph.ts";
import type { Dockerfile, Instruction } from "../../dockerfile/types.ts";
import type { ImageConfig, LayerInfo } from "../types.ts";
import { type HistoryInstruction, readInstruction } from "./instruction.ts";
import type { DockerfilePlace } from "./types.ts";

/** Which instruction of a Dockerfile made which layer. */
export interface Attribution {
  readonly file: Dockerfile;
  /** By layer index; undefined for layers of the base image and for those that were not recognized. */
  readonly instructions: readonly (Instruction | undefined)[];
  /** By history step, those that make no layer included. */
  readonly steps: ReadonlyMap<number, Instruction>;
  /** Lowest layers that come with the base image. */
  readonly baseLayers: number;
  /** The image the chain of stages starts from, as written. */
  readonly baseName?: string;
  /** Instructions that make layers, and how many of them were found in the image's history. */
  readonly expected: number;
  readonly found: number;
}

/**
 * Finds the instructions of the final stage (and of the stages it is built FROM) in the image's history: the best
 * alignment of both in order, the same keyword required, its text as similar as possible. Undefined when less than half
 * of them are found: the Dockerfile is another image's.
 */
export function attribute(
  file: Dockerfile,
  config: ImageConfig,
  layers: readonly LayerInfo[],
  target?: string,
): Attribution | undefined {
  const graph = stageGraph(file, target);
  const { final } = graph;
  if (final === undefined) return undefined;
  const written = graph
    .chain(final)
    .toReversed()
    .flatMap((stage) => stage.instructions)
    .filter((one) => one.keyword !== "FROM" && one.keyword !== "ONBUILD" && one.keyword !== "UNKNOWN");
  const steps = config.history.map((step) => readInstruction(step.createdBy));
  const pairs = align(file, written, steps);
  const expected = written.filter(makesLayer).length;
  const found = written.filter((one) => makesLayer(one) && pairs.has(one)).length;
  if (expected === 0 || found * 2 < expected) return undefined;
  const byStep = new Map([...pairs].map(([instruction, step]) => [step, instruction]));
  const first = Math.min(...pairs.values());
  const base = graph.rootBase(final);
  const own = layers.findIndex((layer) => layer.historyIndex !== undefined && layer.historyIndex >= first);
  return {
    file,
    instructions: layers.map((layer) =>
      layer.historyIndex === undefined ? undefined : byStep.get(layer.historyIndex),
    ),
    steps: byStep,
    baseLayers: base?.kind === "scratch" ? 0 : own < 0 ? layers.length : own,
    ...(base?.kind === "image" ? { baseName: base.reference } : {}),
    expected,
    found,
  };
}

/** The place of an instruction as it is reported. */
export function placeOf(file: Dockerfile, instruction: Instruction): DockerfilePlace {
  const stage = instruction.stage === undefined ? undefined : file.stages[instruction.stage];
  return {
    line: file.lineAt(instruction.range.start),
    endLine: file.lineAt(Math.max(instruction.range.start, instruction.range.end - 1)),
    stage: stage?.name ?? String(instruction.stage ?? 0),
  };
}

function makesLayer(instruction: Instruction): boolean {
  return instruction.keyword === "RUN" || instruction.keyword === "COPY" || instruction.keyword === "ADD";
}

// Below this, two texts have no more in common than any two commands.
const leastSimilarity = 0.3;

/** Longest weighted common subsequence; instructions to indexes of history steps. */
function align(
  file: Dockerfile,
  written: readonly Instruction[],
  steps: readonly HistoryInstruction[],
): Map<Instruction, number> {
  const width = steps.length + 1;
  const best = new Float64Array((written.length + 1) * width);
  const words = steps.map((step) => wordsOf(step.argument));
  const weights = written.map((instruction) => {
    const own = wordsOf(argumentOf(file, instruction));
    return steps.map((step, index) => weight(instruction, own, step, words[index] ?? new Set()));
  });
  for (let row = written.length - 1; row >= 0; row--) {
    for (let column = steps.length - 1; column >= 0; column--) {
      const skip = Math.max(best[(row + 1) * width + column] ?? 0, best[row * width + column + 1] ?? 0);
      const gain = weights[row]?.[column] ?? 0;
      const take = gain > 0 ? gain + (best[(row + 1) * width + column + 1] ?? 0) : 0;
      best[row * width + column] = Math.max(skip, take);
    }
  }
  const pairs = new Map<Instruction, number>();
  for (let row = 0, column = 0; row < written.length && column < steps.length; ) {
    const here = best[row * width + column] ?? 0;
    const instruction = written[row];
    // Ties go to the later step: the base image's steps come first and must not be taken for the user's.
    if (here === best[row * width + column + 1]) column++;
    else if (here === best[(row + 1) * width + column]) row++;
    else {
      if (instruction !== undefined) pairs.set(instruction, column);
      row++;
      column++;
    }
  }
  return pairs;
}

function weight(
  instruction: Instruction,
  own: ReadonlySet<string>,
  step: HistoryInstruction,
  words: ReadonlySet<string>,
): number {
  const { keyword } = instruction;
  if (keyword !== step.keyword) return 0;
  // The classic builder writes digests instead of sources: only the destination can be compared.
  const classic = /^(?:file|dir|multi):[a-f0-9]+ in (.*)$/.exec(step.argument);
  if (classic && (keyword === "COPY" || keyword === "ADD")) {
    const destination = wordsOf(instruction.destination?.text ?? "");
    return 1 + similarity(destination, wordsOf(classic[1] ?? ""));
  }
  const same = similarity(own, words);
  return same < leastSimilarity ? 0 : 1 + 2 * same;
}

/** What follows keyword and flags, with heredoc bodies, without comment lines. */
export function argumentOf(file: Dockerfile, instruction: Instruction): string {
  const { start } = instruction.argumentsRange;
  return file.text.slice(start, instruction.range.end).replace(/^\s*#.*$/gm, "");
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[a-z0-9_.-]+/g) ?? []);
}

/** Jaccard's index: shared words over all words; two empty texts are equal. */
function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 && b.size === 0) return 1;
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return shared / (a.size + b.size - shared);
}
