import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { median, passAtK, passHatK, seedFor, wilson } from "../../src/evals/statistics.ts";

/** All ways to draw k of n answers, the first c of which pass. */
function draws(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  if (n < k) return [];
  return [...draws(n - 1, k - 1).map((rest) => [...rest, n - 1]), ...draws(n - 1, k)];
}

describe("pass@k and pass^k", () => {
  it("equal the share of all draws, which is what they estimate", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(8), fc.integer({ min: 1, max: 8 }), (n, some, k) => {
        const c = Math.min(some, n);
        const all = draws(n, k);
        if (all.length === 0) {
          expect([passAtK(n, c, k), passHatK(n, c, k)]).toEqual([undefined, undefined]);
          return;
        }
        const any = all.filter((draw) => draw.some((index) => index < c)).length / all.length;
        const every = all.filter((draw) => draw.every((index) => index < c)).length / all.length;
        expect(passAtK(n, c, k)).toBeCloseTo(any, 10);
        expect(passHatK(n, c, k)).toBeCloseTo(every, 10);
      }),
    );
  });
});

describe("the Wilson interval", () => {
  it("gives the published values", () => {
    // Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29.
    const rounded = [wilson(81, 263), wilson(15, 148), wilson(0, 20), wilson(1, 29)].map((each) =>
      each.map((value) => Number(value.toFixed(4))),
    );
    expect(rounded).toEqual([
      [0.2553, 0.3662],
      [0.0624, 0.1605],
      [0, 0.1611],
      [0.0061, 0.1718],
    ]);
  });
  it("says nothing of nothing", () => {
    expect(wilson(0, 0)).toEqual([0, 1]);
  });
});

it("the median of an even number of values is between the middle two", () => {
  expect([median([]), median([3]), median([5, 1, 3]), median([4, 1, 3, 2])]).toEqual([undefined, 3, 3, 2.5]);
});

it("seeds differ between trials and stay the same between runs", () => {
  const names = Array.from({ length: 500 }, (_, index) => `scenario/subject/arm/${index}`);
  const seeds = names.map((name) => seedFor(7, name));
  expect(new Set(seeds).size).toBe(names.length);
  expect(names.map((name) => seedFor(7, name))).toEqual(seeds);
  expect(seedFor(8, names[0] ?? "")).not.toBe(seeds[0]);
});
