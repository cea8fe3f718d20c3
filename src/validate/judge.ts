import type { ContextView } from "../dockerfile/context.ts";
import { type ItemResult, judgeChecklist } from "./checklists.ts";
import type { Checklist, Config } from "./config/types.ts";
import { type FixLevel, type FixResult, fixText } from "./fix.ts";
import type { FileReport } from "./report.ts";
import { validate } from "./run.ts";

/** How one file is judged. */
export interface JudgeOptions {
  readonly config: Config;
  readonly today: string;
  readonly context?: ContextView;
  /** Repairs to make first. */
  readonly fix?: FixLevel;
  readonly checklist?: Checklist;
}

/** A file's findings (after the repair, when there was one) and what else was asked for. Plain data. */
export interface Judged {
  readonly report: FileReport;
  /** The repairs that were made, in order. */
  readonly repairs?: FixResult["applied"];
  readonly items?: readonly ItemResult[];
}

/** Judges the text of one file: repairs, findings, checklist. */
export function judge(name: string, text: string, options: JudgeOptions): Judged {
  const { config, today, context } = options;
  const how = { name, config, today, ...(context ? { context } : {}) };
  const repair = options.fix === undefined ? undefined : fixText(text, options.fix, how);
  const result = repair?.after ?? validate(text, how);
  return {
    report: {
      name,
      text: repair?.text ?? text,
      findings: result.findings,
      ignored: result.ignored,
      checkIsError: result.checkIsError,
    },
    ...(repair ? { repairs: repair.applied } : {}),
    ...(options.checklist
      ? { items: judgeChecklist(options.checklist, result.file, result.findings, context !== undefined) }
      : {}),
  };
}
