import { unpinned } from "./shared/pins.ts";
import type { Rule } from "./types.ts";

/** A version or tag, a commit, a file or folder. */
function isPinned(word: string): boolean {
  if (/^git(?:\+\w+)?:\/\//.test(word)) return word.includes("#");
  if (/\.(?:tgz|tar|tar\.gz)$/.test(word) || /^(?:[./~]|file:)/.test(word)) return true;
  return /.@/.test(word) || word.includes("#");
}

/** npm installs a package without naming a version. */
export const rule: Rule = {
  meta: {
    name: "npm-pin-version",
    summary: "npm installs a package without naming a version.",
    why: "Without a version the build takes whatever is newest that day: two builds of one commit differ, and a broken or taken-over release reaches the image at once. Name the version, or install from a lock file.",
    severity: "warning",
    category: "reproducibility",
    fixable: "no",
    aliases: { hadolint: ["DL3016"] },
    source: "https://docs.npmjs.com/cli/commands/npm-install",
    bad: { dockerfile: "FROM node:24-slim\nRUN npm install -g serve\n" },
    good: { dockerfile: "FROM node:24-slim\nRUN npm install -g serve@14.2.5\n" },
  },
  check: (context) =>
    unpinned(context, {
      managers: ["npm"],
      verbs: /^(?:install|i|add)$/,
      isPinned: isPinned,
      how: (name) => `${name}@version`,
      aliasesOf: ({ verb }) => (verb === "install" ? rule.meta.aliases : {}),
    }),
};
