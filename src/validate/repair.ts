import { type FixLevel, fixText } from "./fix.ts";
import { type Judged, type JudgeOptions, toJudged, validateOptions } from "./judge.ts";

/** As `judge`, on the text as it is once it was repaired. */
export function repairAndJudge(
  name: string,
  text: string,
  options: JudgeOptions & { readonly fix: FixLevel },
): Judged {
  const repair = fixText(text, options.fix, validateOptions(name, options));
  return { ...toJudged(name, repair.text, repair.after, options), repairs: repair.applied };
}
