import { replace, textOf } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** ENV KEY value. */
export const rule: Rule = {
  meta: {
    name: "legacy-key-value",
    summary: "ENV or LABEL uses the old form with a blank instead of =.",
    why: "In the old form everything after the first blank is the value, so a second variable on the line silently becomes part of the first. KEY=value says what belongs together.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: { buildkit: ["LegacyKeyValueFormat"] },
    source: "https://docs.docker.com/reference/build-checks/legacy-key-value-format/",
    bad: { dockerfile: "FROM debian:13-slim\nENV DIR /usr/local/app\n" },
    good: { dockerfile: "FROM debian:13-slim\nENV DIR=/usr/local/app\n" },
  },
  *check({ file, instructions }) {
    for (const { instruction } of instructions("ENV", "LABEL")) {
      const assignment = instruction.assignments.find(({ legacy }) => legacy);
      if (!assignment) continue;
      const { nameRange, valueRange } = assignment;
      const written = valueRange ? textOf(file, valueRange) : "";
      // The old form keeps quotes and blanks by rules of its own; plain text means the same in both.
      const plain = /^[\w./:@%+,=~^-]+$/.test(written);
      const sentence = /^[\w./:@%+,=~^()-]+(?: [\w./:@%+,=~^()-]+)+$/.test(written);
      yield {
        range: instruction.range,
        message: `${instruction.keyword} ${assignment.name} should be written ${assignment.name}=…`,
        ...(valueRange && (plain || sentence)
          ? {
              fix: {
                title: "use =",
                edits: [
                  replace(
                    { start: nameRange.end, end: valueRange.end },
                    `=${plain ? written : `"${written}"`}`,
                  ),
                ],
                safe: true,
              },
            }
          : {}),
      };
    }
  },
};
