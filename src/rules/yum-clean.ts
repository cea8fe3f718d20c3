import { leftovers } from "./shared/leftovers.ts";
import type { Rule } from "./types.ts";

/** yum's downloaded metadata and packages stay in the layer. */
export const rule: Rule = {
  meta: {
    name: "yum-clean",
    summary: "yum's downloaded metadata and packages stay in the layer.",
    why: "yum keeps metadata and packages under /var/cache/yum; in a layer nobody reads them again. Clean in the same RUN, or use a cache mount.",
    severity: "info",
    category: "size",
    fixable: "safe",
    aliases: { hadolint: ["DL3032"], trivy: ["DS-0015"], semgrep: ["missing-yum-clean-all"] },
    source: "https://docs.docker.com/build/building/best-practices/#run",
    bad: { dockerfile: "FROM almalinux:10\nRUN yum install -y httpd\n" },
    good: { dockerfile: "FROM almalinux:10\nRUN yum install -y httpd && yum clean all\n" },
  },
  check: (context) =>
    leftovers(context, {
      managers: ["yum"],
      verbs: /^(?:install|update|upgrade|reinstall|groupinstall|groupupgrade|groupupdate)$/,
      cleans: ({ name, args }) =>
        (/^(?:yum|dnf)$/.test(name) &&
          args.some(({ text }) => text === "clean") &&
          args.some(({ text }) => text === "all")) ||
        (name === "rm" && args.some(({ text }) => /\/var\/cache\/(?:yum|dnf|\*|libdnf)/.test(text))),
      caches: [["/var/cache/yum"], ["/var/cache/dnf"], ["/var/cache/libdnf5"]],
      // hadolint and Trivy look for the word `install`.
      aliasesOf: (calls) =>
        calls.some(({ verbWord }) => verbWord?.text === "install")
          ? rule.meta.aliases
          : { semgrep: ["missing-yum-clean-all"] },
      cleanup: "clean all",
    }),
};
