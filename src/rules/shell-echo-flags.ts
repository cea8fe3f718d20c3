import { isPosix, shellCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** SC3037. */
export const rule: Rule = {
  meta: {
    name: "shell-echo-flags",
    summary: "echo gets flags in sh.",
    why: "POSIX leaves `echo -e` and `echo -n` open: Debian's dash prints the -e. Use printf.",
    severity: "info",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC3037"] },
    source: "https://www.shellcheck.net/wiki/SC3037",
    bad: { dockerfile: "FROM debian:13-slim\nRUN echo -e 'a\\nb' > /x\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN printf 'a\\nb\\n' > /x\n" },
  },
  *check(context) {
    for (const { script, command } of shellCommands(context)) {
      const flag = command.args[0];
      if (command.name !== "echo" || !flag || !isPosix(script) || !/^-[eEn]+$/.test(flag.text)) continue;
      yield {
        range: flag.range,
        message: `echo ${flag.text} means different things in different shells: use printf`,
        // Every sh in use knows -n.
        ...(flag.text === "-n" ? { parity: true } : {}),
      };
    }
  },
};
