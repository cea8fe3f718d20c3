import { z } from "zod";
import { failed, imageGrader, notTested, passed } from "./define.ts";

/** The measured size of an image that works. */
export const grader = imageGrader({
  name: "image-size",
  summary:
    "The image is at most `maxMB` and at least `minMB` (10^6 bytes, uncompressed), measured on an engine.",
  settings: z
    .strictObject({
      minMB: z.number().optional(),
      maxMB: z.number().optional(),
      belowMB: z.number().optional(),
    })
    .refine(
      ({ minMB, maxMB, belowMB }) => minMB !== undefined || maxMB !== undefined || belowMB !== undefined,
    ),
  exampleSettings: { minMB: 10, maxMB: 30 },
  passes: { dockerfile: "FROM scratch\n", image: tried(12_000_000) },
  fails: { dockerfile: "FROM scratch\n", image: tried(31_000_000) },
  grade({ tried: image }, { minMB, maxMB, belowMB }) {
    if (image.bytes === undefined) {
      return image.build.outcome === "no"
        ? failed(`there is no image: ${image.build.evidence}`)
        : notTested(image.build.evidence);
    }
    const size = image.bytes / 1e6;
    const shown = `${size.toFixed(1)} MB`;
    if (belowMB !== undefined && size >= belowMB) return failed(`${shown}, not below ${belowMB} MB`);
    if (maxMB !== undefined && size > maxMB) return failed(`${shown}, more than ${maxMB} MB`);
    if (minMB !== undefined && size < minMB)
      return failed(`${shown}, less than ${minMB} MB: something the application needs may be missing`);
    return passed(`${shown} measured`);
  },
});

function tried(bytes: number) {
  const yes = { outcome: "yes", evidence: "" } as const;
  return { kind: "tried", build: yes, works: yes, secrets: { ...yes, places: [] }, bytes } as const;
}
