import type { Rule } from "./types.ts";

/** COPY --from=x / /. */
export const rule: Rule = {
  meta: {
    name: "copy-whole-fs",
    summary: "The whole file system of another stage is copied.",
    why: "`COPY --from=build / /` takes along every tool, cache and secret of that stage, and its users and libraries replace those of the base image. Copy the results by name.",
    severity: "warning",
    category: "size",
    fixable: "no",
    aliases: { hadolint: ["DL3067"] },
    source: "https://docs.docker.com/build/building/multi-stage/",
    bad: { dockerfile: "FROM debian:13 AS build\nFROM debian:13-slim\nCOPY --from=build / /\n" },
    good: { dockerfile: "FROM debian:13 AS build\nFROM debian:13-slim\nCOPY --from=build /app /app\n" },
  },
  *check({ instructions, file }) {
    for (const { instruction, stage } of instructions("COPY")) {
      if (instruction.from === undefined || instruction.destination?.text !== "/") continue;
      if (!instruction.sources.some(({ text }) => text === "/")) continue;
      // Into an empty image it is how layers are squashed.
      const squash = stage !== undefined && file.stages[stage.index]?.base?.kind === "scratch";
      yield {
        range: instruction.range,
        message: `the whole file system of ${instruction.from} is copied: name what is needed`,
        ...(squash ? { parity: true } : {}),
      };
    }
  },
};
