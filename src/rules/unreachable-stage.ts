import type { StageGraph } from "../dockerfile/graph.ts";
import type { Dockerfile, Stage } from "../dockerfile/types.ts";
import { finalStage } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** Names of stages that work for another one. */
const workers =
  /(?:^|[-_.])(?:build|builder|building|compile|compiler|deps|dependencies|assets|frontend|client|install|installer|packages|modules|sources?|download|fetch|publish)(?:$|[-_.\d])/;
/** A stage chosen by a variable is used though no name says so. */
const variable = /\$/;

/** A stage that the image does not need. */
export const rule: Rule = {
  meta: {
    name: "unreachable-stage",
    summary: "No later stage uses this one, so the default build leaves it out.",
    why: "BuildKit builds only the stages the last one needs. A stage nothing is copied from and nothing starts from is dead text, or the sign of a forgotten COPY --from. Remove it, or name it for what it is built for (`test`, `dev`) when it is a target of its own.",
    severity: "info",
    category: "maintainability",
    fixable: "no",
    aliases: {},
    source:
      "https://docs.docker.com/build/building/multi-stage/#differences-between-legacy-builder-and-buildkit",
    bad: {
      dockerfile:
        "FROM node:24-slim AS assets\nRUN npm run build\nFROM nginx:1.29-alpine\nCOPY nginx.conf /etc/nginx/nginx.conf\nUSER 101\n",
    },
    good: {
      dockerfile:
        "FROM node:24-slim AS assets\nRUN npm run build\nFROM nginx:1.29-alpine\nCOPY --from=assets /dist /usr/share/nginx/html\nUSER 101\n",
    },
  },
  *check({ file, graph }) {
    if (file.stages.length < 2 || file.problems.length > 0 || picksByVariable(file)) return;
    const final = finalStage(file);
    for (const stage of file.stages) {
      const { from, name } = stage;
      if (!from || stage === final || graph.reachable(stage) || (name !== undefined && !workers.test(name)))
        continue;
      // What runs a program is a target of its own; what any other stage uses is that one's business.
      if (stage.instructions.some(({ keyword }) => keyword === "CMD" || keyword === "ENTRYPOINT")) {
        if (name !== undefined) continue;
      }
      if (isUsed(graph, file.stages, stage)) continue;
      yield {
        range: (from.name ?? from.image ?? from).range,
        message: `stage ${name ?? stage.index} is not part of the image: nothing is copied from it and no stage starts from it`,
        ...(name === undefined ? { severity: "warning" as const } : {}),
      };
    }
  },
};

function isUsed(graph: StageGraph, stages: readonly Stage[], wanted: Stage): boolean {
  return (
    stages.some((stage) => graph.parent(stage) === wanted) ||
    [...graph.copies, ...graph.mounts].some(({ from }) => from.kind === "stage" && from.stage === wanted)
  );
}

function picksByVariable({ instructions, stages }: Dockerfile): boolean {
  return (
    stages.some(
      ({ index, from }) => index > 0 && from?.image !== undefined && variable.test(from.image.raw),
    ) ||
    instructions.some((instruction) => {
      if (instruction.keyword === "COPY") return variable.test(instruction.from ?? "");
      return (
        instruction.keyword === "RUN" && instruction.mounts.some(({ from }) => variable.test(from ?? ""))
      );
    })
  );
}
