import type { Step } from "../../../plan/types.ts";

/** The folder every plan works in. */
const planned = /(?<![\w./-])\/app(?![\w.-])/g;

/** The steps of a plan in another working directory than its own `/app`. */
export function moveSteps(steps: readonly Step[], workdir: string): readonly Step[] {
  if (workdir === "/app") return steps;
  const move = (text: string): string => text.replace(planned, () => workdir);
  const all = (texts: readonly string[]): readonly string[] => texts.map(move);
  return steps.map((step): Step => {
    const why = move(step.why);
    switch (step.kind) {
      case "workdir":
      case "volume":
        return { ...step, why, path: move(step.path) };
      case "env":
        return { ...step, why, values: step.values.map(([name, value]) => [name, move(value)] as const) };
      case "manifests":
      case "source":
        return { ...step, why, to: move(step.to) };
      case "copyFrom":
        return { ...step, why, files: all(step.files), to: move(step.to) };
      case "run":
      case "entrypoint":
      case "command":
      case "healthcheck":
        return "commands" in step
          ? { ...step, why, commands: all(step.commands) }
          : { ...step, why, command: all(step.command) };
      case "createUser":
        return step.home === undefined ? { ...step, why } : { ...step, why, home: move(step.home) };
      default:
        return { ...step, why };
    }
  });
}
