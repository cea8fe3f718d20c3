import { packageCalls } from "./shared/packages.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

const verbs = /^upgrade$/;

/** apk upgrade of all packages. */
export const rule: Rule = {
  meta: {
    name: "apk-upgrade",
    summary: "All packages are upgraded with apk upgrade.",
    why: "An upgrade stores every replaced package a second time, and gives another image every day. Take a newer base image instead: it holds the fixes once, tested together.",
    severity: "info",
    category: "reproducibility",
    fixable: "no",
    aliases: { semgrep: ["avoid-apk-upgrade"] },
    source: "https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often",
    enabled: false,
    bad: { dockerfile: "FROM alpine:3.24\nRUN apk upgrade --no-cache\n" },
    good: { dockerfile: "FROM alpine:3.24\nRUN apk add --no-cache curl\n" },
  },
  *check(context) {
    for (const { command, manager, verb, operands } of packageCalls(context, "apk")) {
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
