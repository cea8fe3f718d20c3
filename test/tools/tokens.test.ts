import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { estimateTokens } from "../../src/tools/tokens.ts";

const digest = (text: string, encoding: "hex" | "base64"): string =>
  createHash("sha256").update(text).digest(encoding);
const numbers = Array.from({ length: 100 }, (_, index) => String(index));

describe("an estimate", () => {
  it.each([
    ["prose", readFileSync("README.md", "utf8")],
    ["code", readFileSync("src/tools/run.ts", "utf8")],
    ["a Dockerfile", readFileSync("examples/go-microservice/Dockerfile", "utf8")],
    ["data", JSON.stringify(JSON.parse(readFileSync("reference/data/images.json", "utf8"))).slice(0, 20_000)],
    ["a lock file", readFileSync("examples/nodejs-express/package-lock.json", "utf8").slice(0, 20_000)],
    ["digests", JSON.stringify(numbers.map((one) => `sha256:${digest(one, "hex")}`))],
    ["base64", numbers.map((one) => digest(one, "base64")).join("\n")],
  ])("of %s is within 12% of a tokenizer's count", (_what, text) => {
    const share = estimateTokens(text) / countTokens(text);
    expect(share).toBeGreaterThan(0.88);
    expect(share).toBeLessThan(1.12);
  });

  it("of nothing is nothing", () => {
    expect(estimateTokens("")).toBe(0);
  });
});
