import { finalStage } from "./shared/stages.ts";
import { isRoot, userPart } from "./shared/users.ts";
import type { Rule } from "./types.ts";

/** USER by name in the final image. */
export const rule: Rule = {
  meta: {
    name: "user-non-numeric",
    summary: "USER is a name, which Kubernetes cannot check against runAsNonRoot.",
    why: "With `runAsNonRoot: true` the kubelet must know that the user is not 0 before it starts the container; it cannot look a name up in the image, and refuses. Give the number: `USER 10001:10001`.",
    severity: "info",
    category: "security",
    fixable: "no",
    aliases: { hadolint: ["DL3066"] },
    source: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
    bad: { dockerfile: "FROM debian:13-slim\nRUN useradd --uid 10001 app\nUSER app\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN useradd --uid 10001 app\nUSER 10001\n" },
  },
  *check({ file, stateAt, instructions }) {
    const final = finalStage(file);
    const effective = final && stateAt(final).user;
    const declared = new Set(
      instructions("ARG").flatMap(({ instruction }) => instruction.assignments.map(({ name }) => name)),
    );
    for (const { instruction } of instructions("USER")) {
      const written = instruction.value?.text;
      if (written === undefined || /^\d+$/.test(userPart(written))) continue;
      const variable = /^\$\{?(\w+)\}?$/.exec(written)?.[1];
      if (variable !== undefined && declared.has(variable)) continue;
      const value = instruction === effective?.instruction ? effective.value : written;
      const matters =
        instruction === effective?.instruction &&
        !isRoot(value) &&
        !value.includes("$") &&
        !/^\d*$/.test(userPart(value));
      yield {
        range: instruction.range,
        message: `USER ${written} is a name: Kubernetes cannot prove that it is not root; use its number`,
        ...(matters ? {} : { parity: true }),
      };
    }
  },
};
