import { type FixLevel, fixText, type Offer } from "./fix.ts";
import { type Judged, type JudgeOptions, toJudged, validateOptions } from "./judge.ts";

/** As `judge`, on the text as it is once it was repaired. */
export function repairAndJudge(
  name: string,
  text: string,
  options: JudgeOptions & { readonly fix: FixLevel; readonly offer?: Offer },
): Judged {
  const repair = fixText(text, options.fix, validateOptions(name, options), options.offer);
  return { ...toJudged(name, repair.text, repair.after, options), repairs: repair.applied };
}
