import { unquote } from "../expand.ts";
import { sourceRange } from "../mapped-text.ts";
import { isPlatform } from "../platform.ts";
import type { FromInstruction, InstructionBase } from "../types.ts";
import { blankSeparated, wordAt } from "../words.ts";
import { flagValue, type Head, type ReadContext, report } from "./head.ts";
import { checkWord } from "./word-check.ts";

const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/;

/** FROM [--platform=…] image [AS name] */
export function readFrom(context: ReadContext, head: Head, base: InstructionBase): FromInstruction {
  const spans = blankSeparated(head.args);
  const [image, as, name] = spans.map((span) => wordAt(head.args, span));
  const named = spans.length === 3 && as?.raw.toLowerCase() === "as";
  if (spans.length !== 1 && !named) {
    const message = image
      ? "FROM takes an image, or an image, AS and a stage name."
      : "FROM needs an image: FROM image[:tag].";
    const surplus = spans[1];
    const range = surplus ? sourceRange(head.args.line, surplus.start, head.args.end) : head.keywordRange;
    report(context, image ? "from-arguments" : "missing-argument", message, range);
  } else if (named && name && !STAGE_NAME.test(name.raw.toLowerCase())) {
    const message = `"${name.raw}" cannot name a stage: use a letter, then letters, digits, "-", "_" or ".".`;
    report(context, "invalid-stage-name", message, name.range);
  }
  const platform = flagValue(head.flags, "platform");
  if (platform !== undefined) {
    const range = head.flags.findLast(({ name }) => name === "platform")?.valueRange;
    checkWord(context, platform, range);
    if (platform !== "" && !platform.includes("$") && !isPlatform(unquote(platform, context.escape))) {
      const message = `"${platform}" is no platform: write linux/amd64, linux/arm64 and so on.`;
      report(context, "invalid-flag-value", message, range ?? head.range);
    }
  }
  return {
    ...base,
    keyword: "FROM",
    ...(image ? { image } : {}),
    ...(named && name ? { name } : {}),
    ...(platform === undefined ? {} : { platform }),
  };
}
