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
    const used = new Set(
      instructions("COPY").flatMap(({ instruction }) =>
        instruction.from === undefined ? [] : [instruction.from.toLowerCase()],
      ),
    );
    for (const stage of file.stages) {
      if (!stage.from) continue;
      // What other stages take from is no image of its own.
      const inner =
        file.stages.some(({ base }) => base?.kind === "stage" && base.stage === stage.index) ||
        used.has(String(stage.index)) ||
        (stage.name !== undefined && used.has(stage.name));
      if (inner) continue;
      const has = new Set(
        stageChain(file, stage).flatMap((link) =>
          link.instructions.flatMap((instruction) =>
            instruction.keyword === "LABEL" ? instruction.assignments.map(({ name }) => name) : [],
          ),
        ),
      );
      for (const name of schema.keys()) {
        if (!has.has(name)) yield { range: stage.from.range, message: `label ${name} is missing` };
      }
    }
  },
};
