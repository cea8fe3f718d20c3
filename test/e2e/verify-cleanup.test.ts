import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { docker, engineReady } from "./engine.ts";
import { makeContext } from "./verify-subject.ts";

/** A verify in a process of its own, with its own folder for temporary files. */
function start(dockerfile: string): { child: ChildProcess; folder: string; output: () => string } {
  const folder = mkdtempSync(path.join(tmpdir(), "verify-tmp-"));
  const script = path.resolve("test/e2e/verify-child.ts");
  const child = spawn(
    process.execPath,
    ["--import", "tsx", script, makeContext({ Dockerfile: dockerfile })],
    {
      env: { ...process.env, TMPDIR: folder },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (text += String(chunk)));
  return { child, folder, output: () => text };
}

async function until(what: string, check: () => boolean, output: () => string = () => ""): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (check()) return;
    await pause(200);
  }
  throw new Error(`never happened: ${what}\n${output()}`);
}

/** Ids of the runs whose folders are there. */
function runsIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => /^dockwright-verify-([0-9a-f]+)-/.exec(name)?.[1] ?? []);
}

function left(runId: string): string[] {
  const filter = ["--filter", `label=dockwright.run=${runId}`];
  return [
    docker("ps", "-aq", ...filter),
    docker("network", "ls", "-q", ...filter),
    docker("images", "-aq", ...filter),
  ].filter((text) => text !== "");
}

function isRunning(...words: readonly string[]): boolean {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(words.join("\0"));
      } catch {
        return false;
      }
    });
}

describe.skipIf(!engineReady || process.platform !== "linux")(
  "what is left of a killed run",
  { timeout: 180_000 },
  () => {
    test.each(["SIGKILL", "SIGTERM"] as const)("nothing after %s during the build", async (signal) => {
      const seconds = String(3000 + Math.floor(Math.random() * 5000));
      const { child, folder, output } = start(`FROM debian:trixie-slim\nRUN sleep ${seconds}\n`);
      await until("the step runs", () => isRunning("sleep", seconds), output);
      const [runId = ""] = runsIn(folder);
      child.kill(signal);
      await until(
        "the folder is gone",
        () => !readdirSync(folder).some((name) => name.startsWith("dockwright")),
      );
      await until("the step has ended", () => !isRunning("sleep", seconds));
      await until("the clients have ended", () => !isRunning(`dockwright.run=${runId}`));
      expect(left(runId)).toEqual([]);
    });

    test.each(["SIGKILL", "SIGTERM"] as const)(
      "nothing after %s while the container runs",
      async (signal) => {
        const { child, folder, output } = start(
          'FROM debian:trixie-slim\nRUN true\nEXPOSE 80\nCMD ["sleep", "500"]\n',
        );
        await until(
          "the container runs",
          () =>
            runsIn(folder).some((id) => docker("ps", "-q", "--filter", `label=dockwright.run=${id}`) !== ""),
          output,
        );
        const [runId = ""] = runsIn(folder);
        child.kill(signal);
        await until(
          "the folder is gone",
          () => !readdirSync(folder).some((name) => name.startsWith("dockwright")),
        );
        await until("the janitor has ended", () => !isRunning(`dockwright.run=${runId}`));
        expect(left(runId)).toEqual([]);
      },
    );
  },
);
