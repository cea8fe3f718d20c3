import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyEdits } from "../../src/dockerfile/edits.ts";
import { walkInstructions } from "../../src/dockerfile/file-lines.ts";
import { stageGraph } from "../../src/dockerfile/graph.ts";
import { parseIgnore } from "../../src/dockerfile/ignore.ts";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { runScript } from "../../src/dockerfile/shell.ts";
import { stateAt } from "../../src/dockerfile/state.ts";
import type { Instruction, Range } from "../../src/dockerfile/types.ts";

/** Text made of the pieces Dockerfiles are made of, and of anything. */
const pieces = [
  ..."FROM RUN COPY ENV ARG ONBUILD CMD HEALTHCHECK SHELL USER LABEL AS --from= --mount=type=cache, <<EOF <<-'E F'".split(
    " ",
  ),
  ..."EOF \\ \\\\ ` # $ ${ } $X ${X:-y} [ ] \" ' , = && | ; ( ) $( scratch a:b # escape=` # syntax=x".split(
    " ",
  ),
  "\n",
  "\r\n",
  "\r",
  "\\\n",
  "\t",
  " ",
  "\n# c\n",
  "\ufeff",
  "\0",
];
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 60 })
    .map((parts) => parts.join(" ")),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join("")),
);

function rangesOf(instruction: Instruction): Range[] {
  return [
    instruction.range,
    instruction.keywordRange,
    instruction.argumentsRange,
    ...instruction.flags.flatMap((flag) => [flag.range, ...(flag.valueRange ? [flag.valueRange] : [])]),
    ...instruction.heredocs.flatMap((heredoc) => [heredoc.range, heredoc.bodyRange]),
  ];
}

describe("any text", { timeout: 60_000 }, () => {
  test("parses, and everything derived from it can be asked for", () => {
    fc.assert(
      fc.property(text, (source) => {
        const file = parseDockerfile(source);
        const graph = stageGraph(file);
        for (const stage of file.stages) {
          stateAt(file, stage);
          graph.rootBase(stage);
        }
        for (const instruction of file.instructions) {
          if (instruction.keyword === "RUN")
            runScript(file, instruction)?.commands.map((command) => command.words);
        }
        for (const { range } of file.problems) file.locate(range);
        parseIgnore(source).ignoredBy("a/b");
      }),
      { numRuns: 500 },
    );
  });

  test("has its ranges inside the text, its instructions in order and apart", () => {
    fc.assert(
      fc.property(text, (source) => {
        const file = parseDockerfile(source);
        let end = 0;
        for (const instruction of file.instructions) {
          expect(instruction.range.start).toBeGreaterThanOrEqual(end);
          end = instruction.range.end;
          for (const range of rangesOf(instruction)) {
            expect(range.start).toBeGreaterThanOrEqual(instruction.range.start);
            expect(range.end).toBeGreaterThanOrEqual(range.start);
            expect(range.end).toBeLessThanOrEqual(instruction.range.end);
          }
          const keyword = source.slice(instruction.keywordRange.start, instruction.keywordRange.end);
          if (!keyword.includes("\n")) expect(keyword).toBe(instruction.raw);
        }
        expect(end).toBeLessThanOrEqual(source.length);
        for (const { range } of [...file.problems, ...file.comments, ...file.directives]) {
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeLessThanOrEqual(source.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("stays itself when nothing is edited, and when a piece is replaced by itself", () => {
    fc.assert(
      fc.property(text, (source) => {
        const same = parseDockerfile(source).instructions.map(({ range }) => ({
          range,
          text: source.slice(range.start, range.end),
        }));
        expect(applyEdits(source, [])).toBe(source);
        expect(applyEdits(source, same)).toBe(source);
      }),
    );
  });
});

test("every character of a file is read into one instruction at most", () => {
  fc.assert(
    fc.property(text, (source) => {
      let read = 0;
      let from = 0;
      walkInstructions(source, 0, {
        escape: "\\",
        comments: [],
        read: (line) => {
          expect(line.sources[0]).toBeGreaterThanOrEqual(from);
          read += line.text.length;
          from = line.next;
          return line.next;
        },
      });
      expect(read).toBeLessThanOrEqual(source.length);
    }),
  );
});

test("a hundred thousand lines, or one line as long", { timeout: 60_000 }, () => {
  const lines = parseDockerfile(`FROM a\n${"RUN echo $x && b\n".repeat(100_000)}`);
  expect(lines.instructions).toHaveLength(100_001);
  const long = parseDockerfile(
    `FROM a\nRUN ${"--mount=type=cache,target=/x ".repeat(50_000)}${"x ".repeat(500_000)}`,
  );
  expect(long.instructions).toHaveLength(2);
  expect(parseDockerfile(`FROM a\nENV X=${"${a:-".repeat(100_000)}`).problems).toHaveLength(1);
});
