import { findFlag } from "./shared/commands.ts";
import { packageCalls } from "./shared/packages.ts";
import type { Rule } from "./types.ts";

/** npm told to look away. */
export const rule: Rule = {
  meta: {
    name: "npm-legacy-peer-deps",
    summary: "npm installs with --legacy-peer-deps or --force.",
    why: "Both hide that two packages ask for versions that do not go together; the conflict then shows up at run time. Resolve it in package.json (overrides), or keep the setting in the project's .npmrc, where everybody sees it.",
    severity: "info",
    category: "reproducibility",
    fixable: "no",
    aliases: {},
    source: "https://docs.npmjs.com/cli/using-npm/config#legacy-peer-deps",
    bad: {
      dockerfile:
        "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN npm ci --legacy-peer-deps\n",
    },
    good: { dockerfile: "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN npm ci\n" },
  },
  *check(context) {
    for (const { command, verb } of packageCalls(context, "npm")) {
      if (!/^(?:install|i|ci|clean-install|update)$/.test(verb)) continue;
      const flag = findFlag(command, "--legacy-peer-deps", "--force");
      if (!flag || flag.text.endsWith("=false")) continue;
      // A tool installed beside another version of itself: --force replaces its link, no dependency is passed over.
      if (flag.text.startsWith("--force") && findFlag(command, "--global", "-g")) continue;
      yield {
        range: flag.range,
        message: `${flag.text} hides dependencies that do not go together: resolve the conflict in package.json`,
      };
    }
  },
};
