import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../src/data/package-files.ts";
import { validate } from "../../src/validate/run.ts";
import { codeBlocks, markdownFiles, readPage } from "./pages.ts";

const TODAY = "2026-11-21";
const blocks = markdownFiles("reference", "skills").flatMap((file) => codeBlocks(file, "dockerfile"));
const findings = (text: string) => validate(text, { today: TODAY }).findings;
const serious = (text: string) =>
  findings(text)
    .filter(({ severity }) => severity === "error" || severity === "warning")
    .map(({ rule, message, location }) => `${location?.startLine}: ${rule}: ${message}`);

describe("Dockerfiles in the documents", () => {
  const good = blocks.filter(({ kind }) => !kind.startsWith("bad"));
  it.each(good.map((block) => [block.place, block] as const))("%s has nothing to repair", (_, { text }) => {
    expect(serious(text)).toEqual([]);
  });

  it.each(good.filter(({ kind }) => kind === "").map((block) => [block.place, block] as const))(
    "%s starts with the syntax line and is whole",
    (_, { text }) => {
      expect(text.startsWith("# syntax=docker/dockerfile:1\n")).toBe(true);
      expect(text).toMatch(/^FROM /m);
      expect(text).toMatch(/^USER \d+:\d+$/m);
      expect(text).toMatch(/^HEALTHCHECK /m);
    },
  );

  const bad = blocks.filter(({ kind }) => kind.startsWith("bad"));
  it.each(bad.map((block) => [block.place, block] as const))(
    "%s is wrong in the way it says",
    (_, { kind, text }) => {
      const found = findings(text).map(({ rule }) => rule);
      for (const rule of kind.replace(/^bad\s*/, "").split(",")) expect(found).toContain(rule.trim());
    },
  );
});

describe("templates in the skills", () => {
  const files = readdirSync(`${packageRoot()}/skills/docker-multi-stage/assets`);
  it.each(files)("%s has nothing to repair", (file) => {
    expect(serious(readPage(`skills/docker-multi-stage/assets/${file}`))).toEqual([]);
  });
});
