import type { HealthcheckInstruction } from "../../../dockerfile/types.ts";
import type { Author, Timing } from "./author.ts";

/**
 * A HEALTHCHECK as the plan could print it: the route that curl or wget asks for (the plan asks it with what the image
 * has), or an exec form as it is. Undefined when it is neither.
 */
export function readHealthcheck(instruction: HealthcheckInstruction): Author["healthcheck"] | undefined {
  if (instruction.none) return "none";
  const { command, flags } = instruction;
  const timing = timingOf(flags);
  if (!command || !timing) return undefined;
  const words = command.form === "exec" ? command.words.map(({ text }) => text) : undefined;
  const asked = route.exec((words?.join(" ") ?? ("text" in command ? command.text : "")).trim());
  if (asked) return { port: Number(asked[1]), path: asked[2] ?? "/", timing };
  return {
    kind: "healthcheck",
    command: words ?? ["/bin/sh", "-c", "text" in command ? command.text : ""],
    ...standard,
    ...timing,
    why: "",
  };
}

const route =
  /^(?:curl|wget)(?:\s+-[\w-]+(?:=\S+)?)*\s+(?:-[OoTt]\s*\S+\s+)?["']?(?:http:\/\/)?(?:localhost|127\.0\.0\.1):(\d+)(\/[\w./-]*)?["']?(?:\s*\|\|\s*exit\s+1)?$/;

/** What holds when the instruction does not say: https://docs.docker.com/reference/dockerfile/#healthcheck */
const standard: Timing = { interval: "30s", timeout: "30s", startPeriod: "0s", retries: 3 };

const names: Readonly<Record<string, keyof Timing>> = {
  interval: "interval",
  timeout: "timeout",
  "start-period": "startPeriod",
  retries: "retries",
};

function timingOf(flags: HealthcheckInstruction["flags"]): Partial<Timing> | undefined {
  const timing: { -readonly [name in keyof Timing]?: Timing[name] } = {};
  for (const { name, value = "" } of flags) {
    const known = Object.hasOwn(names, name) ? names[name] : undefined;
    if (known === undefined || !/^[\d.a-z]+$/.test(value)) return undefined;
    if (known !== "retries") timing[known] = value;
    else if (/^\d+$/.test(value)) timing.retries = Number(value);
    else return undefined;
  }
  return timing;
}
