import { finalStage } from "./shared/stages.ts";
import { isRoot } from "./shared/users.ts";
import type { Rule } from "./types.ts";

/** The last USER of a stage is root. */
export const rule: Rule = {
  meta: {
    name: "last-user-root",
    summary: "The last USER of the image is root.",
    why: "Switching to root for a step is fine, staying root is not: the process of the container then runs with every privilege the container has. Switch back to an ordinary user after the last step that needs root.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: {
      hadolint: ["DL3002"],
      trivy: ["DS-0002"],
      checkov: ["CKV_DOCKER_8"],
      semgrep: ["last-user-is-root"],
      dockle: ["CIS-DI-0001"],
    },
    source: "https://docs.docker.com/build/building/best-practices/#user",
    bad: { dockerfile: 'FROM debian:13-slim\nUSER root\nCMD ["/app"]\n' },
    good: { dockerfile: 'FROM debian:13-slim\nUSER root\nRUN mkdir /data\nUSER 10001\nCMD ["/app"]\n' },
  },
  *check({ file, stateAt }) {
    const final = finalStage(file);
    for (const stage of file.stages) {
      const own = stage.instructions.findLast((instruction) => instruction.keyword === "USER");
      const user = stateAt(stage).user;
      if (!user || !isRoot(user.value)) continue;
      const isFinal = stage === final;
      if (own === undefined && !isFinal) continue;
      yield {
        range: user.instruction.range,
        message: isFinal
          ? `the image's process runs as ${user.value}: switch to an ordinary user after the last step that needs root`
          : `stage ${stage.name ?? stage.index} ends as ${user.value}`,
        // A build stage that stays root ships nothing; hadolint judges every stage.
        ...(isFinal ? {} : { parity: true, aliases: { hadolint: ["DL3002"] } }),
      };
    }
  },
};
