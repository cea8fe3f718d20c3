import { packageCalls } from "./shared/packages.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

const verbs = /^(?:update|upgrade|up)$/;

/** dnf update of all packages. */
export const rule: Rule = {
  meta: {
    name: "dnf-upgrade",
    summary: "All packages are upgraded with dnf update.",
    why: "An upgrade stores every replaced package a second time, and gives another image every day. Take a newer base image instead: it holds the fixes once, tested together.",
    severity: "info",
    category: "reproducibility",
    fixable: "no",
    aliases: { semgrep: ["avoid-dnf-update"] },
    source: "https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often",
    enabled: false,
    bad: { dockerfile: "FROM almalinux:10\nRUN dnf update -y && dnf clean all\n" },
    good: { dockerfile: "FROM almalinux:10\nRUN dnf install -y httpd && dnf clean all\n" },
  },
  *check(context) {
    for (const { command, manager, verb, operands } of packageCalls(context, "dnf", "microdnf", "tdnf")) {
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
