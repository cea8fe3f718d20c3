import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { toolsMarkdown } from "../../src/tools/documentation.ts";

it("docs/tools.md is up to date (npm run docs)", () => {
  expect(readFileSync("docs/tools.md", "utf8")).toBe(toolsMarkdown());
});
