import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configSchema } from "../../src/validate/config/dockwright.ts";
import { rulesMarkdown } from "../../src/validate/documentation.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("docs/rules.md is what the rules say", () => {
  expect(read("docs/rules.md"), "run: npm run docs").toBe(rulesMarkdown());
});

test("the schema of dockwright.yaml is what the parser takes", () => {
  expect(JSON.parse(read("reference/schema/dockwright.schema.json")), "run: npm run docs").toEqual(
    JSON.parse(JSON.stringify(configSchema())),
  );
});
