import { z } from "zod";
import type { TrialResult } from "./run.ts";
import { median, passAtK, passHatK, wilson } from "./statistics.ts";
import type { CriterionResult, Evidence, Verdict } from "./types.ts";

const verdict = z.enum(["passed", "failed", "not-tested"]);
const place = z.object({ file: z.string(), line: z.number() });
const interval = z.tuple([z.number(), z.number()]);

/** One criterion over all trials. `evidence` is that of the first trial with the shown verdict. */
const criterionSchema = z.object({
  id: z.string(),
  name: z.string(),
  verdict,
  evidence: z.string(),
  at: place.optional(),
  required: z.boolean(),
  /** True for criteria beyond the documented ones. */
  added: z.boolean(),
  passed: z.number(),
  failed: z.number(),
  notTested: z.number(),
  /** It passed in some trials and failed in others. */
  flaky: z.boolean(),
});

const trialSchema = z.object({
  trial: z.number(),
  seed: z.number(),
  outcome: z.enum(["passed", "failed", "not-tested", "error"]),
  durationMs: z.number(),
  resumed: z.boolean(),
  criteria: z.array(z.object({ id: z.string(), verdict, evidence: z.string(), at: place.optional() })),
  files: z.record(z.string(), z.string()),
  text: z.string(),
  stopped: z.string().optional(),
  error: z.object({ message: z.string(), hint: z.string() }).optional(),
  usage: z
    .object({
      inputTokens: z.number(),
      outputTokens: z.number(),
      turns: z.number(),
      toolCalls: z.number(),
      costUSD: z.number().optional(),
    })
    .optional(),
  imageBytes: z.number().optional(),
});

const entrySchema = z.object({
  name: z.string(),
  title: z.string(),
  version: z.number(),
  suite: z.enum(["documented", "capability"]),
  subject: z.string(),
  arm: z.enum(["baseline", "skill", "mcp", "both"]),
  outcome: z.enum(["passed", "failed", "not-tested", "error"]),
  criteria: z.array(criterionSchema),
  statistics: z.object({
    /** Trials that were graded, trials that passed, and trials that broke off for reasons beside the point. */
    trials: z.number(),
    passed: z.number(),
    errors: z.number(),
    /** Wilson 95 % interval of the pass rate. */
    interval,
    passAt: z.record(z.string(), z.number()),
    passHat: z.record(z.string(), z.number()),
    medianMs: z.number().optional(),
    inputTokens: z.number(),
    outputTokens: z.number(),
    costUSD: z.number().optional(),
  }),
  trials: z.array(trialSchema),
});

/** What a run leaves behind. The version is raised when a field changes its meaning. */
export const reportSchema = z.object({
  schemaVersion: z.literal(1),
  tool: z.string(),
  day: z.string(),
  seed: z.number(),
  notes: z.array(z.string()),
  /** Criteria that every arm of a subject passes: they tell the arms not apart. */
  alike: z.array(z.object({ scenario: z.string(), subject: z.string(), criterion: z.string() })),
  /** One entry for each scenario, subject and arm. */
  scenarios: z.array(entrySchema),
});

export type Report = z.output<typeof reportSchema>;
export type ReportEntry = z.output<typeof entrySchema>;
export type ReportCriterion = z.output<typeof criterionSchema>;

/** Puts the results of a run together. */
export function makeReport(
  results: readonly TrialResult[],
  about: {
    readonly tool: string;
    readonly day: string;
    readonly seed: number;
    readonly notes: readonly string[];
  },
): Report {
  const groups = new Map<string, TrialResult[]>();
  for (const result of results) {
    const key = JSON.stringify([result.scenario.id, result.subject, result.arm]);
    const group = groups.get(key);
    if (group) group.push(result);
    else groups.set(key, [result]);
  }
  const scenarios = [...groups.values()].map(entryOf);
  return { schemaVersion: 1, ...about, notes: [...about.notes], alike: alike(scenarios), scenarios };
}

