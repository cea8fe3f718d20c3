import { insertAfter } from "../dockerfile/edits.ts";
import type { Dockerfile, Stage, ValueInstruction } from "../dockerfile/types.ts";
import { removeInstruction } from "./shared/edits.ts";
import { finalStage } from "./shared/stages.ts";
import { isRoot } from "./shared/users.ts";
import type { Fix, Rule } from "./types.ts";

/** The last USER of a stage is root. */
export const rule: Rule = {
  meta: {
    name: "last-user-root",
    summary: "The last USER of the image is root.",
    why: "Switching to root for a step is fine, staying root is not: the process of the container then runs with every privilege the container has. Switch back to an ordinary user after the last step that needs root.",
    severity: "warning",
    category: "security",
    fixable: "unsafe",
    aliases: {
      hadolint: ["DL3002"],
      trivy: ["DS-0002"],
      checkov: ["CKV_DOCKER_8"],
      semgrep: ["last-user-is-root"],
      dockle: ["CIS-DI-0001"],
    },
    source: "https://docs.docker.com/build/building/best-practices/#user",
    bad: {
      dockerfile:
        'FROM debian:13-slim\nUSER 10001\nRUN /app --check\nUSER root\nRUN mkdir /data\nCMD ["/app"]\n',
    },
    good: { dockerfile: 'FROM debian:13-slim\nUSER root\nRUN mkdir /data\nUSER 10001\nCMD ["/app"]\n' },
  },
  *check({ file, stateAt }) {
    const final = finalStage(file);
    for (const stage of file.stages) {
      const own = stage.instructions.findLast(
        (instruction): instruction is ValueInstruction => instruction.keyword === "USER",
      );
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
        ...(isFinal && own ? userFix(file, stage, own) : {}),
        ...(isFinal ? {} : { parity: true, aliases: { hadolint: ["DL3002"] } }),
      };
    }
  },
};

/** Goes back to the ordinary user that the stage had before it switched to root. */
function userFix(file: Dockerfile, stage: Stage, own: ValueInstruction): { fix?: Fix } {
  const { instructions } = stage;
  const before = instructions
    .slice(0, instructions.indexOf(own))
    .findLast(
      (each): each is ValueInstruction => each.keyword === "USER" && !isRoot(each.value?.text ?? "root"),
    );
  const value = before?.value?.text;
  const last = instructions.findLast(
    ({ keyword }) => keyword === "RUN" || keyword === "COPY" || keyword === "ADD" || keyword === "WORKDIR",
  );
  if (value === undefined || !/^[\w.:-]+$/.test(value)) return {};
  if (!last || last.range.start < own.range.start) {
    return {
      fix: { title: "remove the switch to root", edits: [removeInstruction(file, own)], safe: false },
    };
  }
  return {
    fix: {
      title: `switch back to ${value}`,
      edits: [insertAfter(file, last, [`USER ${value}`])],
      safe: false,
    },
  };
}
