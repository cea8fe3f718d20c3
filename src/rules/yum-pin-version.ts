import { unpinned } from "./shared/pins.ts";
import type { Rule } from "./types.ts";

/** `tomcat-9.2`, `openssl-1:1.1.1k`, a file, a module stream `tomcat:9`; what follows `module` is a verb of it. */
function pinnedRpm(word: string): boolean {
  return (
    /-\d/.test(word) ||
    /\.rpm$/.test(word) ||
    /^(?:install|enable|reset|list|disable|remove)$/.test(word) ||
    /^[\w.+-]+:[\w.]+$/.test(word)
  );
}

/** yum installs packages without naming versions. */
export const rule: Rule = {
  meta: {
    name: "yum-pin-version",
    summary: "yum installs packages without naming versions.",
    why: "Versions of a distribution's packages vanish from its mirrors when a newer one comes, so a pin breaks builds as often as it saves them; it is off by default. Pin the base image by digest for repeatable builds, or name versions where a snapshot mirror keeps them.",
    severity: "info",
    category: "reproducibility",
    fixable: "no",
    aliases: { hadolint: ["DL3033"] },
    source: "https://dnf.readthedocs.io/en/latest/command_ref.html#specifying-packages",
    enabled: false,
    bad: { dockerfile: "FROM almalinux:10\nRUN yum install -y httpd && yum clean all\n" },
    good: { dockerfile: "FROM almalinux:10\nRUN yum install -y httpd-2.4.63 && yum clean all\n" },
  },
  check: (context) =>
    unpinned(context, {
      managers: ["yum"],
      verbs: /^(?:install|module)$/,
      isPinned: pinnedRpm,
      how: (name) => `${name}-version`,
      aliasesOf: () => rule.meta.aliases,
    }),
};
