import { isPosix, shellCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

const bashOnly =
  /^(?:RANDOM|UID|EUID|HOSTNAME|HOSTTYPE|MACHTYPE|OSTYPE|SECONDS|DIRSTACK|FUNCNAME|GROUPS|PIPESTATUS|SHELLOPTS|SRANDOM|EPOCHSECONDS|BASH\w*)$/;

/** SC3028. */
export const rule: Rule = {
  meta: {
    name: "shell-variable-not-in-sh",
    summary: "A variable that only bash sets is used in sh.",
    why: "RUN uses /bin/sh, which is dash on Debian and ash on Alpine; RANDOM, UID and the like are empty there. Use bash by SHELL, or another way.",
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC3028"] },
    source: "https://www.shellcheck.net/wiki/SC3028",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN echo "$RANDOM" > /seed\n' },
    good: { dockerfile: 'FROM debian:13-slim\nSHELL ["/bin/bash", "-c"]\nRUN echo "$RANDOM" > /seed\n' },
  },
  *check(context) {
    for (const { run, script, command } of shellCommands(context)) {
      if (!isPosix(script)) continue;
      const words = [...command.words, ...command.assignments.flatMap(({ value }) => (value ? [value] : []))];
      for (const { expansions } of words) {
        for (const { kind, name, range } of expansions) {
          if (kind !== "parameter" || name === undefined || !bashOnly.test(name)) continue;
          const { variables, args } = context.stateBefore(run);
          const own =
            variables.has(name) ||
            args.has(name) ||
            script.commands.some(({ assignments, declared }) =>
              [...assignments, ...declared].some((one) => one.name === name),
            );
          if (!own) yield { range, message: `$${name} is empty in sh: only bash sets it` };
        }
      }
    }
  },
};
