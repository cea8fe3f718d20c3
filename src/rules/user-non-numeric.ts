import type { ValueInstruction } from "../dockerfile/types.ts";
import { commandsOf } from "./shared/commands.ts";
import { replace } from "./shared/edits.ts";
import { baseFacts } from "./shared/images.ts";
import { finalStage, stageChain } from "./shared/stages.ts";
import { isRoot, userPart } from "./shared/users.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

/** USER by name in the final image. */
export const rule: Rule = {
  meta: {
    name: "user-non-numeric",
    summary: "USER is a name, which Kubernetes cannot check against runAsNonRoot.",
    why: "With `runAsNonRoot: true` the kubelet must know that the user is not 0 before it starts the container; it cannot look a name up in the image, and refuses. Give the number: `USER 10001:10001`.",
    severity: "info",
    category: "security",
    fixable: "unsafe",
    aliases: { hadolint: ["DL3066"] },
    source: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
    bad: { dockerfile: "FROM debian:13-slim\nRUN useradd --uid 10001 app\nUSER app\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN useradd --uid 10001 app\nUSER 10001\n" },
  },
  *check(context) {
    const { file, stateAt, instructions } = context;
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
        ...(matters ? numberFix(context, instruction, value) : { parity: true }),
      };
    }
  },
};

/** The number of an account that the file creates with one, or that the base image has. */
function numberFix(context: RuleContext, instruction: ValueInstruction, value: string): { fix?: Fix } {
  const { value: word } = instruction;
  const stage = instruction.stage === undefined ? undefined : context.file.stages[instruction.stage];
  if (!word || !stage || word.text !== value || value.includes(":")) return {};
  const chain = new Set(stageChain(context.file, stage));
  const made = commandsOf(context).find(
    ({ name, args, stage: at }) =>
      chain.has(at) && /^(?:useradd|adduser)$/.test(name) && args.some(({ text }) => text === value),
  );
  const flag = made?.args.findIndex(({ text }) => /^(?:-\w*u|--uid)(?:=|$)/.test(text)) ?? -1;
  const given = made?.args[flag]?.text.split("=")[1] ?? made?.args[flag + 1]?.text;
  const uid = made
    ? flag < 0
      ? undefined
      : given
    : String(baseFacts(context.file, stage)?.users.find(({ name }) => name === value)?.uid ?? "");
  if (uid === undefined || !/^\d+$/.test(uid)) return {};
  return { fix: { title: `write ${uid}`, edits: [replace(word.range, uid)], safe: false } };
}
