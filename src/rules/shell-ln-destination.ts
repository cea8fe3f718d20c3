import { namedCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** ln with one name. */
export const rule: Rule = {
  meta: {
    name: "shell-ln-destination",
    summary: "ln gets one name only.",
    why: "With one name ln makes the link in the working folder, under the same name; mostly the second name is missing. Write it, or a dot.",
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2226"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ln.html",
    bad: { dockerfile: "FROM debian:13-slim\nRUN ln -s /opt/app/bin/app\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN ln -s /opt/app/bin/app /usr/local/bin/app\n" },
  },
  *check(context) {
    for (const { command } of namedCommands(context, "ln")) {
      const words = command.args;
      if (words.some(({ text }) => /^(?:-[a-zA-Z]*t|--target-directory|--help|--version)/.test(text)))
        continue;
      const names = words.filter(({ text }) => !text.startsWith("-"));
      const [only] = names;
      // A variable or a pattern may hold several names.
      if (!only || names.length !== 1 || (only.expanded && !only.quoted)) continue;
      yield {
        range: command.range,
        message: "ln has no second name: the link is made in the working folder",
      };
    }
  },
};
