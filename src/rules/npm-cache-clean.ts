import { cacheTargets } from "../data/package-managers.ts";
import { leftovers } from "./shared/leftovers.ts";
import type { Rule } from "./types.ts";

/** npm's cache stays in the layer. */
export const rule: Rule = {
  meta: {
    name: "npm-cache-clean",
    summary: "npm's cache stays in the layer.",
    why: "npm keeps every package it downloads in ~/.npm as well; in a layer nobody reads it again. Use a cache mount, which also makes the next build faster, or clean in the same RUN.",
    severity: "info",
    category: "size",
    fixable: "safe",
    aliases: {},
    source: "https://docs.npmjs.com/cli/commands/npm-cache",
    bad: { dockerfile: "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev\n" },
    good: {
      dockerfile:
        "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev && npm cache clean --force\n",
    },
  },
  check: (context) =>
    leftovers(context, {
      managers: ["npm"],
      verbs: /^(?:install|i|ci|clean-install|add)$/,
      cleans: ({ name, args }) =>
        (name === "npm" &&
          args.some(({ text }) => text === "cache") &&
          args.some(({ text }) => /^(?:clean|rm)$/.test(text))) ||
        (name === "rm" && args.some(({ text }) => /\.npm\b/.test(text))),
      caches: [
        ...cacheTargets("npm").map(({ target }) => [target]),
        ...cacheTargets("npm", "/home/node").map(({ target }) => [target]),
      ],
      aliasesOf: () => ({}),
      cleanup: "cache clean --force",
      onlyShipped: true,
    }),
};
