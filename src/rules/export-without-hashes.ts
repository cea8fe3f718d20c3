import { commandsOf, findFlag, operandsOf } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

/** A list of requirements without what the lock file knows about them. */
export const rule: Rule = {
  meta: {
    name: "export-without-hashes",
    summary: "Requirements are exported without their hashes.",
    why: "The lock file holds a hash of every archive. Exported without, pip takes whatever the index answers with for that name and version.",
    severity: "info",
    category: "security",
    fixable: "no",
    aliases: {},
    source: "https://pip.pypa.io/en/stable/topics/secure-installs/",
    bad: { dockerfile: "FROM python:3.13-slim\nRUN poetry export --without-hashes -o requirements.txt\n" },
    good: { dockerfile: "FROM python:3.13-slim\nRUN poetry export -o requirements.txt\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (!/^(?:poetry|uv|pdm)$/.test(command.name) || operandsOf(command)[0]?.text !== "export") continue;
      const flag = findFlag(command, "--without-hashes", "--no-hashes");
      if (!flag) continue;
      yield {
        range: flag.range,
        message: `${flag.text} drops the hashes of the lock file: pip cannot check what it downloads`,
      };
    }
  },
};
