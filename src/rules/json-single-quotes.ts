import type { Instruction, Range } from "../dockerfile/types.ts";
import { replace, textOf } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

const array = /^\[\s*'[^']*'(?:\s*,\s*'[^']*')*(?:\s*,)?\s*\]$/;

/** A JSON array written with single quotes. */
export const rule: Rule = {
  meta: {
    name: "json-single-quotes",
    summary: "An array of an instruction is written with single quotes, so it is no JSON.",
    why: "Only double quotes make JSON. With single quotes the brackets and commas become part of a shell command or of file names, which fails when the container starts or the step runs.",
    severity: "error",
    category: "correctness",
    fixable: "unsafe",
    aliases: { dockerfileUtils: ["JSON_IN_SINGLE_QUOTES"] },
    source: "https://docs.docker.com/reference/dockerfile/#exec-form",
    bad: { dockerfile: "FROM debian:13-slim\nCMD ['sleep', '10']\n" },
    good: { dockerfile: 'FROM debian:13-slim\nCMD ["sleep", "10"]\n' },
  },
  *check({ file, instructions }) {
    for (const { instruction } of instructions(
      "CMD",
      "ENTRYPOINT",
      "RUN",
      "HEALTHCHECK",
      "COPY",
      "ADD",
      "VOLUME",
    )) {
      const range = argumentsOf(instruction);
      const text = range && textOf(file, range).trim();
      if (!range || !text?.startsWith("[") || !array.test(text)) continue;
      // `RUN [ 'x' ]` is a test.
      if (instruction.keyword === "RUN" && !text.startsWith("['")) continue;
      const items = [...text.matchAll(/'([^']*)'/g)].map(([, item = ""]) => JSON.stringify(item));
      yield {
        range,
        message: `${instruction.keyword}: an array in single quotes is no JSON and is taken literally; use double quotes`,
        ...(/[\r\n\\]/.test(text)
          ? {}
          : {
              fix: {
                title: "use double quotes",
                edits: [replace(range, `[${items.join(", ")}]`)],
                safe: false,
              },
            }),
      };
    }
  },
};

function argumentsOf(instruction: Instruction): Range | undefined {
  if (instruction.keyword !== "HEALTHCHECK") return instruction.argumentsRange;
  return instruction.command?.range;
}
