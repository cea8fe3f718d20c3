import { expandWord, variablesIn } from "../dockerfile/expand.ts";
import { isImageReference } from "../dockerfile/image-name.ts";
import { platformArgs } from "../dockerfile/predefined.ts";
import { globalValues } from "../dockerfile/stages.ts";
import type { Rule } from "./types.ts";

/** FROM names no image unless a build argument is given. */
export const rule: Rule = {
  meta: {
    name: "invalid-default-arg-in-from",
    summary: "Without build arguments FROM names no valid image.",
    why: "A default makes the file build for everybody who only types `docker build .`, and lets tools read what it is built on.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: { buildkit: ["InvalidDefaultArgInFrom"], dockerfileUtils: ["BASE_NAME_EMPTY"] },
    source: "https://docs.docker.com/reference/build-checks/invalid-default-arg-in-from/",
    bad: { dockerfile: "ARG TAG\nFROM busybox:${TAG}\n" },
    good: { dockerfile: "ARG TAG=1.37\nFROM busybox:${TAG}\n" },
  },
  *check({ file }) {
    const defaults = new Map(globalValues(file.globalArgs, {}, file.escape));
    for (const name of platformArgs) if (!defaults.has(name)) defaults.set(name, "linux");
    const stages = new Set(file.stages.flatMap(({ name }) => (name === undefined ? [] : [name])));
    for (const { from } of file.stages) {
      if (!from?.image || variablesIn(from.image.raw, file.escape).length === 0) continue;
      const { value } = expandWord(from.image.raw, defaults, file.escape);
      if (stages.has(value.toLowerCase()) || isImageReference(value)) continue;
      yield {
        range: from.image.range,
        message: `without build arguments ${from.image.text} is ${value === "" ? "empty" : `"${value}"`}, which is no image: give the ARG a default`,
      };
    }
  },
};
