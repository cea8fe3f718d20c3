import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import type {
  AssignmentInstruction,
  CommandInstruction,
  CopyInstruction,
  Dockerfile,
  Instruction,
  Range,
  ValueInstruction,
} from "../../src/dockerfile/types.ts";

const textOf = (file: Dockerfile, range: Range): string => file.text.slice(range.start, range.end);

/** The only instruction that passes. */
function one<I extends Instruction>(file: Dockerfile, is: (each: Instruction) => each is I): I {
  const [first, second] = file.instructions.filter(is);
  if (!first || second) throw new Error("not exactly one");
  return first;
}

const command = (each: Instruction): each is CommandInstruction =>
  each.keyword === "CMD" || each.keyword === "ENTRYPOINT";
const run = (each: Instruction) => each.keyword === "RUN";
const copy = (each: Instruction): each is CopyInstruction =>
  each.keyword === "COPY" || each.keyword === "ADD";
const assignment = (each: Instruction): each is AssignmentInstruction =>
  each.keyword === "ENV" || each.keyword === "ARG" || each.keyword === "LABEL";
const value = (each: Instruction): each is ValueInstruction =>
  each.keyword === "USER" ||
  each.keyword === "WORKDIR" ||
  each.keyword === "STOPSIGNAL" ||
  each.keyword === "MAINTAINER";
const healthcheck = (each: Instruction) => each.keyword === "HEALTHCHECK";
const onbuild = (each: Instruction) => each.keyword === "ONBUILD";

describe("where dockerfile-ast and BuildKit disagree", () => {
  test("JSON strings keep blanks, escapes and unicode", () => {
    const file = parseDockerfile('FROM scratch\nCMD ["a b", "q\\"q", "\\u0041", "c:\\\\d"]\n');
    const { command: line } = one(file, command);
    if (line.form !== "exec") throw new Error("not exec form");
    expect(line.words.map((word) => word.text)).toEqual(["a b", 'q"q', "A", "c:\\d"]);
    expect(line.words.map((word) => textOf(file, word.range))).toEqual([
      "a b",
      'q\\"q',
      "\\u0041",
      "c:\\\\d",
    ]);
  });

  test.each(['["a", b]', '["a"] && b', "['a']", '["a",]', '["a"'])("%s is shell form", (args) => {
    const { command: line } = one(parseDockerfile(`FROM scratch\nCMD ${args}\n`), command);
    expect(line).toMatchObject({ form: "shell", text: args });
  });

  test("an escaped backslash at the end of a line does not continue it", () => {
    const file = parseDockerfile("FROM scratch\nRUN echo \\\\\nUSER app\n");
    expect(file.instructions.map((each) => each.keyword)).toEqual(["FROM", "RUN", "USER"]);
  });

  test("heredocs with a file descriptor or a quoted delimiter with blanks", () => {
    const file = parseDockerfile('FROM scratch\nRUN 3<<EOF cat <<"E F"\nRUN no\nEOF\nb\nE F\nUSER app\n');
    expect(file.instructions.map((each) => each.keyword)).toEqual(["FROM", "RUN", "USER"]);
    expect(one(file, run).heredocs).toMatchObject([
      { delimiter: "EOF", fd: 3, expand: true, body: "RUN no\n", closed: true },
      { delimiter: "E F", fd: 0, expand: false, body: "b\n", closed: true },
    ]);
  });

  test("a directive's value runs to the end of its line", () => {
    const { directives } = parseDockerfile("# check = skip=all ;error=true \nFROM scratch\n");
    expect(directives).toMatchObject([{ name: "check", value: "skip=all ;error=true" }]);
  });

  test("an unterminated heredoc is reported where it opens", () => {
    const file = parseDockerfile("FROM scratch\nRUN cat <<EOF\nx\n");
    expect(file.problems.map(({ code, range }) => [code, textOf(file, range)])).toEqual([
      ["unterminated-heredoc", "<<EOF"],
    ]);
  });

  test("a lone carriage return is a blank, not a line break", () => {
    const file = parseDockerfile("FROM scratch\nRUN a\rRUN b\n");
    expect(file.instructions).toHaveLength(2);
  });

  test("a shebang line ends the search for the escape directive, not for the others", () => {
    const file = parseDockerfile("#!/usr/bin/env x\n# syntax=a/b\n# escape=`\nFROM a\n");
    expect(file.directives.map((directive) => directive.name)).toEqual(["syntax"]);
    expect(file.escape).toBe("\\");
  });

  test("two escape directives are one too many", () => {
    const file = parseDockerfile("# escape=`\n# escape=\\\nFROM scratch\n");
    expect(file.escape).toBe("`");
    expect(file.problems.map((problem) => problem.code)).toEqual(["duplicate-directive"]);
  });
});