function entryOf(results: readonly TrialResult[]): ReportEntry {
  const first = results[0];
  if (first === undefined) throw new Error("a group of no results");
  const graded = results.flatMap((result) => (result.outcome === "error" ? [] : [result]));
  const passed = graded.filter(({ outcome }) => outcome === "passed").length;
  const usages = graded.flatMap(({ answer }) => answer.usage ?? []);
  const costs = usages.flatMap(({ costUSD }) => costUSD ?? []);
  const middle = median(graded.map(({ answer }) => answer.durationMs));
  return {
    name: first.scenario.id,
    title: first.scenario.title,
    version: first.scenario.version,
    suite: first.scenario.suite,
    subject: first.subject,
    arm: first.arm,
    outcome: overall(
      graded.map(({ outcome }) => outcome),
      results.length,
    ),
    criteria: first.scenario.criteria.map(({ id, text, required, added }) =>
      criterionOf(
        { id, name: text, required, added },
        graded.flatMap(({ criteria }) => criteria.find((each) => each.id === id) ?? []),
      ),
    ),
    statistics: {
      trials: graded.length,
      passed,
      errors: results.length - graded.length,
      interval: [...wilson(passed, graded.length)],
      passAt: atK(graded.length, (k) => passAtK(graded.length, passed, k)),
      passHat: atK(graded.length, (k) => passHatK(graded.length, passed, k)),
      ...(middle === undefined ? {} : { medianMs: middle }),
      inputTokens: sum(usages.map((usage) => usage.inputTokens)),
      outputTokens: sum(usages.map((usage) => usage.outputTokens)),
      ...(costs.length > 0 && costs.length === usages.length ? { costUSD: sum(costs) } : {}),
    },
    trials: results.map(trialOf),
  };
}

function overall(
  outcomes: readonly ("passed" | "failed" | "not-tested")[],
  trials: number,
): ReportEntry["outcome"] {
  if (outcomes.includes("failed")) return "failed";
  if (outcomes.length < trials) return "error";
  return outcomes.includes("not-tested") ? "not-tested" : "passed";
}

function criterionOf(
  about: Pick<ReportCriterion, "id" | "name" | "required" | "added">,
  results: readonly CriterionResult[],
): ReportCriterion {
  const count = (wanted: Verdict): number => results.filter((each) => each.verdict === wanted).length;
  const [passed, failed, notTested] = [count("passed"), count("failed"), count("not-tested")];
  const shown: Verdict = failed > 0 ? "failed" : notTested > 0 || passed === 0 ? "not-tested" : "passed";
  const evidence = results.find((each) => each.verdict === shown)?.evidence ?? {
    text: "no trial was graded",
  };
  return {
    ...about,
    verdict: shown,
    ...worded(evidence),
    passed,
    failed,
    notTested,
    flaky: passed > 0 && failed > 0,
  };
}

function trialOf(result: TrialResult): ReportEntry["trials"][number] {
  const { trial, seed, outcome, resumed } = result;
  if (result.outcome === "error")
    return {
      trial,
      seed,
      outcome,
      resumed,
      durationMs: 0,
      criteria: [],
      files: {},
      text: "",
      error: result.error,
    };
  const { answer, criteria, image } = result;
  return {
    trial,
    seed,
    outcome,
    resumed,
    durationMs: Math.round(answer.durationMs),
    criteria: criteria.map(({ id, verdict: each, evidence }) => ({ id, verdict: each, ...worded(evidence) })),
    files: { ...answer.files },
    text: answer.text,
    ...(answer.stopped === undefined ? {} : { stopped: answer.stopped }),
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
    ...(image.kind === "tried" && image.bytes !== undefined ? { imageBytes: image.bytes } : {}),
  };
}

function worded({ text, at }: Evidence): { evidence: string; at?: { file: string; line: number } } {
  return at === undefined ? { evidence: text } : { evidence: `${at.file}:${at.line}: ${text}`, at };
}

function alike(entries: readonly ReportEntry[]): Report["alike"] {
  return entries.flatMap((entry) => {
    const arms = entries.filter((each) => each.name === entry.name && each.subject === entry.subject);
    if (arms.length < 2 || arms[0] !== entry) return [];
    return entry.criteria
      .filter(({ id }) =>
        arms.every((arm) => arm.criteria.find((each) => each.id === id)?.verdict === "passed"),
      )
      .map(({ id }) => ({ scenario: entry.name, subject: entry.subject, criterion: id }));
  });
}

function atK(n: number, estimate: (k: number) => number | undefined): Record<string, number> {
  const estimates: Record<string, number> = {};
  for (const k of [1, 3, 5, 10]) {
    const value = k <= n ? estimate(k) : undefined;
    if (value !== undefined) estimates[String(k)] = value;
  }
  return estimates;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
