import { hasFlag } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { assumesYes, packageCalls } from "./shared/packages.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

/** dnf install that would ask. */
export const rule: Rule = {
  meta: {
    name: "dnf-assume-yes",
    summary: "dnf installs without -y and stops at its question.",
    why: "A build has no keyboard: dnf asks before it installs, gets no answer and aborts.",
    severity: "error",
    category: "correctness",
    fixable: "safe",
    aliases: { hadolint: ["DL3038"], semgrep: ["missing-dnf-assume-yes-switch"] },
    source: "https://docs.docker.com/build/building/best-practices/#run",
    bad: { dockerfile: "FROM almalinux:10\nRUN dnf install httpd && dnf clean all\n" },
    good: { dockerfile: "FROM almalinux:10\nRUN dnf install -y httpd && dnf clean all\n" },
  },
  *check(context) {
    for (const call of packageCalls(context, "dnf", "microdnf", "tdnf")) {
      const { command, verb, verbWord } = call;
      if (!verbWord || !/^(?:install|in|reinstall|groupinstall|localinstall)$/.test(verb) || assumesYes(call))
        continue;
      if (hasFlag(command, "-n", "--non-interactive", "--no-confirm", "--assumeyes")) continue;
      yield {
        range: verbWord.range,
        message: `${call.manager} ${verb} asks before it installs, and a build cannot answer: add -y`,
        aliases: aliasesOf(command, rule.meta.aliases),
        fix: {
          title: "add -y",
          edits: [insert(verbWord.range.end, command.json ? '", "-y' : " -y")],
          safe: true,
        },
      };
    }
  },
};
