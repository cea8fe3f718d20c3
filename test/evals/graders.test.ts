import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Grader, GraderExample } from "../../src/evals/graders/define.ts";
import { graders } from "../../src/evals/graders/index.ts";
import { notTried } from "../../src/evals/image-evidence.ts";
import { readAnswer } from "../../src/evals/model/read.ts";
import type { Scenario } from "../../src/evals/types.ts";

const scenario: Scenario = {
  id: "example",
  version: 1,
  title: "Example",
  task: "Write a Dockerfile.",
  source: "test",
  suite: "capability",
  skills: ["writing-dockerfiles"],
  criteria: [],
};

function judge(grader: Grader, example: GraderExample, image = example.image ?? notTried("no engine")) {
  const { dockerfile, files = {}, text = "" } = example;
  const answer = {
    files: { ...files, ...(dockerfile === undefined ? {} : { Dockerfile: dockerfile }) },
    text,
    transcript: [],
    durationMs: 0,
  };
  return grader.judge(
    { scenario, answer, image },
    readAnswer(answer, files, "2026-11-21"),
    grader.exampleSettings,
  );
}

describe("the registry of graders", () => {
  it("holds every file of its folder, in order", () => {
    const files = readdirSync("src/evals/graders")
      .map((file) => file.replace(/\.ts$/, ""))
      .filter((name) => name !== "index" && name !== "define");
    expect(graders.map(({ name }) => name)).toEqual(files.sort());
  });
});

describe.each(graders.map((grader) => [grader.name, grader] as const))("%s", (_, grader) => {
  it("passes its passing example", () => {
    expect(judge(grader, grader.passes)).toMatchObject({ verdict: "passed" });
  });
  it("fails its failing example, and says what it saw", () => {
    const { verdict, evidence } = judge(grader, grader.fails);
    expect(verdict).toBe("failed");
    expect(evidence.text.length).toBeGreaterThan(5);
  });
  it("never passes an answer that is empty", () => {
    expect(judge(grader, { text: "" }).verdict).not.toBe("passed");
  });
});

describe.each(
  graders.filter(({ reads }) => reads === "image").map((grader) => [grader.name, grader] as const),
)("%s without an engine", (_, grader) => {
  it("is not tested, never passed", () => {
    expect(judge(grader, grader.passes, notTried("no engine"))).toMatchObject({
      verdict: "not-tested",
      evidence: { text: "no engine" },
    });
  });
});
