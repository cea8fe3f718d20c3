import { packageCalls } from "./shared/packages.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

const verbs = /^(?:dist-upgrade|dup)$/;

/** zypper dist-upgrade of all packages. */
export const rule: Rule = {
  meta: {
    name: "zypper-dist-upgrade",
    summary: "All packages are upgraded with zypper dist-upgrade.",
    why: "An upgrade stores every replaced package a second time, and gives another image every day. Take a newer base image instead: it holds the fixes once, tested together.",
    severity: "warning",
    category: "reproducibility",
    fixable: "no",
    aliases: { hadolint: ["DL3035"], semgrep: ["avoid-zypper-update"] },
    source: "https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often",
    bad: { dockerfile: "FROM opensuse/leap:16.0\nRUN zypper dup -y && zypper clean\n" },
    good: { dockerfile: "FROM opensuse/leap:16.0\nRUN zypper install -y httpd && zypper clean\n" },
  },
  *check(context) {
    for (const { command, manager, verb, operands } of packageCalls(context, "zypper")) {
      if (!verbs.test(verb)) continue;
      yield {
        range: command.range,
        message: `${manager} ${verb} stores what it replaces a second time: use a newer base image`,
        aliases: aliasesOf(command, rule.meta.aliases),
        ...(operands.length > 0 ? { parity: true } : {}),
      };
    }
  },
};
