import { findGrader } from "./graders/index.ts";
import type { ImageEvidence } from "./image-evidence.ts";
import { readAnswer } from "./model/read.ts";
import type { Answer, CriterionResult, Scenario } from "./types.ts";

/** What an answer is held against. */
export interface GradeInput {
  readonly scenario: Scenario;
  readonly answer: Answer;
  /** Text of the scenario's project files by path. */
  readonly project: Readonly<Record<string, string>>;
  readonly image: ImageEvidence;
  /** YYYY-MM-DD. */
  readonly today: string;
}

/** Judges an answer by every criterion of its scenario. Pure. */
export function grade({ scenario, answer, project, image, today }: GradeInput): readonly CriterionResult[] {
  const model = readAnswer(answer, project, today);
  return scenario.criteria.map((criterion) => {
    const { verdict, evidence } = findGrader(criterion.grader).judge(
      { scenario, answer, image },
      model,
      criterion.with,
    );
    return {
      id: criterion.id,
      name: criterion.text,
      grader: criterion.grader,
      required: criterion.required,
      added: criterion.added,
      verdict,
      evidence,
    };
  });
}

/** How a whole answer ended: failed by a required criterion, passed by all, or something required left untested. */
export function outcomeOf(results: readonly CriterionResult[]): "passed" | "failed" | "not-tested" {
  const required = results.filter((result) => result.required);
  if (required.some(({ verdict }) => verdict === "failed")) return "failed";
  return required.some(({ verdict }) => verdict === "not-tested") ? "not-tested" : "passed";
}
