import type { RunInstruction } from "../dockerfile/types.ts";
import { joinRuns } from "./shared/run-edits.ts";
import type { Rule, RuleContext } from "./types.ts";

/** RUN after RUN. */
export const rule: Rule = {
  meta: {
    name: "merge-consecutive-run",
    summary: "Two short RUN instructions follow each other.",
    why: "Each RUN makes a layer. Joining them saves a little and makes the cache coarser, so it is a matter of taste and off by default.",
    severity: "info",
    category: "size",
    fixable: "unsafe",
    aliases: { hadolint: ["DL3059"] },
    source: "https://docs.docker.com/build/building/best-practices/#run",
    enabled: false,
    bad: { dockerfile: "FROM debian:13-slim\nRUN mkdir /data\nRUN chmod 700 /data\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN mkdir /data && chmod 700 /data\n" },
  },
  *check(context) {
    for (const stage of context.file.stages) {
      let previous: RunInstruction | undefined;
      for (const instruction of stage.instructions) {
        const run =
          instruction.keyword === "RUN"
            ? instruction
            : instruction.keyword === "ONBUILD" && instruction.trigger?.keyword === "RUN"
              ? instruction.trigger
              : undefined;
        if (
          run &&
          previous &&
          run.onbuild === previous.onbuild &&
          flagsOf(run) === flagsOf(previous) &&
          isShort(context, run) &&
          isShort(context, previous)
        ) {
          yield {
            range: instruction.keywordRange,
            message: "two RUN in a row: they can share a layer",
            related: [previous.range],
            ...joinRuns(context, previous, run),
          };
        }
        previous = run;
      }
    }
  },
};

function flagsOf(run: RunInstruction): string {
  return run.flags.map(({ name, value }) => `${name}=${value ?? ""}`).join(" ");
}

function isShort(context: RuleContext, run: RunInstruction): boolean {
  return (context.script(run)?.commands.length ?? 1) <= 1 && run.heredocs.length === 0;
}
