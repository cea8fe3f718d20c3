import { unpinned } from "./shared/pins.ts";
import type { Rule } from "./types.ts";

/** gem installs a gem without naming a version. */
export const rule: Rule = {
  meta: {
    name: "gem-pin-version",
    summary: "gem installs a gem without naming a version.",
    why: "Without a version the build takes whatever is newest that day: two builds of one commit differ, and a broken or taken-over release reaches the image at once. Name the version, or install from a lock file.",
    severity: "warning",
    category: "reproducibility",
    fixable: "no",
    aliases: { hadolint: ["DL3028"] },
    source: "https://guides.rubygems.org/command-reference/#gem-install",
    bad: { dockerfile: "FROM ruby:3.4-slim\nRUN gem install bundler\n" },
    good: { dockerfile: "FROM ruby:3.4-slim\nRUN gem install bundler:2.6.9\n" },
  },
  check: (context) =>
    unpinned(context, {
      managers: ["gem"],
      verbs: /^(?:install|i)$/,
      isPinned: (word) => /:|\.gem$|^--/.test(word),
      how: (name) => `${name}:version`,
      aliasesOf: () => rule.meta.aliases,
    }),
};
