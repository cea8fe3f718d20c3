import { nearest } from "../dockerfile/suggest.ts";
import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** COPY --from something that is no earlier stage and does not look like an image. */
export const rule: Rule = {
  meta: {
    name: "copy-from-unknown-stage",
    summary: "COPY --from names no earlier stage.",
    why: "What is not the name or number of an earlier stage is taken for an image and pulled from Docker Hub: a typing mistake becomes a download of somebody else's image, or a failed build.",
    severity: "warning",
    category: "correctness",
    fixable: "unsafe",
    aliases: { hadolint: ["DL3022"] },
    source: "https://docs.docker.com/reference/dockerfile/#copy---from",
    bad: {
      dockerfile: "FROM debian:13-slim AS build\nFROM debian:13-slim\nCOPY --from=biuld /usr/bin/env /a\n",
    },
    good: {
      dockerfile: "FROM debian:13-slim AS build\nFROM debian:13-slim\nCOPY --from=build /usr/bin/env /a\n",
    },
  },
  *check({ file, instructions }) {
    for (const { instruction, stage } of instructions("COPY")) {
      const { from } = instruction;
      if (from === undefined || /[:/.$@]/.test(from)) continue;
      const earlier = file.stages.slice(0, stage?.from ? stage.index : 0);
      const wanted = from.toLowerCase();
      if (earlier.some(({ name, index }) => name === wanted || String(index) === wanted)) continue;
      const flag = instruction.flags.find(({ name }) => name === "from");
      const own = stage?.from !== undefined && (stage.name === wanted || String(stage.index) === wanted);
      const known = earlier.flatMap(({ name }) => (name === undefined ? [] : [name]));
      const near = nearest(wanted, known);
      const later = !own && file.stages.some(({ name }) => name === wanted);
      const guess = near === undefined ? "it is pulled as an image" : `did you mean ${near}?`;
      yield {
        range: flag?.valueRange ?? instruction.range,
        message: later
          ? `--from=${from} names a later stage, and the build stops: move that stage before this one`
          : `--from=${from} is no earlier stage: ${guess}`,
        ...(later ? { severity: "error" } : {}),
        // copy-from-self tells that story.
        ...(own ? { parity: true } : {}),
        ...(near !== undefined && !later && flag?.valueRange
          ? { fix: { title: `use ${near}`, edits: [replace(flag.valueRange, near)], safe: false } }
          : {}),
      };
    }
  },
};
