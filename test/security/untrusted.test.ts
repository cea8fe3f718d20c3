import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clean, cleanLines, mask, truncate } from "../../src/security/untrusted.ts";

describe("clean", () => {
  it.each([
    ["colours", "\u001B[31mred\u001B[0m", "red"],
    ["titles of terminals", "\u001B]0;owned\u0007text", "text"],
    ["links of terminals", "\u001B]8;;http://evil\u001B\\text\u001B]8;;\u001B\\", "text"],
    ["line breaks", "one\r\ntwo\tthree", "one two three"],
    ["bidirectional controls", "abc\u202Etxt.exe", "abctxt.exe"],
    ["zero-width characters", "pass\u200Bword\uFEFF", "password"],
    ["tag characters that hide text", "hi\u{E0041}\u{E0042}", "hi"],
    ["bells and backspaces", "a\u0007\u0008b", "ab"],
    ["C1 controls", "a\u009B31mb", "a31mb"],
  ])("removes %s", (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  it("keeps what people write", () => {
    for (const text of ["naïve café", "日本語", "emoji 🐳", "a-b_c/d.e:f"]) expect(clean(text)).toBe(text);
  });

  it("gives one bounded line without controls for any input", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 500 }),
        fc.integer({ min: 2, max: 100 }),
        (text, max) => {
          const result = clean(text, max);
          expect(result.length).toBeLessThanOrEqual(max);
          expect(result).not.toMatch(
            /[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/,
          );
        },
      ),
    );
  });

  it("takes a huge text in its stride", () => {
    expect(clean("\u001B[".repeat(2_000_000)).length).toBeLessThanOrEqual(200);
  });
});

it("clean gives text that a URI can hold, for file names that are no UTF-8, too", () => {
  expect(clean("caf\uDCE9.env 🐳")).toBe("caf\uFFFD.env 🐳");
  expect(encodeURIComponent(clean("\uD83D"))).toBe("%EF%BF%BD");
});

it("cleanLines keeps the last lines of a log", () => {
  expect(cleanLines("one\ntwo\u001B[1m\nthree\n\n", 2)).toEqual(["two", "three"]);
});

it("truncate never leaves half a character", () => {
  expect(truncate("🐳🐳🐳", 4)).toBe("🐳…");
  expect(truncate("abc", 3)).toBe("abc");
});

it("mask shows at most two characters of a long secret", () => {
  expect(mask("hunter2-hunter2")).toBe("hu***(15 characters)");
  expect(mask("short")).toBe("***(5 characters)");
});
