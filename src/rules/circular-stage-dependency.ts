import type { Dockerfile, Instruction, Stage } from "../dockerfile/types.ts";
import type { Rule } from "./types.ts";

/** Something a stage takes from another stage of the file, earlier or later. */
interface Need {
  readonly from: number;
  readonly instruction: Instruction;
}

/** Stages that need each other. */
export const rule: Rule = {
  meta: {
    name: "circular-stage-dependency",
    summary: "Stages copy from each other in a circle.",
    why: "BuildKit stops with 'circular dependency detected on stage': no stage of the circle can be built first. Move what both need into a stage of its own above them.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage",
    bad: {
      dockerfile:
        "FROM debian:13-slim AS a\nCOPY --from=b /x /x\nFROM debian:13-slim AS b\nCOPY --from=a /y /y\n",
    },
    good: {
      dockerfile: "FROM debian:13-slim AS a\nCOPY y /y\nFROM debian:13-slim AS b\nCOPY --from=a /y /y\n",
    },
  },
  *check({ file }) {
    if (file.stages.length < 2) return;
    const needs = file.stages.map((stage) => needsOf(file, stage));
    // Only a need that points forward can close a circle: there are few, and each is followed once.
    for (const stage of file.stages) {
      for (const { from, instruction } of needs[stage.index] ?? []) {
        if (from <= stage.index || !reaches(needs, from, stage.index)) continue;
        yield {
          range: instruction.range,
          message: `stage ${stage.name ?? stage.index} needs stage ${file.stages[from]?.name ?? from}, which needs it in turn: the build stops`,
          ...(file.stages[from]?.from ? { related: [file.stages[from].from.range] } : {}),
        };
      }
    }
  },
};

function needsOf(file: Dockerfile, stage: Stage): readonly Need[] {
  return stage.instructions.flatMap((instruction): Need[] => {
    if (instruction.keyword === "FROM") {
      return stage.base?.kind === "stage" ? [{ from: stage.base.stage, instruction }] : [];
    }
    const names =
      instruction.keyword === "COPY"
        ? [instruction.from]
        : instruction.keyword === "RUN"
          ? instruction.mounts.map(({ from }) => from)
          : [];
    return names.flatMap((name) => {
      const wanted = name?.toLowerCase();
      const found =
        wanted === undefined
          ? undefined
          : file.stages.findLast(({ name: own, index }) => own === wanted || String(index) === wanted);
      return found && found !== stage ? [{ from: found.index, instruction }] : [];
    });
  });
}

function reaches(needs: readonly (readonly Need[])[], start: number, wanted: number): boolean {
  const seen = new Set([start]);
  for (const index of seen) for (const { from } of needs[index] ?? []) seen.add(from);
  return seen.has(wanted);
}
