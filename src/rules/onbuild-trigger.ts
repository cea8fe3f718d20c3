import type { Rule } from "./types.ts";

/** ONBUILD ONBUILD, ONBUILD FROM, ONBUILD MAINTAINER. */
export const rule: Rule = {
  meta: {
    name: "onbuild-trigger",
    summary: "ONBUILD holds an instruction that cannot be triggered.",
    why: "ONBUILD, FROM and MAINTAINER are not allowed as triggers; the build stops.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {
      hadolint: ["DL3043"],
      dockerfileUtils: ["ONBUILD_CHAINING_DISALLOWED", "ONBUILD_TRIGGER_DISALLOWED"],
    },
    source: "https://docs.docker.com/reference/dockerfile/#onbuild-limitations",
    bad: { dockerfile: "FROM debian:13-slim\nONBUILD FROM debian:13\n" },
    good: { dockerfile: "FROM debian:13-slim\nONBUILD COPY . /src/\n" },
  },
  *check({ instructions }) {
    for (const { instruction } of instructions("ONBUILD")) {
      const keyword = instruction.trigger?.keyword;
      if (keyword !== "ONBUILD" && keyword !== "FROM" && keyword !== "MAINTAINER") continue;
      yield { range: instruction.range, message: `ONBUILD ${keyword} is not allowed: the build stops` };
    }
  },
};
