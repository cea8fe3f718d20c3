import { packageCalls } from "./shared/packages.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

const verbs = /^(?:upgrade|dist-upgrade|full-upgrade)$/;

/** apt-get upgrade of all packages. */
export const rule: Rule = {
  meta: {
    name: "apt-upgrade",
    summary: "All packages are upgraded with apt-get upgrade.",
    why: "An upgrade stores every replaced package a second time, and gives another image every day. Take a newer base image instead: it holds the fixes once, tested together.",
    severity: "info",
    category: "reproducibility",
    fixable: "no",
    aliases: { semgrep: ["avoid-apt-get-upgrade"] },
    source: "https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often",
    bad: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*\n",
    },
    good: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
    },
  },
  *check(context) {
    for (const { command, manager, verb, operands } of packageCalls(context, "apt-get", "apt")) {
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
