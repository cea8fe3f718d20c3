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
/** Batches a thread holds, so that it has work while its last results are taken over. */
const ahead = 2;

/**
 * Judges files in their order while they are still being read, in several threads when `count` says that there will be
 * many. Throws CancelledError when the signal fires, and what reading throws.
 */
export async function judgeAll(
  jobs: AsyncIterable<Job>,
  count: number,
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<Judged[]> {
  const entry = workerEntry();
  const threads = Math.min(availableParallelism(), maxThreads);
  if (entry !== undefined && threads > 1 && count >= worthwhile) {
    return inThreads(entry, threads, jobs, signal, progress);
  }
  const results: Judged[] = [];
  for await (const job of jobs) {
    if (signal.aborted) throw new CancelledError();
    results.push(await judgeJob(job));
    progress(results.length);
    if (results.length % batchSize === 0) await giveWay();
  }
  return results;
}

/** Frees the thread for results that came and for a cancellation. */
async function giveWay(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** The worker's own bundle; undefined when the sources run unbundled. */
function workerEntry(): URL | undefined {
  for (const place of ["./validate-worker.js", "../validate-worker.js"]) {
    const url = new URL(place, import.meta.url);
    if (existsSync(url)) return url;
  }
  return undefined;
}

/** Jobs on their way to a thread. */
interface Batch {
  readonly index: number;
  readonly jobs: readonly Job[];
}

function inThreads(
  entry: URL,
  threads: number,
  jobs: AsyncIterable<Job>,
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<Judged[]> {
  return new Promise((resolve, reject) => {
    const batches: (readonly Judged[])[] = [];
    const waiting: Batch[] = [];
    let expected: number | undefined;
    let done = 0;
    let files = 0;
    // Threads load their code while the first files are read.
    const pool = Array.from({ length: threads }, () => ({ worker: new Worker(entry), held: 0 }));
    const finish = (error?: unknown): void => {
      signal.removeEventListener("abort", onAbort);
      for (const { worker } of pool) void worker.terminate();
      if (error === undefined) resolve(batches.flat());
      else reject(error);
    };
    const onAbort = (): void => finish(new CancelledError());
    signal.addEventListener("abort", onAbort, { once: true });
    const feed = (): void => {
      for (let level = 1; level <= ahead; level++) {
        for (const thread of pool) {
          if (thread.held >= level) continue;
          const batch = waiting.shift();
          if (batch === undefined) return;
          thread.held++;
          thread.worker.postMessage(batch);
        }
      }
    };
    const take = (index: number, results: readonly Judged[]): void => {
      batches[index] = results;
      done++;
      files += results.length;
      progress(files);
      if (done === expected) finish();
    };
    for (const thread of pool) {
      thread.worker.on("error", finish);
      thread.worker.on("message", ({ index, results }: { index: number; results: readonly Judged[] }) => {
        thread.held--;
        feed();
        take(index, results);
      });
    }
    const send = async (): Promise<void> => {
      let next = 0;
      for await (const batch of batched(jobs)) {
        if (signal.aborted) return;
        const index = next++;
        if (batch.every(isMovable)) {
          waiting.push({ index, jobs: batch });
          feed();
        } else take(index, await Promise.all(batch.map(judgeJob)));
        await giveWay();
      }
      expected = next;
      if (done === expected) finish();
    };
    send().catch(finish);
  });
}

/** A build context cannot leave this thread. */
function isMovable({ options }: Job): boolean {
  return options.context === undefined;
}

async function* batched(jobs: AsyncIterable<Job>): AsyncGenerator<readonly Job[]> {
  let batch: Job[] = [];
  for await (const job of jobs) {
    batch.push(job);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
