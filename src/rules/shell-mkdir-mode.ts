import { namedCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** mkdir -p with -m. */
export const rule: Rule = {
  meta: {
    name: "shell-mkdir-mode",
    summary: "mkdir -p -m gives the mode to the last folder only.",
    why: "The folders above it are made with the default mode, whatever -m says. Make and close them one after the other, or set the mode with chmod.",
    severity: "info",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2174"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/mkdir.html",
    bad: { dockerfile: "FROM debian:13-slim\nRUN mkdir -p -m 0700 /srv/app/data\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN mkdir -m 0700 /srv/app && mkdir -m 0700 /srv/app/data\n" },
  },
  *check(context) {
    for (const { command } of namedCommands(context, "mkdir")) {
      const mode = command.args.find(({ text }) => /^(?:-[a-zA-Z]*m|--mode)/.test(text));
      if (!mode || !command.has("-p", "--parents")) continue;
      const folders = command.operands("-m", "--mode");
      if (
        !folders.some(
          ({ text, expanded }) => expanded || (text.includes("/") && !/^(?:\.{0,2}\/)+[^/]+\/?$/.test(text)),
        )
      )
        continue;
      yield {
        range: mode.range,
        message: "with -p the mode is given to the last folder only, not to those above it",
      };
    }
  },
};
