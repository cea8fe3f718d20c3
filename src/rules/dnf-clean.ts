import { leftovers } from "./shared/leftovers.ts";
import type { Rule } from "./types.ts";

/** dnf's downloaded metadata and packages stay in the layer. */
export const rule: Rule = {
  meta: {
    name: "dnf-clean",
    summary: "dnf's downloaded metadata and packages stay in the layer.",
    why: "dnf keeps metadata and packages under /var/cache; in a layer nobody reads them again. Clean in the same RUN, or use a cache mount at /var/cache/libdnf5 (/var/cache/dnf for dnf 4).",
    severity: "info",
    category: "size",
    fixable: "safe",
    aliases: { hadolint: ["DL3040"], trivy: ["DS-0019", "DS-0027"], semgrep: ["missing-dnf-clean-all"] },
    source: "https://docs.docker.com/build/building/best-practices/#run",
    bad: { dockerfile: "FROM almalinux:10\nRUN dnf install -y httpd\n" },
    good: { dockerfile: "FROM almalinux:10\nRUN dnf install -y httpd && dnf clean all\n" },
  },
  check: (context) =>
    leftovers(context, {
      managers: ["dnf", "microdnf"],
      verbs:
        /^(?:install|in|upgrade|update|up|upgrade-minimal|update-minimal|up-min|reinstall|rei|distro-sync|dsync|downgrade|dg|localinstall|groupinstall|groupupgrade|groupupdate|builddep)$/,
      cleans: ({ name, args }, manager) =>
        (name.replace(/5$/, "") === manager &&
          args.some(({ text }) => text === "clean") &&
          args.some(({ text }) => text === "all")) ||
        (name === "rm" && args.some(({ text }) => /\/var\/cache\/(?:yum|dnf|\*|libdnf|$)/.test(text))),
      caches: [["/var/cache/libdnf5"], ["/var/cache/dnf"], ["/var/cache/yum"]],
      aliasesOf: ([{ manager }]) => ({
        hadolint: ["DL3040"],
        trivy: manager === "microdnf" ? ["DS-0027", "DS-0019"] : ["DS-0019"],
        semgrep: ["missing-dnf-clean-all"],
      }),
      cleanup: "clean all",
    }),
};
