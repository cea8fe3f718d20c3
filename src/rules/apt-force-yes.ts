import { findFlag } from "./shared/commands.ts";
import { replace } from "./shared/edits.ts";
import { assumesYes, packageCalls } from "./shared/packages.ts";
import type { Rule } from "./types.ts";

/** apt-get with --force-yes. */
export const rule: Rule = {
  meta: {
    name: "apt-force-yes",
    summary: "apt-get runs with the deprecated --force-yes.",
    why: "--force-yes says yes to everything: unsigned packages, downgrades, removal of what the system needs. It has been deprecated since apt 1.1. Use -y, and the one --allow-… option that is really meant.",
    severity: "error",
    category: "security",
    fixable: "unsafe",
    aliases: { checkov: ["CKV2_DOCKER_11"] },
    source: "https://manpages.debian.org/stable/apt/apt-get.8.en.html",
    bad: { dockerfile: "FROM debian:13-slim\nRUN apt-get install --force-yes curl\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN apt-get install -y curl\n" },
  },
  *check(context) {
    for (const call of packageCalls(context, "apt-get", "apt", "aptitude")) {
      const word = findFlag(call.command, "--force-yes");
      if (!word) continue;
      const yes = assumesYes(call);
      yield {
        range: word.range,
        message: `${call.manager} --force-yes also takes unsigned packages and removes essential ones: use -y`,
        ...(yes
          ? {}
          : {
              fix: {
                title: "use -y",
                edits: [replace(word.range, "-y")],
                safe: false,
              },
            }),
      };
    }
  },
};
