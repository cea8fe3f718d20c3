import type { Range } from "../types.ts";
import { parseWord } from "../word-parts.ts";
import { type ReadContext, report } from "./head.ts";

/** Reports a word BuildKit cannot expand: an unclosed quote, a substitution it does not know. True when it is none. */
export function checkWord(context: ReadContext, raw: string, range: Range | undefined): boolean {
  const { error } = parseWord(raw, context.escape);
  if (!error || !range) return true;
  const quote = error.message.endsWith("not closed");
  if (quote) report(context, "unclosed-quote", `In ${shorten(raw)}, ${error.message}.`, range);
  else report(context, "bad-substitution", `Cannot expand ${shorten(raw)}: ${error.message}.`, range);
  return false;
}

function shorten(raw: string): string {
  return raw.length > 60 ? `${raw.slice(0, 57)}...` : raw;
}
