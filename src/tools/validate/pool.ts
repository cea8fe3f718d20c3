import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { CancelledError } from "../../security/errors.ts";
import type { FixLevel, Offer } from "../../validate/fix.ts";
import { type Judged, type JudgeOptions, judge, validateOptions } from "../../validate/judge.ts";
import { singleStageRules } from "./multi-stage/trigger.ts";

/** One file to judge. Plain data, unless it has a build context, which cannot leave this thread. */
export interface Job {
  readonly name: string;
  readonly text: string;
  readonly options: JudgeOptions;
  /** Repairs to make first. */
  readonly fix?: FixLevel;
  /** Name of the folder that is the build context, where the context of the options is a project's. */
  readonly project?: string;
}

/** Does one job; what repairs is loaded when it is needed. */
export async function judgeJob(job: Job): Promise<Judged> {
  const { name, text, options, fix } = job;
  const offer = await offerFor(job);
  if (fix === undefined) return judge(name, text, { ...options, ...(offer ? { offer } : {}) });
  const { repairAndJudge } = await import("../../validate/repair.ts");
  return repairAndJudge(name, text, { ...options, fix, ...(offer ? { offer } : {}) });
}

/** The generator, where a finding of a single stage in a project asks for it; loaded then only. */
async function offerFor({ name, text, options, fix, project }: Job): Promise<Offer | undefined> {
  const { context } = options;
  if (project === undefined || context === undefined || fix === "safe") return undefined;
  const { findings } = judge(name, text, options).report;
  if (!findings.some(({ rule }) => singleStageRules.includes(rule))) return undefined;
  const { multiStageOffer } = await import("./multi-stage/offer.ts");
  return multiStageOffer({ name: project, context }, validateOptions(name, options), fix === "unsafe");
}

/** Below this many files starting threads costs more than it saves. */
const worthwhile = 200;
const batchSize = 40;
const maxThreads = 8;

/** Judges files in their order, in several threads when there are many. Throws CancelledError when the signal fires. */
export async function judgeAll(
  jobs: readonly Job[],
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<Judged[]> {
  const entry = workerEntry();
  const threads = Math.min(availableParallelism(), maxThreads);
  const movable = jobs.every(({ options }) => options.context === undefined);
  if (entry !== undefined && threads > 1 && movable && jobs.length >= worthwhile) {
    return inThreads(entry, threads, jobs, signal, progress);
  }
  const results: Judged[] = [];
  for (const job of jobs) {
    if (signal.aborted) throw new CancelledError();
    results.push(await judgeJob(job));
    progress(results.length);
    // Between files the thread is free for a cancellation.
    if (results.length % batchSize === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return results;
}

/** The worker's own bundle; undefined when the sources run unbundled. */
function workerEntry(): URL | undefined {
  for (const place of ["./validate-worker.js", "../validate-worker.js"]) {
    const url = new URL(place, import.meta.url);
    if (existsSync(url)) return url;
  }
  return undefined;
}

function inThreads(
  entry: URL,
  threads: number,
  jobs: readonly Job[],
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<Judged[]> {
  return new Promise((resolve, reject) => {
    const batches: Judged[][] = [];
    const count = Math.ceil(jobs.length / batchSize);
    let next = 0;
    let done = 0;
    const workers: Worker[] = [];
    const finish = (error?: unknown): void => {
      signal.removeEventListener("abort", onAbort);
      for (const worker of workers) void worker.terminate();
      if (error === undefined) resolve(batches.flat());
      else reject(error);
    };
    const onAbort = (): void => finish(new CancelledError());
    signal.addEventListener("abort", onAbort, { once: true });
    const feed = (worker: Worker): void => {
      if (next >= count) return;
      const index = next++;
      worker.postMessage({ index, jobs: jobs.slice(index * batchSize, (index + 1) * batchSize) });
    };
    for (let thread = 0; thread < Math.min(threads, count); thread++) {
      const worker = new Worker(entry);
      workers.push(worker);
      worker.on("error", finish);
      worker.on("message", ({ index, results }: { index: number; results: Judged[] }) => {
        batches[index] = results;
        done++;
        progress(Math.min(done * batchSize, jobs.length));
        if (done === count) finish();
        else feed(worker);
      });
      feed(worker);
    }
  });
}
