import { unpinned } from "./shared/pins.ts";
import type { Rule } from "./types.ts";

/** apk adds packages without naming versions. */
export const rule: Rule = {
  meta: {
    name: "apk-pin-version",
    summary: "apk adds packages without naming versions.",
    why: "Versions of a distribution's packages vanish from its mirrors when a newer one comes, so a pin breaks builds as often as it saves them; it is off by default. Pin the base image by digest for repeatable builds, or name versions where a snapshot mirror keeps them.",
    severity: "info",
    category: "reproducibility",
    fixable: "no",
    aliases: { hadolint: ["DL3018"] },
    source: "https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper#Package_pinning",
    enabled: false,
    bad: { dockerfile: "FROM alpine:3.24\nRUN apk add --no-cache curl\n" },
    good: { dockerfile: "FROM alpine:3.24\nRUN apk add --no-cache curl=~8.17\n" },
  },
  check: (context) =>
    unpinned(context, {
      managers: ["apk"],
      verbs: /^add$/,
      isPinned: (word) => /[=~<>]|\.apk$/.test(word),
      how: (name) => `${name}=~version`,
      aliasesOf: () => rule.meta.aliases,
    }),
};
