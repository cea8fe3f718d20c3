import { createHash } from "node:crypto";
import type { Answer, Arm, Scenario, SubjectLimits } from "./types.ts";

/**
 * Names what an answer depends on: the task, the project, the subject and its arm, the trial's seed, the limits.
 * The criteria are left out: changing a grader needs no new answer.
 */
export function answerFingerprint(parts: {
  readonly scenario: Scenario;
  readonly project: Readonly<Record<string, string>>;
  readonly subject: string;
  readonly arm: Arm;
  readonly seed: number;
  readonly limits: SubjectLimits;
}): string {
  const { id, version, task } = parts.scenario;
  return digest({
    id,
    version,
    task,
    project: sorted(parts.project),
    subject: parts.subject,
    arm: parts.arm,
    seed: parts.seed,
    limits: parts.limits,
  });
}

/** Names what a proof depends on: the answer's files, the project and how it is built. */
export function proofFingerprint(
  scenario: Scenario,
  project: Readonly<Record<string, string>>,
  answer: Answer,
): string {
  return digest({ project: sorted(project), files: sorted(answer.files), build: scenario.build ?? null });
}

function sorted(files: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}
