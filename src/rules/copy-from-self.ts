import type { Rule } from "./types.ts";

/** COPY --from its own stage. */
export const rule: Rule = {
  meta: {
    name: "copy-from-self",
    summary: "COPY --from names the stage it stands in.",
    why: "A stage cannot copy from itself: the build stops. Name an earlier stage, or use RUN cp for files that are there already.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: { hadolint: ["DL3023"], trivy: ["DS-0006"], semgrep: ["copy-from-own-alias"] },
    source: "https://docs.docker.com/reference/dockerfile/#copy---from",
    bad: { dockerfile: "FROM debian:13-slim AS build\nCOPY --from=build /a /b\n" },
    good: { dockerfile: "FROM debian:13-slim AS build\nRUN cp /a /b\n" },
  },
  *check({ instructions }) {
    for (const { instruction, stage } of instructions("COPY")) {
      const from = instruction.from?.toLowerCase();
      if (from === undefined || stage === undefined || stage.from === undefined) continue;
      if (from !== stage.name && from !== String(stage.index)) continue;
      const flag = instruction.flags.find(({ name }) => name === "from");
      yield {
        range: instruction.range,
        message: `COPY --from=${instruction.from} copies from its own stage: the build stops`,
        related: [...(flag ? [flag.range] : []), stage.from.range],
        ...(from === stage.name ? {} : { aliases: { trivy: ["DS-0006"] } }),
      };
    }
  },
};
