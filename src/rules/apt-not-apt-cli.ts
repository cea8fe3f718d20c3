import { insert, replace } from "./shared/edits.ts";
import { packageCalls } from "./shared/packages.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Fix, Rule } from "./types.ts";

/** Subcommands of apt and the stable program that has the same one. */
const programs: Readonly<Record<string, string>> = {
  install: "apt-get", update: "apt-get", upgrade: "apt-get", remove: "apt-get", purge: "apt-get", autoremove: "apt-get",
  autopurge: "apt-get", autoclean: "apt-get", clean: "apt-get", "dist-upgrade": "apt-get", "build-dep": "apt-get",
  source: "apt-get", download: "apt-get", reinstall: "apt-get", policy: "apt-cache", depends: "apt-cache",
}; // biome-ignore format: a table

/** apt in a script. */
export const rule: Rule = {
  meta: {
    name: "apt-not-apt-cli",
    summary: "apt is used in a script, where apt-get belongs.",
    why: "apt is made for people: its output and options may change between releases, and it says so on every call. apt-get and apt-cache keep their interface for scripts.",
    severity: "warning",
    category: "correctness",
    fixable: "safe",
    aliases: { hadolint: ["DL3027"], checkov: ["CKV_DOCKER_9"], semgrep: ["prefer-apt-get"] },
    source:
      "https://manpages.debian.org/stable/apt/apt.8.en.html#SCRIPT_USAGE_AND_DIFFERENCES_FROM_OTHER_APT_TOOLS",
    bad: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt update && apt install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
    },
    good: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
    },
  },
  *check(context) {
    for (const { command, verb, verbWord } of packageCalls(context, "apt")) {
      const { program } = command;
      const stable = Object.hasOwn(programs, verb) ? programs[verb] : undefined;
      const edits = [replace(program.range, program.text.replace(/apt$/, stable ?? ""))];
      // apt also installs new packages then, apt-get only when told to.
      if (verb === "upgrade" && verbWord) {
        const flag = "--with-new-pkgs";
        edits.push(insert(verbWord.range.end, command.json ? `", "${flag}` : ` ${flag}`));
      }
      const fix: Fix = { title: `use ${stable ?? "apt-get"}`, edits, safe: true };
      yield {
        range: program.range,
        message: `apt ${verb} is for people: use ${stable ?? "apt-get or apt-cache"} in a build`.replace(
          "  ",
          " ",
        ),
        aliases: aliasesOf(command, rule.meta.aliases),
        ...(stable === undefined || program.quoted !== command.json ? {} : { fix }),
      };
    }
  },
};
