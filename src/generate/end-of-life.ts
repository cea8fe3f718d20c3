import { endOfLifeOfImage } from "../data/image-eol.ts";
import { parseImageName } from "../dockerfile/image-name.ts";
import type { Plan } from "../plan/types.ts";

/**
 * Keeps an end-of-life base image that the project asks for, says so above its FROM (as the pragma our own
 * validator reads) and in a warning. `upgrade` moves the version before a plan is made.
 */
export function noteEndOfLife(plan: Plan, today: string): Plan {
  const warnings: string[] = [];
  const stages = plan.stages.map((stage) => {
    const image = plan.stages.some((other) => other.name === stage.from)
      ? undefined
      : parseImageName(stage.from);
    const ended = image === undefined ? undefined : endOfLifeOfImage(image, today);
    if (ended === undefined) return stage;
    const words = `${ended.title} ended on ${ended.eol}`;
    const warning = `${stage.from}: ${words}; the project asks for it. upgrade moves to ${ended.replacement}`;
    if (!warnings.includes(warning)) warnings.push(warning);
    return { ...stage, notes: [`dockwright ignore=eol-base-image # ${words}, and the project asks for it`] };
  });
  return warnings.length === 0 ? plan : { ...plan, stages, warnings: [...plan.warnings, ...warnings] };
}
