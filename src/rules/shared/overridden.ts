import type { Instruction } from "../../dockerfile/types.ts";
import type { Problem, RuleContext } from "../types.ts";
import { removeInstruction } from "./edits.ts";

/** Findings for the instructions of a kind that a later one in their stage overrides. */
export function* overridden(
  context: RuleContext,
  keyword: "CMD" | "ENTRYPOINT" | "HEALTHCHECK",
): Iterable<Problem> {
  const { file } = context;
  for (const stage of file.stages) {
    const all: Instruction[] = stage.instructions.filter((instruction) => instruction.keyword === keyword);
    for (const [index, instruction] of all.slice(0, -1).entries()) {
      const later = all[index + 1];
      if (!later) continue;
      yield {
        range: instruction.range,
        message: `the ${keyword} on line ${file.lineAt(later.range.start)} overrides this one`,
        related: [later.range],
        fix: {
          title: `remove the ${keyword} that has no effect`,
          edits: [removeInstruction(file, instruction)],
          safe: true,
        },
      };
    }
  }
}
