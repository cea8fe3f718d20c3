import { parentPort } from "node:worker_threads";
import { judge } from "../../validate/judge.ts";
import type { Job } from "./pool.ts";

// One thread of a pool: gets a batch of jobs, answers with their results in the same order.
parentPort?.on("message", ({ index, jobs }: { index: number; jobs: readonly Job[] }) => {
  const results = jobs.map(({ name, text, options }) => judge(name, text, options));
  parentPort?.postMessage({ index, results });
});
