import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerOf } from "../../src/evals/answer.ts";
import type { Verify } from "../../src/evals/prove.ts";
import { makeReport, reportSchema } from "../../src/evals/report.ts";
import { type RunRequest, regrade, runTrials, type TrialResult } from "../../src/evals/run.ts";
import { parseScenario } from "../../src/evals/scenarios.ts";
import { openStore } from "../../src/evals/store.ts";
import type { Answer, Subject } from "../../src/evals/types.ts";
import { EngineError, MissingToolError } from "../../src/security/errors.ts";
import { defaultLimits } from "../../src/security/limits.ts";
import type { Claim, ClaimId, EvidenceRecord } from "../../src/verify/types.ts";

const scenario = parseScenario(
  `
id: example
version: 1
title: Example
task: Write a Dockerfile.
source: test
suite: capability
files: go-microservice-minimal
build: { probe: { port: 8080, path: /health } }
criteria:
  - { id: port, text: The port, grader: exposes-port, with: { port: 8080 } }
  - { id: size, text: The size, grader: image-size, with: { belowMB: 30 } }
  - { id: hint, text: Prose, grader: prose, required: false }
`,
  "example.yaml",
);
const good = answerOf({ Dockerfile: "FROM scratch\nEXPOSE 8080\n" });
const bad = answerOf({ Dockerfile: "FROM scratch\n" });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "dockwright-run-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A subject that gives the answers in turn and counts how often it was asked. */
function subject(answers: readonly (Answer | Error)[], sampled = true): Subject & { asked: number } {
  const it = {
    id: "scripted",
    arms: ["baseline"] as const,
    readsTask: true,
    sampled,
    asked: 0,
    async answer() {
      const next = answers[it.asked++ % answers.length];
      if (next instanceof Error) throw next;
      return next;
    },
  };
  return it;
}

function request(subjects: readonly Subject[], more: Partial<RunRequest> = {}): RunRequest {
  let clock = 0;
  return {
    scenarios: [scenario],
    subjects,
    trials: 1,
    seed: 1,
    jobs: 1,
    limits: { turns: 1, outputTokens: 1, timeMs: 1000 },
    today: "2026-11-21",
    signal: new AbortController().signal,
    now: () => (clock += 1000),
    progress: () => undefined,
    notBuilt: "no engine",
    ...more,
  };
}

function record(verdicts: Partial<Record<ClaimId, Claim["verdict"]>>, bytes: number): EvidenceRecord {
  const claims = Object.entries(verdicts).map(([id, verdict]) => ({
    id: id as ClaimId,
    claim: id,
    verdict,
    required: true,
    ms: 1,
    ...(verdict === "proved" ? {} : { reason: `${id} is ${verdict}` }),
  }));
  return {
    schemaVersion: 1,
    runId: "r",
    subject: { context: "/c", dockerfile: "Dockerfile", sha256: "0" },
    engine: { name: "docker", version: "1", builder: "buildx" },
    claims,
    image: {
      id: "i",
      platform: "linux/amd64",
      user: "1",
      entrypoint: [],
      cmd: [],
      ports: [],
      labels: {},
      bytes,
      layers: [],
    },
    steps: [],
    findings: [],
    secretPlaces: [],
    notes: [],
    totals: { proved: 0, refuted: 0, notTested: 0, requiredRefuted: 0, ms: 1 },
  };
}

function engine(verify: Verify): NonNullable<RunRequest["engine"]> {
  return {
    verify,
    context: {
      signal: new AbortController().signal,
      progress: () => undefined,
      limits: defaultLimits,
      roots: { directories: [folder] },
      today: "2026-11-21",
      env: {},
    },
    startRegistry: () => Promise.reject(new Error("not needed")),
  };
}

function summary(results: readonly TrialResult[]): unknown {
  return results.map((each) => [
    each.outcome,
    each.outcome === "error" ? [] : each.criteria.map(({ verdict }) => verdict),
  ]);
}

