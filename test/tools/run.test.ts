import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { InputError } from "../../src/security/errors.ts";
import { defaultLimits } from "../../src/security/limits.ts";
import { makeRoots } from "../../src/security/paths.ts";
import type { Tool, ToolContext } from "../../src/tools/define.ts";
import type { ListedTool } from "../../src/tools/list.ts";
import { type CallEnvironment, callTool } from "../../src/tools/run.ts";

const input = z.object({
  name: z.string().optional(),
  count: z.int().min(1).max(9).default(2),
  kind: z.enum(["small", "large"]).optional(),
  secrets: z.record(z.string(), z.string()).optional(),
  write: z.boolean().default(false),
});
const output = z.object({ items: z.array(z.string()), truncated: z.boolean().optional() });

type Run = (given: Record<string, unknown>, context: ToolContext) => Promise<Record<string, unknown>>;

function toolThat(run: Run, extra: Partial<ListedTool> = {}): ListedTool {
  const listed = {
    name: "try_it",
    verb: "try",
    title: "Try",
    description: "Tries.",
    input,
    output,
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    builds: false,
    writes: ["write"],
    secrets: ["secrets"],
    unpublished: [],
    ...extra,
  };
  const tool: Tool = { ...listed, run, render: (data) => JSON.stringify(data), failed: () => false };
  return { ...listed, load: async () => tool };
}

async function call(tool: ListedTool, given: unknown, extra: Partial<CallEnvironment> = {}) {
  return callTool(tool, given, {
    signal: new AbortController().signal,
    roots: await makeRoots(["."]),
    limits: defaultLimits,
    allow: { write: false, build: false },
    now: Date.now,
    bounded: true,
    onUnexpected: () => undefined,
    ...extra,
  });
}

const echo = toolThat(async (given) => ({ items: [JSON.stringify(given)] }));

