import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { grade } from "../../src/evals/grade.ts";
import { findGrader } from "../../src/evals/graders/index.ts";
import { notTried } from "../../src/evals/image-evidence.ts";
import { projectFiles } from "../../src/evals/project.ts";
import { loadScenarios } from "../../src/evals/scenarios.ts";
import type { Answer, Scenario } from "../../src/evals/types.ts";
import { golden, mutants } from "./answers.ts";

const answered = new Set(readdirSync("evals/golden"));
const scenarios = loadScenarios().filter(({ id }) => answered.has(id));

async function verdicts(scenario: Scenario, answer: Answer): Promise<Record<string, string>> {
  const project = await projectFiles(scenario);
  const results = grade({ scenario, answer, project, image: notTried("no engine"), today: "2026-11-21" });
  return Object.fromEntries(
    results.map(({ id, verdict, evidence }) => [
      id,
      verdict === "failed" ? `failed: ${evidence.text}` : verdict,
    ]),
  );
}

/** What an engine alone decides. */
function needsEngine(scenario: Scenario, id: string): boolean {
  const criterion = scenario.criteria.find((each) => each.id === id);
  return criterion !== undefined && findGrader(criterion.grader).reads === "image";
}

describe("the golden answers", () => {
  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    "%s passes every criterion a model can decide",
    async (_, scenario) => {
      const expected = Object.fromEntries(
        scenario.criteria.map(({ id }) => [id, needsEngine(scenario, id) ? "not-tested" : "passed"]),
      );
      expect(await verdicts(scenario, golden(scenario.id))).toEqual(expected);
    },
  );
});

describe("mutants", () => {
  const all = mutants();

  it("there is one for every criterion of a scenario with a golden answer, the documented ones among them", () => {
    expect(scenarios.filter(({ suite }) => suite === "documented")).toHaveLength(3);
    const covered = new Set(all.flatMap(({ scenario, name }) => `${scenario} ${name.split(".")[0]}`));
    const missing = scenarios
      .flatMap((scenario) => scenario.criteria.map(({ id }) => `${scenario.id} ${id}`))
      .filter((each) => !covered.has(each));
    expect(missing).toEqual([]);
  });

  it.each(all.map((mutant) => [`${mutant.scenario}/${mutant.name}`, mutant] as const))(
    "%s fails what it breaks and nothing else",
    async (_, mutant) => {
      const scenario = scenarios.find(({ id }) => id === mutant.scenario);
      if (scenario === undefined) throw new Error(`no scenario ${mutant.scenario}`);
      const found = await verdicts(scenario, mutant.answer);
      const failed = Object.keys(found).filter((id) => found[id]?.startsWith("failed"));
      expect(failed, JSON.stringify(found)).toEqual(mutant.fails.filter((id) => !needsEngine(scenario, id)));
    },
  );
});
