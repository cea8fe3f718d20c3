import type { Range } from "../dockerfile/types.ts";
import type { Aliases, Finding, Severity } from "../rules/types.ts";

/** What another program found in a Dockerfile, ready to join our findings. Plain data. */
export interface ExternalProblem {
  /** The program: `shellcheck`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly why: string;
  /** Where the program explains it. */
  readonly docs: string;
  readonly aliases: Aliases;
  readonly range: Range;
}

/** True when one of ours says the same of a place that overlaps: a shared id of that program. */
export function isReported(
  problem: ExternalProblem,
  ours: readonly { readonly range: Range; readonly finding: Finding }[],
): boolean {
  const ids = new Set(problem.aliases.shellcheck);
  return ours.some(
    ({ range, finding }) =>
      range.start <= problem.range.end &&
      problem.range.start <= range.end &&
      finding.aliases.shellcheck?.some((id) => ids.has(id)),
  );
}
