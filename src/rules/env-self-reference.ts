import type { Rule } from "./types.ts";

/** ENV A=1 B=$A. */
export const rule: Rule = {
  meta: {
    name: "env-self-reference",
    summary: "ENV uses a variable that the same instruction sets.",
    why: "All values of one ENV are expanded before any of them is set, so the variable still has its old value, often none. Use a second ENV.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: { hadolint: ["DL3044"] },
    source: "https://docs.docker.com/reference/dockerfile/#environment-replacement",
    bad: { dockerfile: "FROM debian:13-slim\nENV HOME_DIR=/opt/app BIN_DIR=$HOME_DIR/bin\n" },
    good: { dockerfile: "FROM debian:13-slim\nENV HOME_DIR=/opt/app\nENV BIN_DIR=$HOME_DIR/bin\n" },
  },
  *check({ instructions, stateBefore }) {
    for (const { instruction } of instructions("ENV")) {
      if (instruction.assignments.length < 2) continue;
      const names = new Set(instruction.assignments.map(({ name }) => name));
      const before = stateBefore(instruction);
      for (const { name, value, valueRange } of instruction.assignments) {
        for (const match of (value ?? "").matchAll(/\$(?:(\w+)|\{(\w+))/g)) {
          const used = match[1] ?? match[2] ?? "";
          if (used === name || !names.has(used) || before.env.has(used) || before.args.has(used)) continue;
          yield {
            range: valueRange ?? instruction.range,
            // Every image has a PATH, and adding to the old one is what is meant.
            ...(used === "PATH" ? { parity: true } : {}),
            message: `$${used} in ${name} is not the value this ENV sets: it still has the one from before`,
          };
          break;
        }
      }
    }
  },
};
