import { heredocMark } from "../heredoc.ts";
import { readJsonForm } from "../json-form.ts";
import type { CopyInstruction, InstructionBase, Word } from "../types.ts";
import { blankSeparated, wordAt } from "../words.ts";
import { flagSet, flagValue, type Head, type ReadContext, report } from "./head.ts";
import { checkWord } from "./word-check.ts";

/** COPY and ADD: flags, sources (paths, URLs, heredocs), destination; as words or as a JSON array. */
export function readCopy(
  context: ReadContext,
  head: Head,
  base: InstructionBase,
  keyword: "COPY" | "ADD",
): CopyInstruction {
  const words = readPaths(context, head);
  const last = words.at(-1);
  if (words.length < 2) {
    const message = `${keyword} needs a source and a destination.`;
    report(context, "missing-argument", message, last?.range ?? head.keywordRange);
  } else if (last && base.heredocs.length > 0 && heredocMark(last.raw)) {
    report(context, "heredoc-destination", `The destination of ${keyword} cannot be a heredoc.`, last.range);
  }
  for (const word of words) if (!isHeredoc(base, word)) checkWord(context, word.raw, word.range);
  for (const flag of head.flags) {
    if (flag.name !== "from" && flag.value?.includes("$")) checkWord(context, flag.value, flag.valueRange);
  }
  const from = flagValue(head.flags, "from");
  if (keyword === "COPY" && from !== undefined && /\$[\w{]/.test(from)) {
    const flag = head.flags.findLast((each) => each.name === "from");
    const message = "COPY --from takes no variables; name a stage with FROM and copy from that name.";
    report(context, "variable-in-from", message, flag?.valueRange ?? head.range);
  }
  const chown = flagValue(head.flags, "chown");
  const chmod = flagValue(head.flags, "chmod");
  return {
    ...base,
    keyword,
    sources: (words.length > 1 ? words.slice(0, -1) : words).filter((word) => !isHeredoc(base, word)),
    ...(last && words.length > 1 ? { destination: last } : {}),
    ...(from === undefined ? {} : { from }),
    ...(chown === undefined ? {} : { chown }),
    ...(chmod === undefined ? {} : { chmod }),
    link: flagSet(head.flags, "link"),
  };
}

function readPaths(context: ReadContext, head: Head): Word[] {
  const json = readJsonForm(head.args);
  if (json && "words" in json) return [...json.words];
  if (json) report(context, "json-not-strings", json.invalid, head.argumentsRange);
  return blankSeparated(head.args).map((span) => wordAt(head.args, span));
}

function isHeredoc(base: InstructionBase, word: Word): boolean {
  return base.heredocs.length > 0 && heredocMark(word.raw) !== undefined;
}
