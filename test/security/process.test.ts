import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  checkImageReference,
  childEnvironment,
  findProgram,
  runProcess,
} from "../../src/security/process.ts";

const base = { program: process.execPath, timeoutMs: 20_000 };
const never = new AbortController().signal;
const node = (code: string, extra = {}) =>
  runProcess({ ...base, args: ["-e", code], signal: never, ...extra });

describe("runProcess", () => {
  it("gives arguments as they are, without a shell", async () => {
    const hostile = ["$(touch /tmp/owned)", "; rm -rf x", "a b", "`id`", "&&", ""];
    const result = await runProcess({
      ...base,
      args: ["-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...hostile],
      signal: never,
    });
    expect(JSON.parse(result.stdout)).toEqual(hostile);
  });

  it("passes on only the variables it names", async () => {
    process.env.DOCKWRIGHT_CANARY = "leaks";
    try {
      const { stdout } = await node("console.log(JSON.stringify(process.env))", { env: { EXTRA: "1" } });
      const env = JSON.parse(stdout);
      expect(env).not.toHaveProperty("DOCKWRIGHT_CANARY");
      expect(env).toMatchObject({ EXTRA: "1", PATH: process.env.PATH });
      expect(childEnvironment()).not.toHaveProperty("DOCKWRIGHT_CANARY");
    } finally {
      delete process.env.DOCKWRIGHT_CANARY;
    }
  });

  it("reports an exit code as a result", async () => {
    expect(await node("console.error('no'); process.exit(7)")).toMatchObject({ exitCode: 7, stderr: "no\n" });
  });

  it("kills the whole group at the deadline", async () => {
    const code = `
      const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
      console.log(child.pid);
      setInterval(() => {}, 1000);`;
    const lines: string[] = [];
    const running = node(code, { timeoutMs: 1_500, onLine: (line: string) => lines.push(line) });
    await expect(running).rejects.toThrow(/did not finish within/);
    const pid = Number(lines[0]);
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });

  it("ends with the request", async () => {
    const controller = new AbortController();
    const running = node("setInterval(() => {}, 1000)", { signal: controller.signal });
    await wait(50);
    controller.abort();
    await expect(running).rejects.toThrow(/cancelled/);
    await expect(node("0", { signal: controller.signal })).rejects.toThrow(/cancelled/);
  });

  it("stops a process that prints too much", async () => {
    const flood = "for (;;) require('node:fs').writeSync(1, 'x'.repeat(65536))";
    await expect(node(flood, { maxOutputBytes: 200_000 })).rejects.toThrow(/printed more than 200000 bytes/);
  });

  it("stops what that process has started, too, which holds its output open", async () => {
    const code = `
      const { spawn } = require("node:child_process");
      spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "inherit" });
      for (;;) require("node:fs").writeSync(1, "x".repeat(65536));`;
    await expect(node(code, { maxOutputBytes: 200_000, timeoutMs: 4_000 })).rejects.toThrow(
      /printed more than/,
    );
  });

  it("says which program is missing", async () => {
    await expect(
      runProcess({ ...base, program: "no-such-program", args: [], signal: never }),
    ).rejects.toThrow(/no-such-program was not found/);
    expect(await findProgram("no-such-program")).toBeUndefined();
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("checkImageReference", () => {
  it.each([
    "alpine",
    "python:3.12-slim",
    "ghcr.io/owner/name:tag",
    "localhost:5000/a/b__c:1",
    `registry.example/app@sha256:${"a".repeat(64)}`,
    `sha256:${"0".repeat(64)}`,
    "0123456789ab",
  ])("takes %s", (reference) => {
    expect(checkImageReference(reference)).toBe(reference);
  });

  it.each([
    "",
    "-v",
    "--privileged",
    "a b",
    "a;b",
    "a$(id)",
    "../etc",
    "a:",
    "a@sha256:12",
    "UPPER:tag name",
    "a\nb",
    "a".repeat(600),
  ])("refuses %j", (reference) => {
    expect(() => checkImageReference(reference)).toThrow(/is not an image reference/);
  });
});
