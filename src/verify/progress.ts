import type { BuildStep } from "../engine/progress.ts";
import { countOf } from "../engine/progress.ts";
import { clean } from "../security/untrusted.ts";
import type { VerifyContext } from "./types.ts";

/** Shares of a run, in percent, that its parts take. */
const parts = {
  build: [0, 45],
  measure: [45, 55],
  run: [55, 70],
  readOnly: [70, 75],
  rebuild: [75, 82],
  again: [82, 98],
} as const satisfies Record<string, readonly [from: number, to: number]>;

export type Part = keyof typeof parts;

/** Says how far a run is; what it says only grows. */
export interface Progress {
  say(part: Part, message: string, share?: number): void;
  /** Reports the steps of a build as a part of the run. */
  steps(part: Part): (step: BuildStep, steps: readonly BuildStep[]) => void;
}

/** Makes the progress of one run; `redact` takes secret values out of what builders say. */
export function makeProgress(context: VerifyContext, redact: (text: string) => string): Progress {
  let highest = 0;
  const say: Progress["say"] = (part, message, share = 0) => {
    const [from, to] = parts[part];
    highest = Math.max(highest, Math.round(from + (to - from) * Math.min(1, share)));
    context.progress(clean(redact(message), 160), highest, 100);
  };
  return {
    say,
    steps: (part) => (step, steps) => {
      const totals = new Map<string, number>();
      for (const known of steps) {
        const count = countOf(known);
        if (count) totals.set(known.position.replace(/\s*\d+\/\d+$/, ""), count.of);
      }
      const total = [...totals.values()].reduce((sum, one) => sum + one, 0);
      const ended = steps.filter((known) => known.position !== "" && known.state !== "running").length;
      const position = step.position === "" ? "" : `[${step.position}] `;
      const state = step.state === "running" ? "" : ` (${step.state})`;
      say(part, `${position}${step.name}${state}`, total === 0 ? 0 : ended / total);
    },
  };
}
