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

/** dnf installs packages without naming versions. */
export const rule: Rule = {
  meta: {
    name: "dnf-pin-version",
    summary: "dnf installs packages without naming versions.",
    why: "Versions of a distribution's packages vanish from its mirrors when a newer one comes, so a pin breaks builds as often as it saves them; it is off by default. Pin the base image by digest for repeatable builds, or name versions where a snapshot mirror keeps them.",
    severity: "info",
    category: "reproducibility",
    fixable: "no",
    aliases: { hadolint: ["DL3041"] },
    source: "https://dnf.readthedocs.io/en/latest/command_ref.html#specifying-packages",
    enabled: false,
    bad: { dockerfile: "FROM almalinux:10\nRUN dnf install -y httpd && dnf clean all\n" },
    good: { dockerfile: "FROM almalinux:10\nRUN dnf install -y httpd-2.4.63 && dnf clean all\n" },
  },
  check: (context) =>
    unpinned(context, {
      managers: ["dnf", "microdnf"],
      verbs: /^(?:install|module)$/,
      isPinned: pinnedRpm,
      how: (name) => `${name}-version`,
      aliasesOf: () => rule.meta.aliases,
    }),
};
