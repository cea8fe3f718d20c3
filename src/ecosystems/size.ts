import { imageFacts } from "../data/images.ts";
import { parseImageName } from "../dockerfile/image-name.ts";
import type { SizeEstimate } from "../plan/types.ts";

/** What the application adds to its base, as a range with its source. */
export interface SizePart {
  readonly what: string;
  readonly minMB: number;
  readonly maxMB: number;
  readonly source: string;
}

/** The expected size: the base image's known size and what comes on top. An estimate; `analyze` measures. */
export function sizeOf(base: string, parts: readonly SizePart[]): SizeEstimate {
  const image = parseImageName(base);
  const facts = base === "scratch" || image === undefined ? undefined : imageFacts(image);
  const baseMB = base === "scratch" ? 0 : (facts?.approxSizeMB ?? 150);
  const source =
    base === "scratch" ? "empty" : (facts?.sizeSource ?? "a guess: the size of this base is not known");
  return {
    minMB: Math.round(baseMB + parts.reduce((sum, part) => sum + part.minMB, 0)),
    maxMB: Math.round(baseMB + parts.reduce((sum, part) => sum + part.maxMB, 0)),
    parts: [
      { what: base, mb: baseMB, source },
      ...parts.map((part) => ({ what: part.what, mb: part.maxMB, source: part.source })),
    ],
  };
}
