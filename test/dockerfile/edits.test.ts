import { expect, test } from "vitest";
import { applyEdits, insertAfter, insertBefore } from "../../src/dockerfile/edits.ts";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { InputError } from "../../src/security/errors.ts";

test("edits apply in any order and leave the rest alone", () => {
  const edits = [
    { range: { start: 4, end: 5 }, text: "" },
    { range: { start: 0, end: 1 }, text: "X" },
    { range: { start: 2, end: 2 }, text: "1" },
    { range: { start: 2, end: 2 }, text: "2" },
  ];
  expect(applyEdits("abcdef", edits)).toBe("Xb12cdf");
});

test.each([
  [
    { start: 0, end: 3 },
    { start: 2, end: 4 },
  ],
  [
    { start: 0, end: 9 },
    { start: 9, end: 9 },
  ],
  [
    { start: -1, end: 0 },
    { start: 0, end: 0 },
  ],
])("%j and %j are refused", (...ranges) => {
  expect(() =>
    applyEdits(
      "abcd",
      ranges.map((range) => ({ range, text: "" })),
    ),
  ).toThrow(InputError);
});

test("lines go in with the indentation and line break around them", () => {
  const file = parseDockerfile("FROM a\r\n  RUN b \\\r\n    c\r\nUSER d");
  const [from, run, user] = file.instructions;
  if (!from || !run || !user) throw new Error("instructions are missing");
  const text = applyEdits(file.text, [
    insertBefore(file, run, ["# one"]),
    insertAfter(file, run, ["RUN two", "RUN three"]),
    insertAfter(file, user, ["CMD four"]),
  ]);
  expect(text).toBe(
    "FROM a\r\n  # one\r\n  RUN b \\\r\n    c\r\n  RUN two\r\n  RUN three\r\nUSER d\r\nCMD four",
  );
});

test("a byte order mark stays first", () => {
  const file = parseDockerfile("\ufeffFROM a\n");
  const [from] = file.instructions;
  if (!from) throw new Error("no FROM");
  expect(applyEdits(file.text, [insertBefore(file, from, ["# x"])])).toBe("\ufeff# x\nFROM a\n");
});
