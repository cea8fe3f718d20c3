import { readJsonForm } from "../json-form.ts";
import { isPort } from "../ports.ts";
import { isSignal } from "../signals.ts";
import type { InstructionBase, ListInstruction, ValueInstruction, Word } from "../types.ts";
import { blankSeparated, wordAt } from "../words.ts";
import { type Head, type ReadContext, report } from "./head.ts";
import { checkWord } from "./word-check.ts";

/** WORKDIR, USER, STOPSIGNAL, MAINTAINER: all that follows is one value, blanks included. */
export function readValue(
  context: ReadContext,
  head: Head,
  base: InstructionBase,
  keyword: ValueInstruction["keyword"],
): ValueInstruction {
  const { args } = head;
  if (args.start >= args.end) {
    report(context, "missing-argument", `${keyword} needs a value.`, head.keywordRange);
    return { ...base, keyword };
  }
  const value = wordAt(args, args);
  if (keyword !== "MAINTAINER") checkWord(context, value.raw, value.range);
  if (keyword === "STOPSIGNAL" && !value.raw.includes("$") && !isSignal(value.text)) {
    report(context, "invalid-signal", `"${value.text}" is not a signal: write SIGTERM or 15.`, value.range);
  }
  return { ...base, keyword, value };
}

/** EXPOSE and VOLUME: one value or more; VOLUME also as a JSON array. */
export function readList(
  context: ReadContext,
  head: Head,
  base: InstructionBase,
  keyword: ListInstruction["keyword"],
): ListInstruction {
  const values = keyword === "VOLUME" ? readVolumes(context, head) : readWords(head);
  if (values.length === 0) {
    report(context, "missing-argument", `${keyword} needs at least one value.`, head.keywordRange);
  }
  for (const value of values) {
    checkWord(context, value.raw, value.range);
    if (keyword === "VOLUME" && value.text.trim() === "") {
      report(context, "empty-volume", "A volume needs a path.", value.range);
    } else if (keyword === "EXPOSE" && !value.raw.includes("$") && !isPort(value.text)) {
      const message = `"${value.text}" is not a port: write 8080, 8080/udp or 8000-8010.`;
      report(context, "invalid-port", message, value.range);
    }
  }
  return { ...base, keyword, values };
}

function readVolumes(context: ReadContext, head: Head): readonly Word[] {
  const json = readJsonForm(head.args);
  if (json && "words" in json) return json.words;
  if (json) report(context, "json-not-strings", json.invalid, head.argumentsRange);
  return readWords(head);
}

function readWords(head: Head): readonly Word[] {
  return blankSeparated(head.args).map((span) => wordAt(head.args, span));
}
