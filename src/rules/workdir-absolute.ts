import { stageChain } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

const absolute = /^(?:\/|\$|[a-zA-Z]:[\\/]|\\)/;

/** WORKDIR with a relative path. */
export const rule: Rule = {
  meta: {
    name: "workdir-absolute",
    summary: "WORKDIR is relative.",
    why: "A relative WORKDIR is added to whatever directory the base image or an earlier line left, so the place moves when either changes. Write the whole path.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: {
      hadolint: ["DL3000"],
      buildkit: ["WorkdirRelativePath"],
      trivy: ["DS-0009"],
      checkov: ["CKV_DOCKER_10"],
      semgrep: ["use-absolute-workdir"],
      dockerfileUtils: ["WORKDIR_IS_NOT_ABSOLUTE"],
    },
    source: "https://docs.docker.com/reference/build-checks/workdir-relative-path/",
    bad: { dockerfile: "FROM nginx:1.30\nWORKDIR usr/share/nginx/html\n" },
    good: { dockerfile: "FROM nginx:1.30\nWORKDIR /usr/share/nginx/html\n" },
  },
  *check({ file, instructions }) {
    const anchored = new Set<number>();
    const placed = new Set<number>();
    for (const { instruction, stage } of instructions("WORKDIR")) {
      const value = instruction.value?.text;
      if (value === undefined || value === "") continue;
      // BuildKit reports the first of a chain only.
      const later = stage !== undefined && stageChain(file, stage).some(({ index }) => placed.has(index));
      if (stage && !instruction.onbuild) placed.add(stage.index);
      if (absolute.test(value)) {
        if (stage && !instruction.onbuild) anchored.add(stage.index);
        continue;
      }
      const { buildkit, ...others } = rule.meta.aliases;
      // Below an absolute WORKDIR of the same chain the place is known.
      const known = stage !== undefined && stageChain(file, stage).some(({ index }) => anchored.has(index));
      const counts = buildkit !== undefined && !later && !instruction.onbuild && !file.fragment;
      yield {
        range: instruction.value?.range ?? instruction.range,
        message: `WORKDIR ${value} is relative to whatever directory came before: write the whole path`,
        ...(known ? { parity: true } : {}),
        aliases: counts ? { ...others, buildkit } : others,
      };
    }
  },
};
