import type { Stage } from "../dockerfile/types.ts";
import { labelSchema } from "./shared/labels.ts";
import { stageChain } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** A label of the schema is missing. */
export const rule: Rule = {
  meta: {
    name: "label-required",
    summary: "An image lacks a label that the label schema asks for.",
    why: "Registries, scanners and people find out whose image it is and where its source lies by its labels. Nothing is reported without a label schema in the configuration.",
    severity: "info",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL3049"] },
    source: "https://github.com/hadolint/hadolint#linting-labels",
    bad: { dockerfile: "FROM debian:13-slim\n", options: { labelSchema: { author: "text" } } },
    good: {
      dockerfile: 'FROM debian:13-slim\nLABEL author="Ada"\n',
      options: { labelSchema: { author: "text" } },
    },
  },
  *check(context) {
    const { file, instructions } = context;
    const schema = labelSchema(context);
    if (schema.size === 0) return;
    const copied = new Set(
      instructions("COPY").flatMap(({ instruction }) =>
        instruction.from === undefined ? [] : [instruction.from.toLowerCase()],
      ),
    );
    const parents = new Set(file.stages.flatMap(({ base }) => (base?.kind === "stage" ? [base.stage] : [])));
    for (const name of schema.keys()) {
      const labelled = new Set<Stage>();
      for (const stage of file.stages) {
        const chain = stageChain(file, stage);
        if (chain.some((link) => setsLabel(link, name))) for (const link of chain) labelled.add(link);
      }
      for (const stage of file.stages) {
        if (!stage.from || labelled.has(stage)) continue;
        // What other stages copy from is no image of its own.
        if (copied.has(String(stage.index)) || (stage.name !== undefined && copied.has(stage.name))) continue;
        yield {
          range: stage.from.range,
          message: `label ${name} is missing`,
          ...(parents.has(stage.index) ? { parity: true } : {}),
        };
      }
    }
  },
};

function setsLabel(stage: Stage, label: string): boolean {
  return stage.instructions.some(
    (instruction) =>
      instruction.keyword === "LABEL" && instruction.assignments.some(({ name }) => name === label),
  );
}
