import type { Rule } from "./types.ts";

/** FROM without a tag or digest. */
export const rule: Rule = {
  meta: {
    name: "image-tag-missing",
    summary: "A base image is named without a tag or digest.",
    why: "Without a tag the registry hands out whatever `latest` points at on the day of the build, so two builds of one commit may differ and a new major version arrives unannounced. Name the version you test against.",
    severity: "warning",
    category: "reproducibility",
    fixable: "no",
    aliases: {
      hadolint: ["DL3006"],
      trivy: ["DS-0001"],
      checkov: ["CKV_DOCKER_7"],
      semgrep: ["missing-image-version"],
      dockle: ["DKL-DI-0006"],
    },
    source: "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
    bad: { dockerfile: "FROM debian\n" },
    good: { dockerfile: "FROM debian:13-slim\n" },
  },
  *check({ file }) {
    for (const { from, base } of file.stages) {
      if (!from?.image || base?.kind !== "image") continue;
      const written = from.image.text;
      const { tag, digest } = base.image;
      // A variable without a default may hold the tag too.
      if (tag !== undefined || digest !== undefined || (!base.resolved && isWhollyVariable(written)))
        continue;
      // A variable at the front may hold anything for tools that do not expand it.
      const aliases = written.includes("$")
        ? {
            ...(written.startsWith("$") ? {} : { hadolint: ["DL3006"] }),
            trivy: ["DS-0001"],
            checkov: ["CKV_DOCKER_7"],
          }
        : undefined;
      yield {
        range: from.image.range,
        message: `${written} has no tag: the build takes whatever "latest" is that day`,
        ...(aliases ? { aliases } : {}),
      };
    }
  },
};

/** `$IMAGE` or `${IMAGE}`. */
function isWhollyVariable(image: string): boolean {
  return /^\$(?:\w+|\{[^}]*\})$/.test(image);
}
