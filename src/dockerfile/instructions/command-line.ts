import { readJsonForm } from "../json-form.ts";
import { sliceMapped, sourceRange } from "../mapped-text.ts";
import type { CommandLine } from "../types.ts";
import type { Arguments } from "../words.ts";
import { type ReadContext, report } from "./head.ts";

/** Reads a command in exec form when it is a JSON array, in shell form otherwise. */
export function readCommandLine(context: ReadContext, args: Arguments): CommandLine {
  const range = sourceRange(args.line, args.start, args.end);
  const json = readJsonForm(args);
  if (json && "words" in json) return { form: "exec", words: json.words, range };
  if (json) report(context, "json-not-strings", json.invalid, range);
  const source = sliceMapped(args.line, args.start, args.end);
  return { form: "shell", text: source.text, range, source };
}
