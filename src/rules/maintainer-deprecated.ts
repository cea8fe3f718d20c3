import { replace, textOf } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** MAINTAINER. */
export const rule: Rule = {
  meta: {
    name: "maintainer-deprecated",
    summary: "MAINTAINER is deprecated.",
    why: "MAINTAINER holds one string no tool reads; the label `org.opencontainers.image.authors` is what registries and inspect show.",
    severity: "warning",
    category: "maintainability",
    fixable: "safe",
    aliases: {
      hadolint: ["DL4000"],
      buildkit: ["MaintainerDeprecated"],
      trivy: ["DS-0022"],
      checkov: ["CKV_DOCKER_6"],
      semgrep: ["maintainer-is-deprecated"],
      dockerfileUtils: ["DEPRECATED_MAINTAINER"],
    },
    source: "https://docs.docker.com/reference/build-checks/maintainer-deprecated/",
    bad: { dockerfile: "FROM debian:13-slim\nMAINTAINER Ada Lovelace <ada@example.org>\n" },
    good: {
      dockerfile:
        'FROM debian:13-slim\nLABEL org.opencontainers.image.authors="Ada Lovelace <ada@example.org>"\n',
    },
  },
  *check({ file, instructions }) {
    for (const { instruction } of instructions("MAINTAINER")) {
      const written = textOf(file, instruction.argumentsRange)
        .trim()
        .replace(/^(["'])(.*)\1$/, "$2");
      const plain = written !== "" && !/[\r\n\\`"$]/.test(written);
      yield {
        range: instruction.range,
        message: "MAINTAINER is deprecated: use LABEL org.opencontainers.image.authors",
        ...(instruction.onbuild
          ? { aliases: { dockerfileUtils: ["DEPRECATED_MAINTAINER"] }, parity: true }
          : {}),
        ...(plain && !instruction.onbuild
          ? {
              fix: {
                title: "use a label",
                edits: [replace(instruction.range, `LABEL org.opencontainers.image.authors="${written}"`)],
                safe: true,
              },
            }
          : {}),
      };
    }
  },
};
