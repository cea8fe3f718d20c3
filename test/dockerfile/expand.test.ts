import { describe, expect, test } from "vitest";
import { expandWord, variablesIn } from "../../src/dockerfile/expand.ts";

const variables = new Map([
  ["NAME", "web"],
  ["EMPTY", ""],
  ["FILE", "a/b/archive.tar.gz"],
]);

describe("expandWord", () => {
  test.each([
    ["$NAME-x", "web-x"],
    ["${NAME}s", "webs"],
    ["$NONE.", "."],
    ["${NONE:-d}", "d"],
    ["${NONE-d}", "d"],
    ["${EMPTY:-d}", "d"],
    ["${EMPTY-d}", ""],
    ["${NAME:+y}", "y"],
    ["${EMPTY:+y}${EMPTY+z}", "z"],
    ["${NAME:?gone}", "web"],
    ["${NONE:-${ALSO:-$NAME}}", "web"],
    ["${FILE#*/}", "b/archive.tar.gz"],
    ["${FILE##*/}", "archive.tar.gz"],
    ["${FILE%.*}", "a/b/archive.tar"],
    ["${FILE%%.*}", "a/b/archive"],
    ["${FILE/a/X}", "X/b/archive.tar.gz"],
    ["${FILE//a/X}", "X/b/Xrchive.tXr.gz"],
    ["${FILE/b\\/a/X}", "a/Xrchive.tar.gz"],
    ["'$NAME' \"$NAME\"", "$NAME web"],
    ['"a\\"b\\c"', 'a"b\\c'],
    ["\\$NAME", "$NAME"],
    ["a\\ b", "a b"],
    ["$", "$"],
    ["${NAME", undefined],
    ["${NAME^^}", undefined],
    ["${}", undefined],
    ["'open", undefined],
    ["${NONE:?it is needed}", undefined],
  ])("%s", (raw, value) => {
    const expansion = expandWord(raw, variables);
    if (value === undefined) expect(expansion.error).toBeTypeOf("string");
    else expect(expansion).toMatchObject({ value });
  });

  test("tells what it did not know, and whether that matters", () => {
    expect(expandWord("$A-${B:-x}-$A", variables)).toMatchObject({
      value: "-x-",
      unresolved: ["A", "B"],
      complete: false,
    });
    expect(expandWord("${B:-x}", variables)).toMatchObject({ unresolved: ["B"], complete: true });
    expect(expandWord("${NAME:-$B}", variables)).toMatchObject({ unresolved: ["B"], complete: true });
  });

  test("keeps unknown variables as written when asked", () => {
    expect(expandWord('/x:"${PATH}"', variables, "\\", { unset: "keep" }).value).toBe("/x:${PATH}");
  });

  test("the file's escape character counts", () => {
    expect(expandWord("C:\\`$NAME", variables, "`").value).toBe("C:\\$NAME");
  });

  test("values that grow without bound are refused", () => {
    let value = "x";
    let error: string | undefined;
    for (let round = 0; round < 40 && error === undefined; round++) {
      ({ value, error } = expandWord("$A$A", new Map([["A", value]])));
    }
    expect(error).toContain("too long");
  });

  test("a pattern that invites backtracking is matched all the same", () => {
    const hostile = new Map([["A", "a".repeat(3000)]]);
    expect(expandWord(`\${A##${"*a".repeat(300)}b}`, hostile).value).toBe("a".repeat(3000));
  });
});

test("variablesIn finds every use with its place", () => {
  const raw = "$A '$B' ${C:-${D}} \\$E";
  const uses = variablesIn(raw, "\\", 100);
  expect(
    uses.map((use) => [use.name, use.operator, raw.slice(use.range.start - 100, use.range.end - 100)]),
  ).toEqual([
    ["A", undefined, "$A"],
    ["C", ":-", "${C:-${D}}"],
    ["D", undefined, "${D}"],
  ]);
  expect(uses[1]?.nameRange).toEqual({ start: 110, end: 111 });
});