describe("a run", () => {
  it("without an engine leaves what needs one untested, and so the whole", async () => {
    expect(summary(await runTrials(request([subject([good])])))).toEqual([
      ["not-tested", ["passed", "not-tested", "not-tested"]],
    ]);
  });

  it("verifies an answer once, laid over the project's files", async () => {
    const seen: string[] = [];
    const verify: Verify = async (input) => {
      seen.push(
        readFileSync(path.join(input.context, "go.mod"), "utf8").split("\n")[0] ?? "",
        readFileSync(input.dockerfile ?? "", "utf8"),
      );
      return record({ builds: "proved", starts: "proved", "answers-probe": "proved" }, 12_000_000);
    };
    const results = await runTrials(request([subject([good])], { engine: engine(verify) }));
    expect(summary(results)).toEqual([["passed", ["passed", "passed", "not-tested"]]]);
    expect(seen).toEqual(["module example.com/rates", "FROM scratch\nEXPOSE 8080\n"]);
  });

  it("puts a task that only its words tell to those who read them", async () => {
    const asked = { ...scenario, reads: "task" as const };
    const blind = { ...subject([good]), readsTask: false };
    expect(await runTrials(request([blind], { scenarios: [asked] }))).toEqual([]);
    expect(await runTrials(request([subject([good])], { scenarios: [asked] }))).toHaveLength(1);
  });

  it("fails what the engine refutes", async () => {
    const verify: Verify = async () => record({ builds: "proved" }, 40_000_000);
    expect(summary(await runTrials(request([subject([good])], { engine: engine(verify) })))).toEqual([
      ["failed", ["passed", "failed", "not-tested"]],
    ]);
  });

  it("tests nothing when the engine goes away: never a pass, never a fail", async () => {
    const verify: Verify = async () => {
      throw new MissingToolError("docker was not found", "install it");
    };
    const [result] = await runTrials(request([subject([good])], { engine: engine(verify) }));
    expect(summary(result ? [result] : [])).toEqual([["not-tested", ["passed", "not-tested", "not-tested"]]]);
  });

  it("keeps a subject that breaks off apart from one that fails", async () => {
    const results = await runTrials(
      request([subject([new EngineError("the endpoint answered 500", "wait"), bad])], { trials: 2 }),
    );
    expect(summary(results)).toEqual([
      ["error", []],
      ["failed", ["failed", "not-tested", "not-tested"]],
    ]);
    const [entry] = makeReport(results, { tool: "t", day: "d", seed: 1, notes: [] }).scenarios;
    expect(entry).toMatchObject({ outcome: "failed", statistics: { trials: 1, passed: 0, errors: 1 } });
  });

  it("refuses an answer that would write outside its folder", async () => {
    const outside = answerOf({ Dockerfile: "FROM scratch\nEXPOSE 8080\n", "../../outside": "x" });
    const verify: Verify = async () => record({ builds: "proved" }, 1);
    const [result] = await runTrials(request([subject([outside])], { engine: engine(verify) }));
    expect(result?.outcome === "error" ? undefined : result?.image).toMatchObject({
      kind: "not-tried",
      reason: expect.stringContaining("outside its folder"),
    });
  });

  it("stops when it is cancelled", async () => {
    const controller = new AbortController();
    const answer = async () => {
      controller.abort();
      return good;
    };
    const stopping: Subject = { ...subject([good]), answer };
    await expect(runTrials(request([stopping], { trials: 3, signal: controller.signal }))).rejects.toThrow(
      /cancelled/,
    );
  });

  it("never has more trials under way than asked for", async () => {
    let now = 0;
    let most = 0;
    let open = (): void => undefined;
    // The first ones wait for each other, so that no slow machine can run them one by one.
    const three = new Promise<void>((resolve) => {
      open = resolve;
    });
    const slow: Subject = {
      ...subject([good]),
      async answer() {
        most = Math.max(most, ++now);
        if (now === 3) open();
        await three;
        await new Promise((resolve) => setImmediate(resolve));
        now--;
        return good;
      },
    };
    const results = await runTrials(request([slow], { trials: 9, jobs: 3 }));
    expect(most).toBe(3);
    expect(results.map(({ trial }) => trial)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("a kept run", () => {
  it("is taken up: answers and proofs are not asked for again", async () => {
    const model = subject([good, bad, good]);
    let built = 0;
    const verify: Verify = async () => {
      built++;
      return record({ builds: "proved", starts: "proved", "answers-probe": "proved" }, 12_000_000);
    };
    const again = () =>
      runTrials(request([model], { trials: 3, store: openStore(folder), engine: engine(verify) }));
    const first = summary(await again());
    expect({ asked: model.asked, built }).toEqual({ asked: 3, built: 3 });
    expect(summary(await again())).toEqual(first);
    expect({ asked: model.asked, built }).toEqual({ asked: 3, built: 3 });
  });

  it("is asked anew when the seed differs", async () => {
    const model = subject([good]);
    await runTrials(request([model], { store: openStore(folder) }));
    await runTrials(request([model], { store: openStore(folder), seed: 2 }));
    expect(model.asked).toBe(2);
  });

  it("is judged again without asking or building, also by changed criteria", async () => {
    const verify: Verify = async () => record({ builds: "proved" }, 12_000_000);
    await runTrials(request([subject([good])], { store: openStore(folder), engine: engine(verify) }));
    const [port, ...rest] = scenario.criteria;
    if (port === undefined) throw new Error("no criterion");
    const stricter = { ...scenario, criteria: [{ ...port, with: { port: 9 } }, ...rest] };
    expect(summary(await regrade(openStore(folder), [stricter], "2026-11-21"))).toEqual([
      ["failed", ["failed", "passed", "not-tested"]],
    ]);
  });

  it("has the files that skill-creator's viewer reads", async () => {
    await runTrials(request([subject([bad])], { store: openStore(folder) }));
    const run = path.join(folder, "scripted", "eval-example", "without_skill", "run-1");
    const grading = JSON.parse(readFileSync(path.join(run, "grading.json"), "utf8"));
    expect(grading.assertion_results).toEqual(grading.expectations);
    expect(grading.expectations[0]).toEqual({
      text: "The port",
      passed: false,
      evidence: "the final stage exposes no port",
    });
    expect(JSON.parse(readFileSync(path.join(run, "timing.json"), "utf8"))).toMatchObject({
      duration_ms: 1000,
    });
    expect(readFileSync(path.join(run, "outputs", "Dockerfile"), "utf8")).toBe("FROM scratch\n");
  });

  it("with a broken file says which", async () => {
    await runTrials(request([subject([bad])], { store: openStore(folder) }));
    writeFileSync(path.join(folder, "scripted", "eval-example", "without_skill", "run-1", "trial.json"), "{");
    await expect(regrade(openStore(folder), [scenario], "2026-11-21")).rejects.toThrow(/run-1/);
  });
});

describe("the report", () => {
  it("counts trials, finds flaky criteria and keeps to its schema", async () => {
    const results = await runTrials(request([subject([good, bad, good, good])], { trials: 4 }));
    const report = makeReport(results, { tool: "t", day: "d", seed: 1, notes: [] });
    expect(reportSchema.parse(report)).toEqual(report);
    const [entry] = report.scenarios;
    expect(entry?.criteria[0]).toMatchObject({
      verdict: "failed",
      passed: 3,
      failed: 1,
      flaky: true,
      evidence: "the final stage exposes no port",
    });
    expect(entry?.criteria[1]).toMatchObject({ verdict: "not-tested", evidence: "no engine", flaky: false });
    expect(entry?.statistics).toMatchObject({ trials: 4, passed: 0, passAt: { 1: 0, 3: 0 } });
  });
});
