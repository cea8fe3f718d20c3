import { type ChildProcess, spawn } from "node:child_process";
import { childEnvironment } from "../security/process.ts";
import { runLabel } from "./types.ts";

/*
 * What a run made is removed by a process of its own. It hears from us through a pipe: when the pipe closes without
 * a word (we were killed, however hard), it ends the engine's clients of this run and removes everything that carries
 * the run's label, looking several times because a build may finish after its client.
 */
const script = `
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const [program, label, folder] = process.argv.slice(1);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
let told = "", asked = false;
const engine = (...args) => spawnSync(program, args, { encoding: "utf8", timeout: 60000 });
const lines = (result) => (result.stdout || "").split(/\\s+/).filter(Boolean);
const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
function clients() {
  if (process.platform === "linux") {
    return fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).flatMap((pid) => {
      try { return fs.readFileSync("/proc/" + pid + "/cmdline", "utf8").includes(label) ? [Number(pid)] : []; } catch { return []; }
    });
  }
  const list = spawnSync("ps", ["-axo", "pid=,command="], { encoding: "utf8" });
  return (list.stdout || "").split("\\n").filter((line) => line.includes(label)).map((line) => Number.parseInt(line, 10));
}
function endClients() {
  const found = clients().filter((pid) => pid > 1 && pid !== process.pid);
  for (const pid of found) for (const target of [-pid, pid]) { try { process.kill(target, "SIGKILL"); } catch {} }
  return found.length;
}
function round(keep) {
  const filter = ["--filter", "label=" + label];
  const containers = lines(engine("ps", "--all", "--quiet", ...filter));
  if (containers.length) engine("rm", "--force", "--volumes", ...containers);
  const networks = lines(engine("network", "ls", "--quiet", ...filter));
  if (networks.length) engine("network", "rm", ...networks);
  const images = [...new Set(lines(engine("images", "--all", "--quiet", "--no-trunc", ...filter)))].filter((id) => !keep.includes(id));
  if (images.length) engine("rmi", "--force", ...images);
  const there = fs.existsSync(folder);
  if (there) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  return containers.length + networks.length + images.length + (there ? 1 : 0);
}
function finish() {
  const keep = [...told.matchAll(/^keep (\\S+)$/gm)].map((match) => match[1]);
  const quietRounds = asked ? 1 : 4;
  let quiet = 0;
  for (let count = 0; count < 60 && quiet < quietRounds; count++) {
    const ended = asked ? 0 : endClients();
    quiet = round(keep) + ended === 0 ? quiet + 1 : 0;
    if (quiet < quietRounds) pause(asked ? 50 : 700);
  }
  process.exit(quiet >= quietRounds ? 0 : 1);
}
process.stdin.on("data", (chunk) => { told += chunk; if (/^clean$/m.test(told)) { asked = true; finish(); } });
process.stdin.on("end", finish);
process.stdin.on("error", finish);
`;

/** Removes what a run made. */
export interface Janitor {
  /** The image of this id (`sha256:…`) stays. */
  keep(imageId: string): void;
  /** Removes everything now and waits for it; false when something could not be removed. */
  clean(): Promise<boolean>;
}

/** Starts the janitor of a run, before anything is made. `folder` holds the run's temporary files. */
export function startJanitor(program: string, runId: string, folder: string): Janitor {
  const child: ChildProcess = spawn(
    process.execPath,
    ["-e", script, program, `${runLabel}=${runId}`, folder],
    { detached: true, stdio: ["pipe", "ignore", "ignore"], env: childEnvironment(), windowsHide: true },
  );
  const ended = new Promise<boolean>((resolve) => {
    child.once("exit", (code) => resolve(code === 0));
    child.once("error", () => resolve(false));
  });
  child.stdin?.on("error", () => undefined);
  child.unref();
  if (child.stdin && "unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return {
    keep: (imageId) => void child.stdin?.write(`keep ${imageId}\n`),
    clean() {
      child.ref();
      child.stdin?.write("clean\n");
      return ended;
    },
  };
}
