import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { CancelledError, DockwrightError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";
import type { VerifyContext } from "../verify/types.ts";
import { answerOf } from "./answer.ts";
import { inParallel } from "./concurrency.ts";
import { answerFingerprint, proofFingerprint } from "./fingerprint.ts";
import { grade, outcomeOf } from "./grade.ts";
import { type ImageEvidence, notTried } from "./image-evidence.ts";
import { layOutProject, projectFiles } from "./project.ts";
import { type ProveTools, prove, type Verify } from "./prove.ts";
import type { NpmRegistry } from "./services/npm-registry.ts";
import { seedFor } from "./statistics.ts";
import type { Store, StoredTrial } from "./store.ts";
import type { Answer, Arm, CriterionResult, Scenario, Subject, SubjectLimits } from "./types.ts";

/** What a run consists of, and with what it works. */
export interface RunRequest {
  readonly scenarios: readonly Scenario[];
  readonly subjects: readonly Subject[];
  /** Arms to try; a subject's other arms are left out. Undefined: all of its arms. */
  readonly arms?: readonly Arm[];
  readonly trials: number;
  readonly seed: number;
  /** Trials that run at the same time. */
  readonly jobs: number;
  readonly limits: SubjectLimits;
  readonly today: string;
  readonly signal: AbortSignal;
  now(): number;
  progress(message: string, done: number, total: number): void;
  readonly store?: Store;
  /** Undefined: nothing is built; `notBuilt` says why. */
  readonly engine?: {
    readonly verify: Verify;
    readonly context: VerifyContext;
    startRegistry(): Promise<NpmRegistry>;
  };
  readonly notBuilt: string;
}

/** One answer, judged. An error is the subject's or the machine's, never a grade. */
export type TrialResult = {
  readonly scenario: Scenario;
  readonly subject: string;
  readonly sampled: boolean;
  readonly arm: Arm;
  readonly trial: number;
  readonly seed: number;
  /** True when the answer was kept from an earlier run. */
  readonly resumed: boolean;
} & (
  | {
      readonly outcome: "passed" | "failed" | "not-tested";
      readonly criteria: readonly CriterionResult[];
      readonly answer: Answer;
      readonly image: ImageEvidence;
    }
  | { readonly outcome: "error"; readonly error: { readonly message: string; readonly hint: string } }
);

/** True when a subject is given enough to do the task. */
export function isFor(scenario: Scenario, subject: Subject): boolean {
  return scenario.reads !== "task" || subject.readsTask;
}

interface Planned {
  readonly scenario: Scenario;
  readonly subject: Subject;
  readonly arm: Arm;
  readonly trial: number;
}

/**
 * Runs every trial with bounded concurrency, in a fixed order of results. Answers and proofs that a store holds
 * under the same fingerprint are taken from it; grading is always done anew. Throws when cancelled.
 */
export async function runTrials(request: RunRequest): Promise<readonly TrialResult[]> {
  const planned = request.scenarios.flatMap((scenario) =>
    request.subjects
      .filter((subject) => isFor(scenario, subject))
      .flatMap((subject) =>
        subject.arms
          .filter((arm) => request.arms?.includes(arm) ?? true)
          .flatMap((arm) =>
            Array.from(
              { length: request.trials },
              (_, index): Planned => ({ scenario, subject, arm, trial: index + 1 }),
            ),
          ),
      ),
  );
  let registry: Promise<NpmRegistry> | undefined;
  const sharedRegistry = (): Promise<NpmRegistry> => {
    registry ??= request.engine?.startRegistry() ?? Promise.reject(new Error("there is no engine"));
    return registry;
  };
  let done = 0;
  try {
    return await inParallel(planned, request.jobs, request.signal, async (each) => {
      const result = await oneTrial(each, request, sharedRegistry);
      done++;
      request.progress(
        `${each.scenario.id} ${each.subject.id} ${each.arm}: ${result.outcome}`,
        done,
        planned.length,
      );
      return result;
    });
  } finally {
    await registry?.then(
      (running) => running.stop(),
      () => undefined,
    );
  }
}

async function oneTrial(
  { scenario, subject, arm, trial }: Planned,
  request: RunRequest,
  registry: () => Promise<NpmRegistry>,
): Promise<TrialResult> {
  const seed = seedFor(request.seed, `${scenario.id}/${subject.id}/${arm}/${trial}`);
  const base = { scenario, subject: subject.id, sampled: subject.sampled, arm, trial, seed };
  const key = { scenario: scenario.id, subject: subject.id, arm, trial };
  const project = await projectFiles(scenario);
  const fingerprint = answerFingerprint({
    scenario,
    project,
    subject: subject.id,
    arm,
    seed,
    limits: request.limits,
  });
  const directory = await mkdtemp(path.join(os.tmpdir(), "dockwright-eval-"));
  try {
    const kept = await request.store?.read(key);
    const resumed = kept !== undefined && kept.fingerprint === fingerprint && subject.sampled;
    const answer = resumed
      ? kept.answer
      : await answered(scenario, subject, arm, trial, seed, directory, request);
    if (answer === undefined) return { ...base, resumed: false, ...unanswered(scenario, subject.id) };
    const proofOf = proofFingerprint(scenario, project, answer);
    const image =
      kept?.proof?.fingerprint === proofOf && kept.proof.image.kind === "tried" && resumed
        ? kept.proof.image
        : await proven(scenario, answer, directory, request, registry);
    const stored: StoredTrial = {
      ...key,
      scenarioVersion: scenario.version,
      seed,
      fingerprint,
      answer,
      proof: { fingerprint: proofOf, image },
    };
    await request.store?.write(stored);
    const criteria = grade({ scenario, answer, project, image, today: request.today });
    await request.store?.writeGrading(key, criteria);
    return { ...base, resumed, outcome: outcomeOf(criteria), criteria, answer, image };
  } catch (error) {
    if (request.signal.aborted) throw error;
    return { ...base, resumed: false, outcome: "error", error: described(error) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A subject that was never asked for this says nothing about it: untested, not failed. */
function unanswered(scenario: Scenario, subject: string) {
  const image = notTried("there is no answer");
  const criteria = scenario.criteria.map(({ id, text, grader, required, added }) => ({
    id,
    name: text,
    grader,
    required,
    added,
    verdict: "not-tested" as const,
    evidence: { text: `${subject} has no answer to this task` },
  }));
  return { outcome: "not-tested" as const, criteria, answer: answerOf({}), image };
}

async function answered(
  scenario: Scenario,
  subject: Subject,
  arm: Arm,
  trial: number,
  seed: number,
  directory: string,
  request: RunRequest,
): Promise<Answer | undefined> {
  const workspace = path.join(directory, "project");
  await layOutProject(scenario, workspace);
  const started = request.now();
  const answer = await subject.answer(scenario, {
    arm,
    trial,
    seed,
    ...(scenario.files === undefined ? {} : { directory: workspace }),
    signal: request.signal,
    limits: request.limits,
  });
  const durationMs = request.now() - started;
  return answer && { ...answer, durationMs };
}

async function proven(
  scenario: Scenario,
  answer: Answer,
  directory: string,
  request: RunRequest,
  registry: () => Promise<NpmRegistry>,
): Promise<ImageEvidence> {
  const { engine } = request;
  if (engine === undefined) return notTried(request.notBuilt);
  const tools: ProveTools = { verify: engine.verify, context: engine.context, registry, directory };
  return (await prove(scenario, answer, tools)).image;
}

function described(error: unknown): { message: string; hint: string } {
  if (error instanceof CancelledError) throw error;
  if (error instanceof DockwrightError) return { message: error.message, hint: error.hint };
  return {
    message: clean(error instanceof Error ? error.message : String(error), 300),
    hint: "report this as a defect",
  };
}

/** Judges stored answers again, with the proofs they were stored with. Nothing is asked, built or run. */
export async function regrade(
  store: Store,
  scenarios: readonly Scenario[],
  today: string,
): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = [];
  for (const kept of await store.all()) {
    const scenario = scenarios.find(({ id }) => id === kept.scenario);
    if (scenario === undefined) continue;
    const project = await projectFiles(scenario);
    const fits = kept.proof?.fingerprint === proofFingerprint(scenario, project, kept.answer);
    const image =
      kept.proof === undefined
        ? notTried("nothing was built")
        : fits
          ? kept.proof.image
          : notTried("the project changed since it was built");
    const criteria = grade({ scenario, answer: kept.answer, project, image, today });
    await store.writeGrading(kept, criteria);
    const { subject, arm, trial, seed } = kept;
    results.push({
      scenario,
      subject,
      sampled: kept.answer.usage !== undefined,
      arm,
      trial,
      seed,
      resumed: true,
      outcome: outcomeOf(criteria),
      criteria,
      answer: kept.answer,
      image,
    });
  }
  return results;
}
