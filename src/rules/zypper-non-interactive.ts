import { hasFlag } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { assumesYes, packageCalls } from "./shared/packages.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

/** zypper install that would ask. */
export const rule: Rule = {
  meta: {
    name: "zypper-non-interactive",
    summary: "zypper installs without -y and stops at its question.",
    why: "A build has no keyboard: zypper asks before it installs, gets no answer and aborts.",
    severity: "error",
    category: "correctness",
    fixable: "safe",
    aliases: { hadolint: ["DL3034"], semgrep: ["missing-zypper-no-confirm-switch"] },
    source: "https://docs.docker.com/build/building/best-practices/#run",
    bad: { dockerfile: "FROM opensuse/leap:16.0\nRUN zypper install httpd && zypper clean\n" },
    good: { dockerfile: "FROM opensuse/leap:16.0\nRUN zypper install -y httpd && zypper clean\n" },
  },
  *check(context) {
    for (const call of packageCalls(context, "zypper")) {
      const { command, verb, verbWord } = call;
      if (!verbWord || !/^(?:install|in|remove|rm|source-install|si|patch)$/.test(verb) || assumesYes(call))
        continue;
      if (hasFlag(command, "-n", "--non-interactive", "--no-confirm", "--assumeyes", "--downloadonly"))
        continue;
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
