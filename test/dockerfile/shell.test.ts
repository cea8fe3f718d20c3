import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { type RunScript, runScript, type ShellCommand } from "../../src/dockerfile/shell.ts";
import type { Dockerfile, Range } from "../../src/dockerfile/types.ts";

/** The script of the last RUN. */
function script(text: string): { file: Dockerfile; run: RunScript | undefined } {
  const file = parseDockerfile(text);
  const found = file.instructions.findLast((each) => each.keyword === "RUN");
  if (found?.keyword !== "RUN") throw new Error("no RUN");
  return { file, run: runScript(file, found) };
}

/** The commands of `FROM a`, `RUN <body>`. */
function commands(body: string): { file: Dockerfile; list: readonly ShellCommand[] } {
  const { file, run } = script(`FROM a\nRUN ${body}\n`);
  return { file, list: run?.commands ?? [] };
}

const textOf = (file: Dockerfile, range: Range): string => file.text.slice(range.start, range.end);
const names = (list: readonly ShellCommand[]): (string | undefined)[] => list.map((command) => command.name);

describe("commands", () => {
  test("every simple command, wherever it stands, in order", () => {
    const { list } = commands(
      "if a; then (b && c); else d | e; fi; for x in $(f); do g; done; { h; } & i || ! j",
    );
    expect(names(list)).toEqual(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
    expect(list.map((command) => command.blocks.join(" "))).toEqual([
      "if-condition",
      "if subshell",
      "if subshell",
      "if",
      "if",
      "",
      "loop",
      "group",
      "",
      "",
    ]);
    expect(list.map((command) => command.inSubstitution)).toEqual(names(list).map((name) => name === "f"));
    expect(list.at(-1)?.negated).toBe(true);
  });

  test("operators, pipelines and background", () => {
    const { list } = commands("a && b || c | d; e &");
    expect(list.map(({ before, after }) => [before, after])).toEqual([
      [undefined, "&&"],
      ["&&", "||"],
      ["||", "|"],
      ["|", ";"],
      [";", "&"],
    ]);
    expect(list.map((command) => names(command.pipeline?.commands ?? []).join())).toEqual([
      "",
      "",
      "c,d",
      "c,d",
      "",
    ]);
    expect(list.map((command) => command.background)).toEqual([false, false, false, false, true]);
  });

  test("places survive continuation lines and comments", () => {
    const { file, list } = commands(
      'apt-get update \\\n  # why\n  && apt-get \\\n install -y "$A"/b \\\n\n  cu\\\nrl',
    );
    const install = list[1];
    expect(install?.args.map((word) => [word.text, textOf(file, word.range)])).toEqual([
      ["install", "install"],
      ["-y", "-y"],
      ["$A/b", '"$A"/b'],
      ["curl", "cu\\\nrl"],
    ]);
    const [expansion] = install?.args[2]?.expansions ?? [];
    expect(expansion).toMatchObject({ kind: "parameter", name: "A", quoted: true });
    expect(expansion && textOf(file, expansion.range)).toBe("$A");
  });

  test("a word that ends where its line is continued ends there", () => {
    const { file, list } = commands("a b\\\n c\\\n && d");
    expect(list.map((command) => textOf(file, command.range))).toEqual(["a b\\\n c", "d"]);
    expect(list[0]?.args.map((word) => textOf(file, word.range))).toEqual(["b", "c"]);
  });

  test("expansions say what they are and whether quotes hold them", () => {
    const { list } = commands('x $A "${B:-c}" `d` "$(e)" $((1+2)) <(f) \'$g\' ${#H} *.txt {1,2}');
    const words = list[0]?.args ?? [];
    expect(
      words.map((word) => word.expansions.map((each) => `${each.kind} ${each.name ?? ""} ${each.quoted}`)),
    ).toEqual([
      ["parameter A false"],
      ["parameter B true"],
      ["command  false"],
      ["command  true"],
      ["arithmetic  false"],
      ["process  false"],
      [],
      ["parameter H false"],
      [],
      [],
    ]);
    expect(words.map((word) => word.expanded)).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
      false,
      true,
      true,
      true,
    ]);
    expect(words[1]?.expansions[0]?.operator).toBe(":-");
    expect(words[2]?.expansions[0]?.backquoted).toBe(true);
    expect(words[8]?.globs).toHaveLength(1);
  });

  test("flags: clusters, values, operands", () => {
    const [command] = commands(
      "apt-get -qy --no-install-recommends -o Dpkg::X=1 install --target=y a -- -b",
    ).list;
    expect(command?.has("-y", "--yes")).toBe(true);
    expect(command?.has("--no-install-recommends")).toBe(true);
    expect(command?.has("-b")).toBe(false);
    expect(command?.option("--target")?.text).toBe("y");
    expect(command?.option("-o")?.text).toBe("Dpkg::X=1");
    expect(command?.operands("-o").map((word) => word.text)).toEqual(["install", "a", "-b"]);
  });

  test("assignments, declarations and redirects", () => {
    const { file, list } = commands('A=1 B="$(c)" make CC=gcc > out 2>&1 && export D=$(e)');
    expect(names(list)).toEqual(["make", "c", "export", "e"]);
    expect(list[0]?.assignments.map((each) => [each.name, each.value?.text])).toEqual([
      ["A", "1"],
      ["B", "$(c)"],
    ]);
    expect(list[0]?.redirects.map((each) => [each.operator, each.fd, each.target?.text])).toEqual([
      [">", undefined, "out"],
      [">&", 2, "1"],
    ]);
    expect(list[2]?.declared.map((each) => [each.name, textOf(file, each.range)])).toEqual([["D", "D=$(e)"]]);
  });

  test("a name that is computed is not known", () => {
    expect(names(commands("$CMD x; ./a.sh; 'apt'-get y").list)).toEqual([undefined, "./a.sh", "apt-get"]);
  });
});