describe("instructions", () => {
  test("continuation lines, comments and blank lines between them", () => {
    const text = "FROM scratch\nRUN a \\\n  # why\n\n  b \\  \n c\n# after\n";
    const file = parseDockerfile(text);
    const found = one(file, run);
    expect(found.command).toMatchObject({ form: "shell", text: "a   b  c" });
    expect(textOf(file, found.range)).toBe("RUN a \\\n  # why\n\n  b \\  \n c");
    expect(found.blankLines).toHaveLength(1);
    expect(file.comments.map(({ text: comment, line }) => [comment, line])).toEqual([
      ["why", 3],
      ["after", 7],
    ]);
  });

  test("the escape directive changes what continues a line", () => {
    const file = parseDockerfile("# escape=`\nFROM scratch\nRUN dir C:\\ `\n  /s\nCOPY a C:\\\n");
    expect(one(file, run).command).toMatchObject({ text: "dir C:\\   /s" });
    expect(one(file, copy).destination?.text).toBe("C:\\");
  });

  test("flags keep their quotes out of the value and know their place", () => {
    const file = parseDockerfile('FROM a\nCOPY --from=b --chown="x y" --link c d/\n');
    const found = one(file, copy);
    expect(found).toMatchObject({ from: "b", chown: "x y", link: true });
    expect(found.flags.map((flag) => textOf(file, flag.range))).toEqual([
      "--from=b",
      '--chown="x y"',
      "--link",
    ]);
    expect(found.sources.map((word) => word.text)).toEqual(["c"]);
    expect(found.destination?.text).toBe("d/");
  });

  test("escapes in a flag, and -- ends the flags", () => {
    const found = one(parseDockerfile("FROM a\nCOPY --chown=x\\ y -- --c d/\n"), copy);
    expect(found.chown).toBe("x y");
    expect(found.sources.map((word) => word.text)).toEqual(["--c"]);
  });

  test("a backslash in single quotes escapes nothing", () => {
    const { assignments } = one(parseDockerfile("FROM a\nENV A='x\\' B=2\n"), assignment);
    expect(assignments.map((each) => [each.name, each.value])).toEqual([
      ["A", "x\\"],
      ["B", "2"],
    ]);
  });

  test("COPY takes JSON, and a heredoc as a source", () => {
    const json = parseDockerfile('FROM a\nCOPY ["a b", "c d/"]\n');
    expect(one(json, copy)).toMatchObject({ sources: [{ text: "a b" }], destination: { text: "c d/" } });
    const heredoc = one(parseDockerfile("FROM a\nCOPY x <<E y /z/\nhi\nE\n"), copy);
    expect(heredoc.sources.map((word) => word.text)).toEqual(["x", "y"]);
    expect(heredoc.heredocs).toMatchObject([{ delimiter: "E", body: "hi\n" }]);
  });

  test("ENV pairs, quoted and escaped, and the legacy form", () => {
    const file = parseDockerfile('FROM a\nENV A="x y" B=c\\ d C=\n');
    expect(
      one(file, assignment).assignments.map(({ name, value, rawValue }) => [name, value, rawValue]),
    ).toEqual([
      ["A", "x y", '"x y"'],
      ["B", "c d", "c\\ d"],
      ["C", "", ""],
    ]);
    expect(one(parseDockerfile("FROM a\nLABEL k some  text\n"), assignment).assignments).toMatchObject([
      { name: "k", value: "some  text", legacy: true },
    ]);
  });

  test("ARG with and without a default", () => {
    const { assignments } = one(parseDockerfile("FROM a\nARG A B=1 C='x y'\n"), assignment);
    expect(assignments.map(({ name, value }) => [name, value])).toEqual([
      ["A", undefined],
      ["B", "1"],
      ["C", "x y"],
    ]);
  });

  test("mounts of RUN", () => {
    const file = parseDockerfile(
      "FROM a\nRUN --mount=type=cache,target=/c,sharing=locked --mount=from=b,dst=/d,ro --mount=type=secret,id=s x\n",
    );
    expect(one(file, run).mounts).toMatchObject([
      { type: "cache", target: "/c" },
      { type: "bind", from: "b", target: "/d" },
      { type: "secret" },
    ]);
    expect(file.problems).toEqual([]);
  });

  test("HEALTHCHECK in its three forms", () => {
    const of = (args: string) => one(parseDockerfile(`FROM a\nHEALTHCHECK ${args}\n`), healthcheck);
    expect(of("NONE")).toMatchObject({ none: true });
    expect(of("--interval=5s CMD curl -f x")).toMatchObject({
      command: { form: "shell", text: "curl -f x" },
    });
    expect(of('CMD ["a", "b"]')).toMatchObject({ command: { form: "exec" } });
  });

  test("ONBUILD holds its trigger, heredoc included", () => {
    const file = parseDockerfile("FROM a\nONBUILD RUN <<E\nx\nE\nUSER b\n");
    const { trigger } = one(file, onbuild);
    expect(trigger).toMatchObject({ keyword: "RUN", onbuild: true, index: -1, heredocs: [{ body: "x\n" }] });
    expect(one(file, value).index).toBe(2);
  });

  test("a keyword may be split over lines and written in any case", () => {
    const file = parseDockerfile("fr\\\nom a\nuSeR b\n");
    expect(file.instructions.map((each) => each.keyword)).toEqual(["FROM", "USER"]);
    expect(one(file, value).raw).toBe("uSeR");
  });
});

