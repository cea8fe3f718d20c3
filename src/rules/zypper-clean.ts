import { leftovers } from "./shared/leftovers.ts";
import type { Rule } from "./types.ts";

/** zypper's downloaded metadata and packages stay in the layer. */
export const rule: Rule = {
  meta: {
    name: "zypper-clean",
    summary: "zypper's downloaded metadata and packages stay in the layer.",
    why: "zypper keeps metadata and packages under /var/cache/zypp; in a layer nobody reads them again. Clean in the same RUN, or use a cache mount.",
    severity: "info",
    category: "size",
    fixable: "safe",
    aliases: { hadolint: ["DL3036"], trivy: ["DS-0020"], semgrep: ["missing-zypper-clean"] },
    source: "https://docs.docker.com/build/building/best-practices/#run",
    bad: { dockerfile: "FROM opensuse/leap:16.0\nRUN zypper install -y httpd\n" },
    good: { dockerfile: "FROM opensuse/leap:16.0\nRUN zypper install -y httpd && zypper clean\n" },
  },
  check: (context) =>
    leftovers(context, {
      managers: ["zypper"],
      verbs: /^(?:install|in|remove|rm|source-install|si|patch|update|up|dist-upgrade|dup)$/,
      cleans: ({ name, args }) =>
        (name === "zypper" && args.some(({ text }) => text === "clean" || text === "cc")) ||
        (name === "rm" && args.some(({ text }) => text.includes("/var/cache/zypp"))),
      caches: [["/var/cache/zypp"]],
      // hadolint means `install` alone.
      aliasesOf: (calls) => {
        const { hadolint, ...others } = rule.meta.aliases;
        return hadolint && calls.some(({ verb }) => /^in(?:stall)?$/.test(verb))
          ? { ...others, hadolint }
          : others;
      },
      cleanup: "clean",
    }),
};
