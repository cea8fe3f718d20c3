import { parentPort } from "node:worker_threads";
import type { Judged } from "../../validate/judge.ts";
import { type Job, judgeJob } from "./pool.ts";

// One thread of a pool: gets a batch of jobs, answers with their results in the same order.
parentPort?.on("message", async ({ index, jobs }: { index: number; jobs: readonly Job[] }) => {
  const results: Judged[] = [];
  for (const job of jobs) results.push(await judgeJob(job));
  parentPort?.postMessage({ index, results });
});