describe("what is a script", () => {
  test("a heredoc is the script, with places in its body", () => {
    const { file, run } = script("FROM a\nRUN <<EOF\n\tcd /x\nls | wc\nEOF\n");
    expect(run).toMatchObject({ heredoc: true, shell: "sh" });
    expect(run?.commands.map((command) => textOf(file, command.range))).toEqual(["cd /x", "ls", "wc"]);
  });

  test("leading tabs of <<- do not move the places", () => {
    const { file, run } = script("FROM a\nRUN <<-EOF\n\t\tcd /x\n\tls\n\tEOF\n");
    expect(run?.text).toBe("cd /x\nls\n");
    expect(run?.commands.map((command) => textOf(file, command.range))).toEqual(["cd /x", "ls"]);
  });

  test("a heredoc fed to a command is its input", () => {
    const { file, run } = script("FROM a\nRUN cat <<A > x && python <<B\nrm -rf /\nA\nprint()\nB\n");
    expect(run?.errors).toEqual([]);
    expect(run?.commands.map((command) => textOf(file, command.range).split(" ")[0])).toEqual([
      "cat",
      "python",
    ]);
  });

  test.each([
    ["#!/bin/bash -e", "bash", ["-e"]],
    ["#!/usr/bin/env zsh", "zsh", []],
  ])("a shebang %s names the shell", (line, shell, shellOptions) => {
    expect(script(`FROM a\nRUN <<E\n${line}\nls\nE\n`).run).toMatchObject({ shell, shellOptions });
  });

  test("a shebang of another language is no script", () => {
    expect(script("FROM a\nRUN <<E\n#!/usr/bin/env python3\nimport os\nE\n").run).toBeUndefined();
  });

  test("SHELL decides: options are told, PowerShell and cmd are no sh", () => {
    expect(script('FROM a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN x\n').run).toMatchObject({
      shell: "bash",
      shellOptions: ["-o", "pipefail"],
    });
    expect(script('FROM a\nSHELL ["powershell", "-Command"]\nRUN x\n').run).toBeUndefined();
    expect(script('FROM a AS b\nSHELL ["pwsh", "-c"]\nFROM b\nRUN x\n').run).toBeUndefined();
    expect(script("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN dir\n").run).toBeUndefined();
  });

  test("exec form is one command without a shell", () => {
    const { file, run } = script('FROM a\nSHELL ["powershell"]\nRUN ["apt-get", "install", "-y", "a $b"]\n');
    expect(run).toMatchObject({ exec: true, script: undefined });
    const [command] = run?.commands ?? [];
    expect(command?.name).toBe("apt-get");
    expect(command?.has("-y")).toBe(true);
    expect(command?.args.map((word) => textOf(file, word.range))).toEqual(["install", "-y", "a $b"]);
    expect(command?.args[2]).toMatchObject({ text: "a $b", expanded: false });
  });

  test("ONBUILD RUN is a script as well", () => {
    const file = parseDockerfile("FROM a\nONBUILD RUN x && y\n");
    const onbuild = file.instructions[1];
    if (onbuild?.keyword !== "ONBUILD" || onbuild.trigger?.keyword !== "RUN") throw new Error("no trigger");
    expect(names(runScript(file, onbuild.trigger)?.commands ?? [])).toEqual(["x", "y"]);
  });

  test("a script that is broken tells where", () => {
    const { file, run } = script("FROM a\nRUN if x; then y\n");
    expect(run?.errors.length).toBeGreaterThan(0);
    expect(run?.errors.every(({ range }) => range.start <= file.text.length)).toBe(true);
    expect(names(run?.commands ?? [])).toEqual(["x", "y"]);
  });

  test("a script of a thousand heredocs is left alone", () => {
    expect(script(`FROM a\nRUN ${"cat <<A && ".repeat(1000)}x\n${"A\n".repeat(1000)}`).run).toBeUndefined();
  });

  test("scripts nested past all reason are survived", () => {
    for (const piece of ["coproc ", "$(", "if a; then ", "<<A ", "{ "]) {
      expect(() => commands(piece.repeat(20_000))).not.toThrow();
    }
  });
});

test("walk visits every node with its place and can leave children out", () => {
  const { file, run } = script("FROM a\nRUN a $(b) && c\n");
  const seen: string[] = [];
  run?.walk((node, range) => {
    if (node.type === "Command") seen.push(textOf(file, range));
    return node.type !== "CommandExpansion";
  });
  expect(seen).toEqual(["a $(b)", "c"]);
});
