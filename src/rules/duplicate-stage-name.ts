import type { Stage } from "../dockerfile/types.ts";
import type { Rule } from "./types.ts";

/** Two stages of one name. */
export const rule: Rule = {
  meta: {
    name: "duplicate-stage-name",
    summary: "Two stages have the same name.",
    why: "Names of stages do not care about case, and a later stage hides an earlier one of its name: COPY --from and --target then mean another stage than a reader thinks.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {
      hadolint: ["DL3024"],
      buildkit: ["DuplicateStageName"],
      trivy: ["DS-0012"],
      checkov: ["CKV_DOCKER_11"],
      semgrep: ["alias-must-be-unique"],
      dockerfileUtils: ["DUPLICATE_BUILD_STAGE_NAME"],
    },
    source: "https://docs.docker.com/reference/build-checks/duplicate-stage-name/",
    bad: { dockerfile: "FROM debian:13 AS build\nFROM golang:1.27 AS build\n" },
    good: { dockerfile: "FROM debian:13 AS deps\nFROM golang:1.27 AS build\n" },
  },
  *check({ file }) {
    const first = new Map<string, Stage>();
    for (const stage of file.stages) {
      if (stage.name === undefined || !stage.from?.name) continue;
      const earlier = first.get(stage.name);
      if (!earlier) first.set(stage.name, stage);
      else {
        yield {
          range: stage.from.name.range,
          message: `stage ${stage.from.name.text} hides the stage of that name on line ${file.lineAt(earlier.range.start)}`,
          related: earlier.from?.name ? [earlier.from.name.range] : [],
        };
      }
    }
  },
};
