import { isWindows } from "./shared/stages.ts";
import type { Problem, Rule } from "./types.ts";

/** What Windows containers do not know. */
export const rule: Rule = {
  meta: {
    name: "windows-flags",
    summary: "An option for Linux containers is used on a Windows image.",
    why: "Ownership and mode of files, STOPSIGNAL and the mounts of RUN belong to Linux: on a Windows image the build stops at them, or they have no effect. Use icacls in a RUN for rights.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
    bad: {
      dockerfile: "FROM mcr.microsoft.com/windows/nanoserver:ltsc2025\nCOPY --chown=app:app site C:/site\n",
    },
    good: { dockerfile: "FROM mcr.microsoft.com/windows/nanoserver:ltsc2025\nCOPY site C:/site\n" },
  },
  *check(context) {
    const windows = new Set(context.file.stages.filter((stage) => isWindows(context, stage)));
    if (windows.size === 0) return;
    for (const { instruction, stage } of context.instructions("COPY", "ADD", "RUN", "STOPSIGNAL")) {
      if (!stage || !windows.has(stage)) continue;
      if (instruction.keyword === "STOPSIGNAL") {
        yield report(instruction.range, "STOPSIGNAL has no effect on a Windows container");
        continue;
      }
      for (const flag of instruction.flags) {
        if (instruction.keyword === "RUN" ? flag.name !== "mount" : !/^ch(?:own|mod)$/.test(flag.name))
          continue;
        yield report(flag.range, `--${flag.name} is for Linux containers: a Windows image does not know it`);
      }
    }
  },
};

function report(range: Problem["range"], message: string): Problem {
  return { range, message };
}
