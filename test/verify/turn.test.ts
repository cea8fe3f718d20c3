import { expect, it } from "vitest";
import { inTurn } from "../../src/verify/turn.ts";

const never = new AbortController().signal;

it("one at a time, in the order they came, also after a failure", async () => {
  const said: string[] = [];
  const work = (name: string) => async (): Promise<string> => {
    said.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    said.push(`${name} ends`);
    if (name === "b") throw new Error("no");
    return name;
  };
  const all = await Promise.allSettled(["a", "b", "c"].map((name) => inTurn(never, work(name))));
  expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(said).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

it("who waits and is cancelled is told at once, and does not begin", async () => {
  let finish: () => void = () => undefined;
  const first = inTurn(never, () => new Promise<void>((resolve) => (finish = resolve)));
  const controller = new AbortController();
  let began = false;
  const second = inTurn(controller.signal, async () => {
    began = true;
  });
  controller.abort();
  await expect(second).rejects.toMatchObject({ kind: "cancelled" });
  finish();
  await first;
  await inTurn(never, async () => undefined);
  expect(began).toBe(false);
});