describe("stages", () => {
  test("names in lower case, bases through global ARGs", () => {
    const file = parseDockerfile(
      "ARG V=3.20\nARG BASE=alpine:$V\nFROM ${BASE} AS Build\nFROM build\nFROM scratch\nFROM x-$TARGETARCH\n",
    );
    expect(file.stages.map((stage) => stage.name)).toEqual(["build", undefined, undefined, undefined]);
    expect(file.stages.map((stage) => stage.base)).toMatchObject([
      {
        kind: "image",
        reference: "alpine:3.20",
        image: { repository: "alpine", tag: "3.20" },
        resolved: true,
      },
      { kind: "stage", stage: 0 },
      { kind: "scratch" },
      { kind: "image", resolved: false },
    ]);
    expect(file.globalArgs).toHaveLength(2);
  });

  test("build arguments replace the defaults", () => {
    const file = parseDockerfile("ARG V=1\nFROM a:$V\n", "Dockerfile", { buildArgs: { V: "2" } });
    expect(file.stages[0]?.base).toMatchObject({ reference: "a:2" });
  });

  test("a fragment has one stage without FROM", () => {
    const file = parseDockerfile("RUN a\nONBUILD RUN b\n");
    expect(file.fragment).toBe(true);
    expect(file.stages).toMatchObject([{ index: 0, instructions: [{ stage: 0 }, { stage: 0 }] }]);
    expect(file.problems).toEqual([]);
  });
});

describe("places", () => {
  test("lines and columns count from 1, a byte order mark and CRLF included", () => {
    const file = parseDockerfile("\ufeffFROM a\r\n  USER b\r\n", "x/Dockerfile");
    const user = one(file, value);
    expect(file.locate(user.range)).toEqual({
      file: "x/Dockerfile",
      startLine: 2,
      startColumn: 3,
      endLine: 2,
      endColumn: 9,
    });
    expect(user.value?.text).toBe("b");
  });
});
