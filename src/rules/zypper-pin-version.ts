import { unpinned } from "./shared/pins.ts";
import type { Rule } from "./types.ts";

/** zypper installs packages without naming versions. */
export const rule: Rule = {
  meta: {
    name: "zypper-pin-version",
    summary: "zypper installs packages without naming versions.",
    why: "Versions of a distribution's packages vanish from its mirrors when a newer one comes, so a pin breaks builds as often as it saves them; it is off by default. Pin the base image by digest for repeatable builds, or name versions where a snapshot mirror keeps them.",
    severity: "info",
    category: "reproducibility",
    fixable: "no",
    aliases: { hadolint: ["DL3037"] },
    source: "https://en.opensuse.org/SDB:Zypper_manual",
    enabled: false,
    bad: { dockerfile: "FROM opensuse/leap:16.0\nRUN zypper install -y httpd && zypper clean\n" },
    good: { dockerfile: "FROM opensuse/leap:16.0\nRUN zypper install -y httpd=2.4.63 && zypper clean\n" },
  },
  check: (context) =>
    unpinned(context, {
      managers: ["zypper"],
      verbs: /^(?:install|in)$/,
      isPinned: (word) => /[=<>]|\.rpm$/.test(word),
      how: (name) => `${name}=version`,
      aliasesOf: () => rule.meta.aliases,
    }),
};
