import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** Instructions in different cases. */
export const rule: Rule = {
  meta: {
    name: "instruction-casing",
    summary: "Instructions are written in different cases.",
    why: "Keywords work in any case; a file reads better in one, and upper case sets them off from the shell.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: { buildkit: ["ConsistentInstructionCasing"], dockerfileUtils: ["CASING_INSTRUCTION"] },
    source: "https://docs.docker.com/reference/build-checks/consistent-instruction-casing/",
    bad: { dockerfile: "FROM debian:13\nrun echo hello\nUSER 1000\n" },
    good: { dockerfile: "FROM debian:13\nRUN echo hello\nUSER 1000\n" },
  },
  *check({ file }) {
    let lower = 0;
    let upper = 0;
    for (const { raw, keyword } of file.instructions) {
      if (keyword === "UNKNOWN") continue;
      if (raw === raw.toLowerCase()) lower++;
      else if (raw === raw.toUpperCase()) upper++;
    }
    const majority = lower > upper ? "lower" : "upper";
    const convert = (text: string): string =>
      majority === "lower" ? text.toLowerCase() : text.toUpperCase();
    const all = file.instructions.flatMap((instruction) =>
      instruction.keyword === "ONBUILD" && instruction.trigger
        ? [instruction, instruction.trigger]
        : [instruction],
    );
    for (const { raw, keyword, keywordRange, onbuild } of all) {
      if (keyword === "UNKNOWN") continue;
      const differs = raw !== convert(raw);
      const notUpper = raw !== raw.toUpperCase();
      if (!differs && !notUpper) continue;
      yield {
        range: keywordRange,
        message: differs
          ? `${raw} is not in the case of most instructions here (${majority} case)`
          : `${raw} is not in upper case`,
        aliases: {
          ...(differs && !onbuild ? { buildkit: ["ConsistentInstructionCasing"] } : {}),
          ...(notUpper ? { dockerfileUtils: ["CASING_INSTRUCTION"] } : {}),
        },
        ...(differs
          ? {
              fix: {
                title: `write ${convert(raw)}`,
                edits: [replace(keywordRange, convert(raw))],
                safe: true,
              },
            }
          : { parity: true }),
      };
    }
  },
};
