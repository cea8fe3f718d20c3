// Time from spawn to an answered tools/list over stdio, as a ratio to starting Node.js alone, both in this run.
// Run after `npm run build`: npx tsx bench/start.ts [rounds]
import { spawn } from "node:child_process";
import { once } from "node:events";

const rounds = Number(process.argv[2] ?? 15);
const budget = 5;

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bench", version: "1" } },
};
const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };

/** Milliseconds until Node.js has started and ended. */
async function bareNode(): Promise<number> {
  const started = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
  return performance.now() - started;
}

/** Milliseconds until a spawned server has answered tools/list. */
async function toolsList(): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, ["dist/cli/main.js", "serve"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.write(
    `${[initialize, initialized, list].map((message) => JSON.stringify(message)).join("\n")}\n`,
  );
  child.stdout.setEncoding("utf8");
  let text = "";
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes('"id":2') && text.endsWith("\n")) break;
  }
  const took = performance.now() - started;
  child.kill("SIGKILL");
  if (!text.includes('"validate_dockerfile"')) throw new Error("tools/list was not answered");
  return took;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const node: number[] = [];
const server: number[] = [];
// Turn by turn, so that a busy machine slows both.
for (let round = 0; round < rounds; round++) {
  node.push(await bareNode());
  server.push(await toolsList());
}
const ratio = median(server) / median(node);
console.log(
  JSON.stringify({
    rounds,
    nodeMs: Math.round(median(node)),
    toolsListMs: Math.round(median(server)),
    ratio: Number(ratio.toFixed(2)),
    budget,
  }),
);
process.exitCode = ratio <= budget ? 0 : 1;
