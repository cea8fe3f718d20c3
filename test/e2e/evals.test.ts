import { describe, expect, it } from "vitest";
import { readAnswerFrom } from "../../src/evals/answer.ts";
import { evalCommand } from "../../src/evals/cli.ts";
import { findEngine } from "../../src/evals/engine.ts";
import { type ReportEntry, reportSchema } from "../../src/evals/report.ts";
import { type RunRequest, runTrials } from "../../src/evals/run.ts";
import { scenariosNamed } from "../../src/evals/scenarios.ts";
import { givenSubject } from "../../src/evals/subjects/answers.ts";
import { golden, mutants } from "../evals/answers.ts";
import { docker, engineReady } from "./engine.ts";

async function evaluate(args: readonly string[]): Promise<{ code: number; entries: readonly ReportEntry[] }> {
  let out = "";
  const code = await evalCommand([...args, "--json"], {
    stdin: (async function* () {})(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: () => undefined },
    env: process.env,
    cwd: process.cwd(),
    signal: new AbortController().signal,
  });
  return { code, entries: reportSchema.parse(JSON.parse(out)).scenarios };
}

describe.skipIf(!engineReady)("dockwright eval on an engine", () => {
  it("our generator passes every criterion of the documented scenarios, none untested", async () => {
    const { code, entries } = await evaluate([]);
    const short = entries.flatMap(({ name, criteria }) =>
      criteria
        .filter(({ verdict }) => verdict !== "passed")
        .map(({ id, evidence }) => `${name} ${id}: ${evidence}`),
    );
    expect(short).toEqual([]);
    expect(entries.map(({ criteria }) => criteria.length)).toEqual([10, 9, 10]);
    expect(code).toBe(0);
  }, 900_000);

  // What only an engine sees: each mutant fails its criterion and nothing else.
  const built = [
    "size",
    "works",
    "below-30mb",
    "needs-token",
    "no-leak.file-in-layer",
    "no-leak.deleted-later",
  ];
  // These build for minutes each; DOCKWRIGHT_TEST_SLOW=1 has them, too.
  const slow = ["node-nextjs", "rust-actix", "java-spring"];
  const chosen = mutants().filter(
    ({ name, scenario }) =>
      built.includes(name) && (process.env.DOCKWRIGHT_TEST_SLOW === "1" || !slow.includes(scenario)),
  );
  it.each(chosen.map((mutant) => [`${mutant.scenario}/${mutant.name}`, mutant] as const))(
    "%s",
    async (_, mutant) => {
      const failed = await failures(mutant.scenario, givenSubject(mutant.answer));
      expect(
        failed.map(({ id }) => id),
        JSON.stringify(failed),
      ).toEqual([...mutant.fails]);
    },
    600_000,
  );

  it.each(["python-fastapi-poetry", "go-microservice-minimal", "node-private-registry"])(
    "the golden answer to %s passes everything",
    async (scenario) => {
      expect(await failures(scenario, givenSubject(golden(scenario)))).toEqual([]);
    },
    600_000,
  );

  it.each([
    ["repair-gid-collision", ["works"]],
    ["repair-cache-defeated", ["cache"]],
    ["repair-secret-in-clone", ["no-leak"]],
    ["repair-dummy-binary", ["works"]],
    ["shrink-go", ["smaller", "multi-stage"]],
  ])(
    "%s: the Dockerfile that came with the task fails what is wrong with it",
    async (scenario, wrong) => {
      const answer = await readAnswerFrom(`evals/files/${scenario}/Dockerfile`);
      expect((await failures(scenario, givenSubject(answer))).map(({ id }) => id)).toEqual(wrong);
    },
    600_000,
  );

  it("leaves no container and no image of its own behind", () => {
    expect(docker("ps", "-aq", "--filter", "label=dockwright.run")).toBe("");
  });
});

async function failures(scenario: string, subject: RunRequest["subjects"][number]) {
  const signal = new AbortController().signal;
  const engine = await findEngine({ signal, env: process.env });
  if ("missing" in engine) throw new Error(engine.missing);
  const results = await runTrials({
    scenarios: await scenariosNamed([scenario], "."),
    subjects: [subject],
    trials: 1,
    seed: 1,
    jobs: 1,
    limits: { turns: 1, outputTokens: 1, timeMs: 600_000 },
    today: "2026-11-21",
    signal,
    now: Date.now,
    progress: () => undefined,
    engine,
    notBuilt: "",
  });
  return results.flatMap((result) =>
    result.outcome === "error"
      ? [{ id: "error", text: result.error.message }]
      : result.criteria
          .filter(({ verdict }) => verdict !== "passed")
          .map(({ id, evidence }) => ({ id, text: evidence.text })),
  );
}
