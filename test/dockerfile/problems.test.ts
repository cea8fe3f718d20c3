import { expect, test } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";

/** Code and source text of each problem. */
function problems(text: string): string[][] {
  const file = parseDockerfile(text);
  return file.problems.map(({ code, range }) => [code, text.slice(range.start, range.end)]);
}

test.each([
  ["", "empty-file", ""],
  ["# only a comment\n", "empty-file", ""],
  ["FROM a\nRUNN b", "unknown-instruction", "RUNN"],
  ["FROM", "missing-argument", "FROM"],
  ["FROM a b", "from-arguments", "b"],
  ["FROM a AS 1x", "invalid-stage-name", "1x"],
  ["FROM Alpine", "invalid-image-reference", "Alpine"],
  ["FROM a:b:c", "invalid-image-reference", "a:b:c"],
  ["FROM $NOTHING", "empty-image", "$NOTHING"],
  ["FROM a:$NOTHING", "invalid-image-reference", "a:$NOTHING"],
  ["FROM --platform=${X a", "bad-substitution", "${X"],
  ["USER x\nFROM a", "no-build-stage", "USER"],
  ["FROM a\nCOPY x", "missing-argument", "x"],
  ["FROM a\nCOPY --form=x a b", "unknown-flag", "--form=x"],
  ["FROM a\nCOPY --link=maybe a b", "invalid-flag-value", "maybe"],
  ["FROM a\nCOPY --from a b", "missing-flag-value", "--from"],
  ["FROM a\nCOPY --chmod=1 --chmod=2 a b", "duplicate-flag", "--chmod=2"],
  ["FROM a\nCOPY --from=$X a b", "variable-in-from", "$X"],
  ["FROM --platform=x86 a", "invalid-flag-value", "x86"],
  ["FROM --platform=linux/ a", "invalid-flag-value", "linux/"],
  ["FROM --platform=linux/arm/v7/x a", "invalid-flag-value", "linux/arm/v7/x"],
  ["FROM a\nCOPY --from=^x a b", "invalid-flag-value", "^x"],
  ["FROM a\nCOPY --from=Foo/Bar a b", "invalid-flag-value", "Foo/Bar"],
  ["FROM a\nRUN --mount=from=^x,target=/x y", "invalid-mount", "from=^x,target=/x"],
  ["FROM a\nLABEL 'x=1'", "unclosed-quote", "'x"],
  ['FROM a\nENV A=1 "x=1', "unclosed-quote", '"x'],
  ["FROM a\nCOPY a <<E\nE\n", "heredoc-destination", "<<E"],
  ["FROM a\nENV X", "missing-value", "X"],
  ["FROM a\nENV X=1 Y", "missing-equals", "Y"],
  ["FROM a\nENV =1", "missing-name", "=1"],
  ['FROM a\nENV X="1', "unclosed-quote", '"1'],
  ["FROM a\nWORKDIR ${X^^}", "bad-substitution", "${X^^}"],
  ["FROM a\nARG", "missing-argument", "ARG"],
  ["FROM a\nEXPOSE 99999", "invalid-port", "99999"],
  ["FROM a\nEXPOSE 90-80", "invalid-port", "90-80"],
  ["FROM a\nEXPOSE 80/http", "invalid-port", "80/http"],
  ["FROM a\nSTOPSIGNAL SIGNOPE", "invalid-signal", "SIGNOPE"],
  ["FROM a\nSHELL bash -c", "shell-not-json", "bash -c"],
  ['FROM a\nCMD ["a", 1]', "json-not-strings", '["a", 1]'],
  ["FROM a\nHEALTHCHECK curl x", "healthcheck-type", "curl"],
  ["FROM a\nHEALTHCHECK NONE x", "healthcheck-arguments", "x"],
  ["FROM a\nHEALTHCHECK --interval=5 CMD x", "invalid-flag-value", "5"],
  ["FROM a\nONBUILD ONBUILD RUN x", "onbuild-trigger", "ONBUILD"],
  ["FROM a\nONBUILD FROM b", "onbuild-trigger", "FROM"],
  ["FROM a\nRUN --mount=type=cahce,target=/x y", "invalid-mount", "type=cahce,target=/x"],
  ["FROM a\nRUN --mount=type=secret y", "invalid-mount", "type=secret"],
  ["FROM a\nRUN <<EOF\nx", "unterminated-heredoc", "<<EOF"],
  ["# escape=x\nFROM a", "invalid-escape", "x"],
])("%j: %s at %j", (text, code, place) => {
  expect(problems(text)).toEqual([[code, place]]);
});

test("says what was probably meant", () => {
  const [unknown] = parseDockerfile("FROM a\nENTRYPONT x").problems;
  expect(unknown?.message).toContain("Did you mean ENTRYPOINT?");
  const [flag] = parseDockerfile("FROM a\nCOPY --form=x a b").problems;
  expect(flag?.message).toContain("Did you mean from?");
});

test.each([
  "FROM a\nCMD\nENTRYPOINT",
  "FROM a\nEXPOSE 80 443/UDP 8000-8010 $PORT",
  "FROM a\nSTOPSIGNAL 15\nSTOPSIGNAL SIGRTMIN+3\nSTOPSIGNAL kill",
  "FROM localhost:5000/x/y:z@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa AS b.c",
  'FROM "node:20"',
  "FROM a-$TARGETARCH",
  "ARG BASE\nFROM $BASE",
  "FROM a\nHEALTHCHECK --interval=1m30s --timeout=0 --retries=3 CMD x",
  "FROM a\nUSER a b",
])("%j is fine", (text) => {
  expect(problems(text)).toEqual([]);
});

test.each([
  "FROM --platform=AMD64 a",
  "FROM --platform=linux/any a",
  "FROM --platform=windows(10.0.17763)/amd64 a",
  "FROM a AS Build\nFROM b\nCOPY --from=BUILD a b",
  "FROM a\nFROM b\nCOPY --from=0 a b",
  "FROM a\nCOPY --from=ghcr.io/a/b:1 a b",
  "FROM a\nCOPY --from= a b",
  "FROM a\nONBUILD COPY --from=^x a b",
  "FROM a\nARG 'x=1",
  "FROM a\nLABEL \"a b\"=1 'c'=2",
])("%j builds", (text) => {
  expect(problems(text)).toEqual([]);
});
