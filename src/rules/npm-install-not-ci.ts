import { hasFlag } from "./shared/commands.ts";
import { packageCalls } from "./shared/packages.ts";
import type { Rule } from "./types.ts";

/** npm install where npm ci installs the lock file. */
export const rule: Rule = {
  meta: {
    name: "npm-install-not-ci",
    summary: "npm install is used where a lock file is copied.",
    why: "`npm install` may resolve other versions than the lock file and rewrites it; `npm ci` installs exactly what it says and fails when it does not fit package.json, which is what a build wants.",
    severity: "info",
    category: "reproducibility",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.npmjs.com/cli/commands/npm-ci",
    bad: { dockerfile: "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN npm install\n" },
    good: { dockerfile: "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN npm ci\n" },
  },
  *check(context) {
    for (const { command, verb, verbWord, operands } of packageCalls(context, "npm")) {
      if ((verb !== "install" && verb !== "i") || !verbWord || operands.length > 0) continue;
      if (hasFlag(command, "-g", "--global", "--package-lock-only")) continue;
      const locked = command.stage.instructions.some(
        (instruction) =>
          instruction.keyword === "COPY" &&
          instruction.range.start < command.run.range.start &&
          instruction.sources.some(({ text }) => /package-lock\.json$|npm-shrinkwrap\.json$/.test(text)),
      );
      if (!locked && !context.context?.has("package-lock.json")) continue;
      yield {
        range: verbWord.range,
        message: "npm install may change versions; npm ci installs exactly what package-lock.json says",
        fix: { title: "use npm ci", edits: [{ range: verbWord.range, text: "ci" }], safe: false },
      };
    }
  },
};
