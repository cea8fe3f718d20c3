import { leftovers } from "./shared/leftovers.ts";
import { usesClassic } from "./shared/yarn.ts";
import type { Rule } from "./types.ts";

/** yarn's cache stays in the layer. */
export const rule: Rule = {
  meta: {
    name: "yarn-cache-clean",
    summary: "yarn's cache stays in the layer.",
    why: "yarn keeps every package it downloads in its cache as well; in a layer nobody reads it again. Clean in the same RUN, or use a cache mount, which also makes the next build faster.",
    severity: "info",
    category: "size",
    fixable: "safe",
    aliases: { hadolint: ["DL3060"] },
    source: "https://classic.yarnpkg.com/en/docs/cli/cache/",
    bad: { dockerfile: "FROM node:24-slim\nRUN yarn install --production --frozen-lockfile\n" },
    good: {
      dockerfile: "FROM node:24-slim\nRUN yarn install --production --frozen-lockfile && yarn cache clean\n",
    },
  },
  check: (context) =>
    leftovers(context, {
      managers: ["yarn"],
      verbs: /^install$/,
      cleans: ({ name, args }) =>
        (name === "yarn" &&
          args.some(({ text }) => text === "cache") &&
          args.some(({ text }) => text === "clean")) ||
        (name === "rm" && args.some(({ text }) => /yarn|\.cache/.test(text))),
      caches: [["/root/.cache/yarn"], ["/usr/local/share/.cache/yarn"], ["/usr/local/share/.cache"]],
      aliasesOf: () => rule.meta.aliases,
      cleanup: "cache clean",
      // Newer ones run the program from the cache itself (Plug'n'Play).
      mayClean: (command) => usesClassic(context, command),
      onlyShipped: true,
    }),
};
