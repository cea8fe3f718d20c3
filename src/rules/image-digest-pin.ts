import type { Rule } from "./types.ts";

const digest = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-f]{32,}$/i;

/** FROM without a digest. */
export const rule: Rule = {
  meta: {
    name: "image-digest-pin",
    summary: "A base image is not pinned by digest.",
    why: "A tag can be pushed again with other content; a digest cannot. Pin by digest where builds must be identical to the byte, and let a bot raise it, or security fixes will not arrive.",
    severity: "info",
    category: "reproducibility",
    fixable: "no",
    aliases: { semgrep: ["dockerfile-source-not-pinned"] },
    source: "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
    enabled: false,
    bad: { dockerfile: "FROM debian:13-slim\n" },
    good: {
      dockerfile:
        "FROM debian:13-slim@sha256:4be65b406f7402b5c4fd5df7173d2fd7ea3fdaa74d9c43b6ebd896197a45c448\n",
    },
  },
  *check({ file }) {
    for (const { from, base } of file.stages) {
      if (!from?.image || base?.kind !== "image") continue;
      if (base.image.digest !== undefined && digest.test(base.image.digest)) continue;
      yield { range: from.image.range, message: `${from.image.text} is not pinned by a digest (@sha256:…)` };
    }
  },
};
