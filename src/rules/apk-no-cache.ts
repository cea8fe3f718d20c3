import { hasFlag } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { packageCalls } from "./shared/packages.ts";
import { aliasesOf, isMounted, ships } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

/** apk add that leaves the index in the layer. */
export const rule: Rule = {
  meta: {
    name: "apk-no-cache",
    summary: "apk add runs without --no-cache.",
    why: "`--no-cache` fetches the package index for this one call and leaves nothing behind; `apk update` or `--update` leave it in the layer, where it is dead weight and goes stale. A cache mount at /var/cache/apk does as well.",
    severity: "info",
    category: "size",
    fixable: "safe",
    aliases: {
      hadolint: ["DL3019"],
      trivy: ["DS-0025"],
      semgrep: ["missing-apk-no-cache"],
      dockle: ["DKL-DI-0004"],
    },
    source: "https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper",
    bad: { dockerfile: "FROM alpine:3.24\nRUN apk add curl\n" },
    good: { dockerfile: "FROM alpine:3.24\nRUN apk add --no-cache curl\n" },
  },
  *check(context) {
    for (const { command, verb, verbWord } of packageCalls(context, "apk")) {
      if (verb !== "add" || !verbWord || hasFlag(command, "--no-cache")) continue;
      const mounted = isMounted(command, "/var/cache/apk") || isMounted(command, "/etc/apk/cache");
      const { hadolint, ...others } = aliasesOf(command, rule.meta.aliases);
      const known = isMounted(command, "/var/cache/apk") || hadolint === undefined ? {} : { hadolint };
      const harmless = mounted || (!context.file.fragment && !ships(context.file, command.stage));
      yield {
        range: verbWord.range,
        message: "apk add without --no-cache leaves the package index in the layer",
        aliases: { ...others, ...known },
        ...(harmless ? { parity: true } : {}),
        fix: {
          title: "add --no-cache",
          edits: [insert(verbWord.range.end, command.json ? '", "--no-cache' : " --no-cache")],
          safe: true,
        },
      };
    }
  },
};
