import { expect, test } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { stateAt, stateBefore } from "../../src/dockerfile/state.ts";
import type { StageState } from "../../src/dockerfile/types.ts";

/** State at the end of the last stage. */
function final(text: string, buildArgs: Record<string, string> = {}): StageState {
  const file = parseDockerfile(text, "Dockerfile", { buildArgs });
  const stage = file.stages.at(-1);
  if (!stage) throw new Error("no stage");
  return stateAt(file, stage);
}

test("a stage inherits from the stage it is built FROM, not from others", () => {
  const text =
    'FROM a AS b\nENV X=1\nWORKDIR /w\nUSER 10\nEXPOSE 80\nSHELL ["bash", "-c"]\nFROM z\nFROM b\nWORKDIR sub\nEXPOSE 81\n';
  const file = parseDockerfile(text);
  const [, other, child] = file.stages;
  if (!other || !child) throw new Error("stages are missing");
  expect(stateAt(file, other)).toMatchObject({ ports: [] });
  expect(stateAt(file, other).user).toBeUndefined();
  const state = stateAt(file, child);
  expect(state).toMatchObject({ user: { value: "10" }, workdir: { value: "/w/sub" }, shell: ["bash", "-c"] });
  expect(state.ports.map((port) => port.value)).toEqual(["80", "81"]);
  expect(state.env.get("X")).toBe("1");
});

test("a global ARG reaches a stage only when it is declared there", () => {
  const before = "ARG V=1\nFROM a\nENV X=$V\n";
  expect(final(before).env.get("X")).toBe("$V");
  const after = final("ARG V=1\nFROM a\nARG V\nENV X=$V\n");
  expect(after.env.get("X")).toBe("1");
  expect(after.args.get("V")).toBe("1");
});

test("the later of ARG and ENV is what an expansion sees", () => {
  const state = final("FROM a\nENV X=env\nARG X=arg\nENV Y=$X\nARG NONE\n");
  expect(state.env.get("X")).toBe("env");
  expect(state.env.get("Y")).toBe("arg");
  expect(state.args.has("NONE")).toBe(true);
  expect(state.variables.has("NONE")).toBe(false);
});

test("one ENV does not see itself, the next one does", () => {
  const state = final("FROM a\nENV A=1 B=$A\nENV C=$A\n");
  expect([state.env.get("B"), state.env.get("C")]).toEqual(["$A", "1"]);
  expect([...state.env.keys()]).toEqual(["A", "B", "C"]);
  expect([...final("FROM a\nENV B=1 A=2 B=3\n").env]).toEqual([
    ["B", "3"],
    ["A", "2"],
  ]);
});

test("build arguments win over defaults and global values", () => {
  const state = final("ARG V=1\nFROM a\nARG V=2\nUSER $V\n", { V: "3" });
  expect(state.user?.value).toBe("3");
});

test("ENTRYPOINT drops the CMD it inherits, not its own", () => {
  expect(final("FROM a AS b\nCMD x\nFROM b\nENTRYPOINT y\n").cmd).toBeUndefined();
  expect(final("FROM a\nCMD x\nENTRYPOINT y\n").cmd).toBeDefined();
});

test("ONBUILD triggers of a parent in the file run in the child", () => {
  const text = "FROM a AS b\nONBUILD USER 7\nFROM b\nUSER ${X:-8}\n";
  const file = parseDockerfile(text);
  const user = file.instructions.at(-1);
  if (!user) throw new Error("no USER");
  expect(stateBefore(file, user).user?.value).toBe("7");
  expect(final(text).user?.value).toBe("8");
});

test("a relative WORKDIR is known only when its start is", () => {
  expect(final("FROM scratch\nWORKDIR app/\n").workdir?.value).toBe("/app");
  expect(final("FROM a\nWORKDIR app\n").workdir?.value).toBe("app");
  expect(final("FROM a\nWORKDIR /x/../y\nWORKDIR $Z\n").workdir?.value).toBe("$Z");
  expect(final("FROM a\nWORKDIR C:\\\\app\nWORKDIR sub\n").workdir?.value).toBe("C:\\app\\sub");
});

test("stateBefore a trigger is the state before its ONBUILD", () => {
  const file = parseDockerfile("FROM a\nUSER 1\nONBUILD RUN x\nUSER 2\n");
  const onbuild = file.instructions[2];
  if (onbuild?.keyword !== "ONBUILD" || !onbuild.trigger) throw new Error("no trigger");
  expect(stateBefore(file, onbuild.trigger).user?.value).toBe("1");
});

test("ten thousand stages and variables", () => {
  const lines = ["FROM a AS s0"];
  for (let index = 0; index < 10_000; index++)
    lines.push(`FROM s${index} AS s${index + 1}`, `ENV V${index}=$V0`);
  const state = final(lines.join("\n"));
  expect(state.env.size).toBe(10_000);
  expect(state.env.get("V0")).toBe("$V0");
});
