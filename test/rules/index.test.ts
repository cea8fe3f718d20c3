import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rulesIndex } from "../../scripts/rules-index.mjs";
import { rules } from "../../src/rules/index.ts";

test("the list of rules holds every rule file", () => {
  const text = readFileSync(new URL("../../src/rules/index.ts", import.meta.url), "utf8");
  expect(text, "run: npm run rules").toBe(rulesIndex());
});

test("a rule is named like its file and no two share a name", () => {
  const names = rules.map(({ meta }) => meta.name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual([...names].sort());
});
