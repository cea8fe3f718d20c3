import { variablesIn } from "../dockerfile/expand.ts";
import { platformArgs } from "../dockerfile/predefined.ts";
import { nearest } from "../dockerfile/suggest.ts";
import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** FROM uses a variable that no ARG before it declares. */
export const rule: Rule = {
  meta: {
    name: "undefined-arg-in-from",
    summary: "FROM uses a variable that no ARG before the first FROM declares.",
    why: "FROM sees the ARGs that stand before the first FROM and nothing else. A name that is not among them is empty, so another image is taken, or the build stops.",
    severity: "error",
    category: "correctness",
    fixable: "unsafe",
    aliases: { buildkit: ["UndefinedArgInFrom"], dockerfileUtils: ["BASE_NAME_EMPTY"] },
    source: "https://docs.docker.com/reference/build-checks/undefined-arg-in-from/",
    bad: { dockerfile: "ARG VARIANT=-slim\nFROM node:24${VARIENT}\n" },
    good: { dockerfile: "ARG VARIANT=-slim\nFROM node:24${VARIANT}\n" },
  },
  *check({ file }) {
    const declared = new Set(
      file.globalArgs.flatMap(({ assignments }) => assignments.map(({ name }) => name)),
    );
    for (const { from } of file.stages) {
      if (!from) continue;
      const words = [
        ...(from.image ? [{ raw: from.image.raw, start: from.image.range.start }] : []),
        ...from.flags.flatMap(({ name, value, valueRange }) =>
          name === "platform" && value !== undefined && valueRange
            ? [{ raw: value, start: valueRange.start }]
            : [],
        ),
      ];
      for (const { raw, start } of words) {
        for (const { name, range, nameRange, operator } of variablesIn(raw, file.escape, start)) {
          if (operator !== undefined || declared.has(name) || platformArgs.has(name)) continue;
          const near = nearest(name, [...declared, ...platformArgs]);
          yield {
            range,
            message: `FROM uses ${name}, which no ARG above the first FROM declares${near === undefined ? "" : `: did you mean ${near}?`}`,
            ...(near === undefined
              ? {}
              : { fix: { title: `use ${near}`, edits: [replace(nameRange, near)], safe: false } }),
          };
        }
      }
    }
  },
};
