import type { Assignment, AssignmentInstruction } from "../dockerfile/types.ts";
import { removeInstruction } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** A label that a later one of the same stage replaces. */
export const rule: Rule = {
  meta: {
    name: "duplicate-label",
    summary: "A label is set twice in a stage.",
    why: "The last value wins, so the earlier one is dead text that misleads its reader. Keep one.",
    severity: "warning",
    category: "maintainability",
    fixable: "safe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#label",
    bad: { dockerfile: 'FROM debian:13-slim\nLABEL org.example.tier="a"\nLABEL org.example.tier="b"\n' },
    good: { dockerfile: 'FROM debian:13-slim\nLABEL org.example.tier="b"\n' },
  },
  *check({ file, instructions }) {
    const seen = new Map<string, { instruction: AssignmentInstruction; label: Assignment }>();
    let current: number | undefined;
    for (const { instruction, stage } of instructions("LABEL")) {
      if (stage?.index !== current) seen.clear();
      current = stage?.index;
      if (instruction.onbuild) continue;
      for (const label of instruction.assignments) {
        if (label.name === "" || label.name.includes("$")) continue;
        const earlier = seen.get(label.name);
        seen.set(label.name, { instruction, label });
        if (!earlier) continue;
        const alone = earlier.instruction.assignments.length === 1 && earlier.instruction !== instruction;
        yield {
          range: earlier.label.nameRange,
          message: `label ${label.name.slice(0, 60)} is set again on line ${file.lineAt(label.nameRange.start)}: this value is lost`,
          related: [label.nameRange],
          ...(alone
            ? {
                fix: {
                  title: "remove the earlier label",
                  edits: [removeInstruction(file, earlier.instruction)],
                  safe: true,
                },
              }
            : {}),
        };
      }
    }
  },
};
