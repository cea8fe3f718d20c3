import type { TextEdit } from "../dockerfile/types.ts";
import { replace } from "./shared/edits.ts";
import type { Rule, RuleContext } from "./types.ts";

/** A stage name with capitals. */
export const rule: Rule = {
  meta: {
    name: "stage-name-casing",
    summary: "A stage name is not in lower case.",
    why: "Stage names are compared in lower case, so capitals mean nothing and hide that `Build` and `build` are one stage.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: { buildkit: ["StageNameCasing"] },
    source: "https://docs.docker.com/reference/build-checks/stage-name-casing/",
    bad: { dockerfile: "FROM debian:13 AS BuilderBase\nFROM debian:13\nCOPY --from=BuilderBase /a /a\n" },
    good: { dockerfile: "FROM debian:13 AS builderbase\nFROM debian:13\nCOPY --from=builderbase /a /a\n" },
  },
  *check(context) {
    for (const { from } of context.file.stages) {
      const name = from?.name;
      if (!name || name.text === name.text.toLowerCase()) continue;
      const lower = name.text.toLowerCase();
      yield {
        range: name.range,
        message: `stage name ${name.text} should be in lower case: ${lower}`,
        fix: {
          title: `rename to ${lower}`,
          edits: [replace(name.range, lower), ...references(context, name.text)],
          safe: true,
        },
      };
    }
  },
};

/** The places that name the stage in exactly these letters; others work as they are. */
function references({ file, instructions }: RuleContext, name: string): TextEdit[] {
  const edits: TextEdit[] = [];
  for (const { from } of file.stages) {
    if (from?.image?.text === name) edits.push(replace(from.image.range, name.toLowerCase()));
  }
  for (const { instruction } of instructions("COPY", "ADD")) {
    const flag = instruction.flags.find((one) => one.name === "from");
    if (flag?.valueRange && flag.value === name) edits.push(replace(flag.valueRange, name.toLowerCase()));
  }
  return edits;
}
