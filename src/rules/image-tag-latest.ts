import type { Rule } from "./types.ts";

/** FROM, or COPY --from, with the tag `latest`. */
export const rule: Rule = {
  meta: {
    name: "image-tag-latest",
    summary: "An image is taken at the moving tag `latest`.",
    why: "`latest` is whatever was pushed last; the build changes under you, cannot be repeated and cannot be rolled back. Name a version, and add its digest where builds must be identical.",
    severity: "warning",
    category: "reproducibility",
    fixable: "no",
    aliases: {
      hadolint: ["DL3007"],
      trivy: ["DS-0001"],
      checkov: ["CKV_DOCKER_7"],
      semgrep: ["avoid-latest-version"],
      dockle: ["DKL-DI-0006"],
    },
    source: "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
    bad: { dockerfile: "FROM debian:latest\n" },
    good: { dockerfile: "FROM debian:13-slim\n" },
  },
  *check({ file, graph }) {
    for (const { instruction, from } of graph.copies) {
      const written = instruction.from ?? "";
      const flag = instruction.flags.find(({ name }) => name === "from");
      if (from.kind !== "image" || flag === undefined || !written.endsWith(":latest")) continue;
      yield { range: flag.range, message: `${written} is a moving tag: name a version`, aliases: {} };
    }
    for (const { from, base } of file.stages) {
      if (!from?.image || base?.kind !== "image") continue;
      const { tag, digest, repository } = base.image;
      if (tag !== "latest" || digest !== undefined) continue;
      const literal = from.image.text.endsWith(":latest");
      yield {
        range: from.image.range,
        message: `${literal ? from.image.text : `${from.image.text} (${repository}:latest)`} is a moving tag: name a version`,
        ...(literal ? {} : { aliases: { trivy: ["DS-0001"] } }),
      };
    }
  },
};
