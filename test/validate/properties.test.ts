import fc from "fast-check";
import { expect, test } from "vitest";
import { rules } from "../../src/rules/index.ts";
import { mergeConfigs } from "../../src/validate/config/merge.ts";
import { fixText } from "../../src/validate/fix.ts";
import { type LintResult, validate } from "../../src/validate/run.ts";

const options = { today: "2026-11-21", config: mergeConfigs({ profiles: ["all"] }) };
const judge = (text: string): LintResult => validate(text, options);

/** Every place must lie in the text, and every repair must be one that can be made. */
function checkPlaces(text: string): void {
  const lines = text.split("\n").length;
  for (const { location, fix } of judge(text).findings) {
    expect(location?.startLine ?? 1).toBeGreaterThanOrEqual(1);
    expect(location?.endLine ?? 1).toBeLessThanOrEqual(lines + 1);
    for (const { range } of fix?.edits ?? []) {
      expect(range.start).toBeLessThanOrEqual(range.end);
      expect(range.end).toBeLessThanOrEqual(text.length);
    }
  }
}

const examples = rules.flatMap(({ meta }) => [meta.bad.dockerfile, meta.good.dockerfile]);
const piece = fc.oneof(
  fc.constantFrom(...examples),
  fc.constantFrom(
    "FROM ",
    "RUN ",
    "COPY --from=",
    "<<EOF",
    "\\\n",
    "\r\n",
    "$(",
    "${",
    '"',
    "'",
    "`",
    "[",
    "&&",
    "|",
    "# escape=`\n",
    "ONBUILD ",
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
);

test("any text gets an answer", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 400 }), checkPlaces), { numRuns: 300 });
});

test("broken Dockerfiles get an answer", () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }).map((parts) => parts.join("")),
      checkPlaces,
    ),
    { numRuns: 300 },
  );
});

test("a heredoc that the file's end cuts off has no place behind it", () => {
  for (const text of ["RUN <<EOFCOPY --from=$(", "RUN <<A <<B $(\nx", "RUN cat <<EOF $(\n$("])
    checkPlaces(text);
});

test("cut and doubled examples get an answer", () => {
  const cut = fc.tuple(fc.constantFrom(...examples), fc.nat(400), fc.nat(400)).map(([text, from, length]) => {
    return text.slice(0, from) + text.slice(from + length) + text.slice(from);
  });
  fc.assert(fc.property(cut, checkPlaces), { numRuns: 500 });
});

test("a repair is a fixed point, parses no worse and raises nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...examples), { minLength: 1, maxLength: 4 }), (parts) => {
      const text = parts.join("");
      const before = judge(text);
      const { text: fixed, after } = fixText(text, "unsafe", options);
      expect(fixText(fixed, "unsafe", options).text).toBe(fixed);
      expect(after.file.problems.length).toBeLessThanOrEqual(before.file.problems.length);
      const known = new Set(before.findings.map(({ rule }) => rule));
      expect(after.findings.filter(({ rule }) => !known.has(rule))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["many instructions", "RUN apt-get install curl\n".repeat(20_000)],
  ["one long RUN", `RUN ${"apt-get install -y curl && \\\n  ".repeat(20_000)} true\n`],
  ["many stages", Array.from({ length: 5000 }, (_, index) => `FROM debian AS s${index}\nUSER root\n`).join("")],
  ["a chain of stages", `FROM debian AS s0\n${Array.from({ length: 3000 }, (_, index) => `FROM s${index} AS s${index + 1}\nRUN pip install x\n`).join("")}`],
  ["many undefined variables", `FROM debian\n${Array.from({ length: 20_000 }, (_, index) => `ENV A${index}=$B${index}\n`).join("")}`],
  ["a hundred thousand lines", `FROM debian\n${"COPY a /b\n".repeat(100_000)}`],
  ["deep nesting", `FROM debian\nRUN ${"(".repeat(5000)}true${")".repeat(5000)}\n`],
  ["deep substitutions", `FROM debian\nRUN echo ${"$(echo ".repeat(3000)}x${")".repeat(3000)}\n`],
  ["one long word", `FROM debian\nRUN echo ${"a".repeat(1_000_000)}\n`],
  ["many comments", `${"# hadolint ignore=DL3006\n".repeat(50_000)}FROM debian\n`],
  ["many blanks", `FROM debian\nRUN ${" ".repeat(500_000)}apt-get update\n`],
  ["a long ENV", `FROM debian\nENV ${Array.from({ length: 20_000 }, (_, index) => `A${index}_TOKEN=x`).join(" ")}\n`],
])("%s: an answer within the default time of a test", (_, text) => {
  expect(judge(text).findings.length).toBeGreaterThan(0);
}); // biome-ignore format: a table
