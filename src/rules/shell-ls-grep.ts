import { namedCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** ls | grep. */
export const rule: Rule = {
  meta: {
    name: "shell-ls-grep",
    summary: "The output of ls is searched with grep.",
    why: "ls prints names for people: unusual ones are changed or split over lines. A pattern, or find, names the files themselves.",
    severity: "info",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2010"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ls.html",
    bad: { dockerfile: "FROM debian:13-slim\nRUN ls /srv | grep app\n" },
    good: { dockerfile: 'FROM debian:13-slim\nRUN find /srv -maxdepth 1 -name "*app*"\n' },
  },
  *check(context) {
    for (const { command } of namedCommands(context, "ls")) {
      const { pipeline } = command;
      const next = pipeline?.commands[pipeline.commands.indexOf(command) + 1];
      if (!next || !/^(?:[ef]?grep)$/.test(next.name ?? "")) continue;
      yield {
        range: command.range,
        message: "ls prints names for people: find the files with a pattern or with find",
      };
    }
  },
};
