import type { Stage } from "../dockerfile/types.ts";
import { finalStage, stageChain } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** No HEALTHCHECK in the final image. */
export const rule: Rule = {
  meta: {
    name: "missing-healthcheck",
    summary: "The final image has no HEALTHCHECK.",
    why: "Without a health check the engine only knows that the process exists, not that it answers; a hung service keeps its traffic. Add a HEALTHCHECK with a program that is in the image, or `HEALTHCHECK NONE` where an orchestrator's own probes do that work.",
    severity: "info",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL3057"], trivy: ["DS-0026"], checkov: ["CKV_DOCKER_2"], dockle: ["CIS-DI-0006"] },
    source: "https://docs.docker.com/reference/dockerfile/#healthcheck",
    bad: { dockerfile: 'FROM nginx:1.29-alpine\nEXPOSE 8080\nCMD ["nginx"]\n' },
    good: {
      dockerfile:
        'FROM nginx:1.29-alpine\nEXPOSE 8080\nHEALTHCHECK CMD ["wget", "-qO-", "http://127.0.0.1:8080/"]\nCMD ["nginx"]\n',
    },
  },
  *check({ file, stateAt }) {
    const final = finalStage(file);
    const covered = new Set<Stage>();
    for (const stage of file.stages) {
      const chain = stageChain(file, stage);
      if (chain.some((link) => stateAt(link).healthcheck !== undefined))
        for (const link of chain) covered.add(link);
    }
    for (const stage of file.stages) {
      if (!stage.from || covered.has(stage)) continue;
      if (stage !== final) {
        yield {
          range: stage.from.range,
          message: `stage ${stage.name ?? stage.index} has no HEALTHCHECK`,
          parity: true,
          aliases: { hadolint: ["DL3057"] },
        };
        continue;
      }
      const state = stateAt(stage);
      // A job that listens on nothing has no health to ask for.
      const isService = state.ports.length > 0;
      yield {
        range: stage.from.range,
        message:
          "the final image has no HEALTHCHECK: the engine cannot tell a hung service from a working one",
        ...(isService ? {} : { parity: true }),
      };
    }
  },
};
