import type { ContextView } from "../dockerfile/context.ts";
import { type ItemResult, judgeChecklist } from "./checklists.ts";
import type { Checklist, Config } from "./config/types.ts";
import type { ExternalProblem } from "./external.ts";
import type { FixResult, Offer } from "./fix.ts";
import type { FileReport } from "./report.ts";
import { type LintResult, type ValidateOptions, validate } from "./run.ts";

/** How one file is judged. */
export interface JudgeOptions {
  readonly config: Config;
  readonly today: string;
  readonly context?: ContextView;
  readonly checklist?: Checklist;
  /** What other programs found in the text. */
  readonly external?: readonly ExternalProblem[];
}

/** A file's findings (after the repair, when there was one) and what else was asked for. Plain data. */
export interface Judged {
  readonly report: FileReport;
  /** The repairs that were made, in order. */
  readonly repairs?: FixResult["applied"];
  readonly items?: readonly ItemResult[];
}

/** Judges the text of one file: findings, checklist. */
export function judge(
  name: string,
  text: string,
  options: JudgeOptions & { readonly offer?: Offer },
): Judged {
  const result = validate(text, validateOptions(name, options));
  const { offer } = options;
  return toJudged(name, text, offer ? { ...result, findings: offer(result) } : result, options);
}

/** What `validate` takes of it. */
export function validateOptions(
  name: string,
  { config, today, context, external }: JudgeOptions,
): ValidateOptions {
  return { name, config, today, ...(context ? { context } : {}), ...(external ? { external } : {}) };
}

/** A result in the form all faces take; `text` is what was judged in the end. */
export function toJudged(name: string, text: string, result: LintResult, options: JudgeOptions): Judged {
  const { findings, ignored, checkIsError, file } = result;
  return {
    report: { name, text, findings, ignored, checkIsError },
    ...(options.checklist
      ? { items: judgeChecklist(options.checklist, file, findings, options.context !== undefined) }
      : {}),
  };
}