describe("callTool", () => {
  it("fills in defaults and returns data and text", async () => {
    const result = await call(echo, { name: "x" });
    expect(result).toMatchObject({ ok: true, data: { items: ['{"name":"x","count":2,"write":false}'] } });
  });

  it.each([
    [
      "an unknown argument",
      { nam: 1 },
      /has no argument nam; Did you mean name\? The arguments are name, count/,
    ],
    ["a value outside the choices", { kind: "huge" }, /kind huge is not one of small, large/],
    ["a wrong type", { count: "two" }, /count must be .*number.*, not two/],
    ["a number too large", { count: 10 }, /count is too large: at most 9/],
    ["arguments that are no object", ["x"], /takes an object of arguments/],
  ])("names %s in one line", async (_, given, message) => {
    const result = await call(echo, given);
    expect(result).toMatchObject({ ok: false, kind: "input" });
    expect(result.text).toMatch(message);
    expect(result.text).not.toContain("\n");
  });

  it("cleans hostile text out of error lines", async () => {
    const result = await call(echo, { "a\u001B[31m\nb\u202E": 1 });
    expect(result.text).toContain("has no argument a b;");
  });

  it("refuses to write or build unless that is allowed", async () => {
    const writing = await call(echo, { write: true });
    expect(writing).toMatchObject({ ok: false, kind: "input" });
    expect(writing.text).toContain("--allow-write");
    expect(await call(echo, { write: true }, { allow: { write: true, build: false } })).toMatchObject({
      ok: true,
    });
    const builder = toolThat(async () => ({ items: [] }), { builds: true });
    expect((await call(builder, {})).text).toContain("--allow-build");
    expect(await call(builder, {}, { allow: { write: false, build: true } })).toMatchObject({ ok: true });
  });

  it("stops work that ignores its signal at the deadline and says how long it had", async () => {
    let told: unknown;
    const stuck = toolThat(async (_, { signal }) => {
      signal.addEventListener("abort", () => {
        told = signal.reason;
      });
      await wait(60_000, undefined, { ref: false });
      return { items: [] };
    });
    const result = await call(stuck, {}, { limits: { ...defaultLimits, deadlineMs: 30 } });
    expect(result).toMatchObject({ ok: false, kind: "limit" });
    expect(result.text).toMatch(/try_it did not finish within/);
    expect(told).toBeInstanceOf(Error);
  });

  it("passes cancellation on, also when it came before the call", async () => {
    const controller = new AbortController();
    const waits = toolThat(async (_, { signal }) => {
      await wait(60_000, undefined, { signal });
      return { items: [] };
    });
    const running = call(waits, {}, { signal: controller.signal });
    controller.abort();
    expect(await running).toMatchObject({ ok: false, kind: "cancelled" });
    expect(await call(waits, {}, { signal: controller.signal })).toMatchObject({
      ok: false,
      kind: "cancelled",
    });
  });

  it("shows expected errors with their hint and keeps unexpected ones to the log", async () => {
    const expected = toolThat(async () => {
      throw new InputError("the port is taken", "choose another");
    });
    expect((await call(expected, {})).text).toBe("the port is taken; choose another");
    const logged: string[] = [];
    const broken = toolThat(async () => {
      throw new TypeError("cannot read /etc/secret of undefined");
    });
    const result = await call(
      broken,
      {},
      { onUnexpected: (id, error) => logged.push(`${id} ${String(error)}`) },
    );
    expect(result).toMatchObject({ ok: false, kind: "internal" });
    expect(result.text).not.toContain("/etc/secret");
    const id = /internal error (\w+);/.exec(result.text)?.[1];
    expect(logged).toEqual([`${id} TypeError: cannot read /etc/secret of undefined`]);
  });

  it("masks the call's secrets in data, text, progress and errors", async () => {
    const secrets = { API_KEY: "hunter2-hunter2", PORT: "8080", more: "DB_PASSWORD=hunter2-hunter2-3" };
    const leaks = toolThat(async (_, context) => {
      context.progress("using hunter2-hunter2");
      return { items: ["key=hunter2-hunter2", "port 8080"] };
    });
    const seen: string[] = [];
    const result = await call(leaks, { secrets }, { onProgress: (message) => seen.push(message) });
    expect(JSON.stringify([result, seen])).not.toContain("hunter2");
    expect(result).toMatchObject({ ok: true, data: { items: ["key=hu***(15 characters)", "port 8080"] } });
    const fails = toolThat(async () => {
      throw new InputError("bad key hunter2-hunter2", "use another");
    });
    expect((await call(fails, { secrets })).text).toBe("bad key hu***(15 characters); use another");
  });

  it("bounds what a model gets and says so; a person gets everything", async () => {
    const many = toolThat(async () => ({ items: Array.from({ length: 5_000 }, (_, at) => `item ${at}`) }));
    const limits = { ...defaultLimits, resultChars: 2_000 };
    const result = await call(many, {}, { limits });
    if (!result.ok) throw new Error(result.text);
    expect(JSON.stringify(result.data).length).toBeLessThanOrEqual(2_100);
    expect(result.data.truncated).toBe(true);
    expect(result.text.length).toBeLessThanOrEqual(2_000);
    expect(result.text).toContain("items has 5000");
    const whole = await call(many, {}, { limits, bounded: false });
    expect(whole.ok && whole.data.items).toHaveLength(5_000);
  });

  it("thins out progress but always passes on the end", async () => {
    const busy = toolThat(async (_, context) => {
      for (let done = 1; done <= 1_000; done++) context.progress("reading", done, 1_000);
      return { items: [] };
    });
    const seen: (number | undefined)[] = [];
    let time = 0;
    const now = () => {
      time += 1;
      return time;
    };
    await call(busy, {}, { now, onProgress: (_, done) => seen.push(done) });
    expect(seen.length).toBeLessThan(20);
    expect(seen.at(-1)).toBe(1_000);
  });
});
