import { unpinned } from "./shared/pins.ts";
import type { Rule } from "./types.ts";

/** apt-get installs packages without naming versions. */
export const rule: Rule = {
  meta: {
    name: "apt-pin-version",
    summary: "apt-get installs packages without naming versions.",
    why: "Versions of a distribution's packages vanish from its mirrors when a newer one comes, so a pin breaks builds as often as it saves them; it is off by default. Pin the base image by digest for repeatable builds, or name versions where a snapshot mirror keeps them.",
    severity: "info",
    category: "reproducibility",
    fixable: "no",
    aliases: { hadolint: ["DL3008"] },
    source: "https://docs.docker.com/build/building/best-practices/#apt-get",
    enabled: false,
    bad: { dockerfile: "FROM debian:13-slim\nRUN apt-get update && apt-get install -y curl\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN apt-get update && apt-get install -y curl=8.14.1-2\n" },
  },
  check: (context) =>
    unpinned(context, {
      managers: ["apt-get", "apt", "aptitude"],
      verbs: /^install$/,
      isPinned: (word) => /[=/]|\.deb$/.test(word),
      how: (name) => `${name}=version`,
      aliasesOf: ({ manager }) => (manager === "apt-get" ? rule.meta.aliases : {}),
    }),
};
