import type { Rule } from "./types.ts";

const rooted = /^(?:["']?(?:\/|\$|[a-zA-Z]:))/;

/** COPY to a relative place without a WORKDIR. */
export const rule: Rule = {
  meta: {
    name: "copy-relative-no-workdir",
    summary: "COPY to a relative destination where no WORKDIR was set.",
    why: "Without a WORKDIR of its own the place depends on the base image, and is / for most: files land among the system's. Set WORKDIR, or write the whole path.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: { hadolint: ["DL3045"] },
    source: "https://docs.docker.com/reference/dockerfile/#workdir",
    bad: { dockerfile: "FROM debian:13-slim\nCOPY app.conf app.conf\n" },
    good: { dockerfile: "FROM debian:13-slim\nWORKDIR /app\nCOPY app.conf app.conf\n" },
  },
  *check({ file, instructions, stateBefore }) {
    const onbuildWorkdir = new Set(
      instructions("WORKDIR").flatMap(({ instruction, stage }) => (instruction.onbuild ? [stage] : [])),
    );
    for (const { instruction, stage } of instructions("COPY")) {
      const { destination } = instruction;
      if (!destination || rooted.test(destination.text)) continue;
      if (stateBefore(instruction).workdir !== undefined) continue;
      if (instruction.onbuild && onbuildWorkdir.has(stage)) continue;
      yield {
        range: destination.range,
        message: `no WORKDIR is set: ${destination.text} lands wherever the base image happens to be`,
        ...(file.fragment ? { severity: "info" as const } : {}),
      };
    }
  },
};
