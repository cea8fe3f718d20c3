import type { Rule } from "./types.ts";

/** A stage called scratch or context. */
export const rule: Rule = {
  meta: {
    name: "reserved-stage-name",
    summary: "A stage has a reserved name.",
    why: "`scratch` is the empty image and `context` the build context: FROM and --from mean those, so a stage of that name cannot be reached.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: { hadolint: ["DL3063"], buildkit: ["ReservedStageName"] },
    source: "https://docs.docker.com/reference/build-checks/reserved-stage-name/",
    bad: { dockerfile: "FROM debian:13 AS scratch\n" },
    good: { dockerfile: "FROM debian:13 AS builder\n" },
  },
  *check({ file }) {
    for (const { name, from } of file.stages) {
      if (name !== "scratch" && name !== "context") continue;
      yield {
        range: from?.name?.range ?? { start: 0, end: 0 },
        message: `the stage name ${name} is reserved: choose another`,
      };
    }
  },
};
