import { insert } from "./shared/edits.ts";
import { assumesYes, packageCalls } from "./shared/packages.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

/** apt-get install that would ask. */
export const rule: Rule = {
  meta: {
    name: "apt-assume-yes",
    summary: "apt-get install runs without -y and stops at its question.",
    why: "A build has no keyboard: as soon as apt-get wants to install more than was named, it asks, gets no answer and aborts.",
    severity: "error",
    category: "correctness",
    fixable: "safe",
    aliases: { hadolint: ["DL3014"], trivy: ["DS-0021"], semgrep: ["missing-assume-yes-switch"] },
    source: "https://docs.docker.com/build/building/best-practices/#apt-get",
    bad: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get install --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
    },
    good: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get install --no-install-recommends -y curl && rm -rf /var/lib/apt/lists/*\n",
    },
  },
  *check(context) {
    for (const call of packageCalls(context, "apt-get", "apt", "aptitude")) {
      if (call.verb !== "install" || !call.verbWord || assumesYes(call)) continue;
      const { command } = call;
      yield {
        range: call.verbWord.range,
        message: `${call.manager} install asks before it installs, and a build cannot answer: add -y`,
        aliases: call.manager === "apt-get" ? aliasesOf(command, rule.meta.aliases) : {},
        fix: {
          title: "add -y",
          edits: [insert(call.verbWord.range.end, command.json ? '", "-y' : " -y")],
          safe: true,
        },
      };
    }
  },
};
