import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../src/data/package-files.ts";
import { generate } from "../../src/generate/generate.ts";
import { readProject } from "../../src/project/read.ts";
import { defaultLimits } from "../../src/security/limits.ts";

const folder = path.join(packageRoot(), "examples");
const examples = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const parameters = { variant: "production", upgrade: false, tests: false, today: "2026-11-21" } as const;

describe("examples", () => {
  it("cover the five languages", () => {
    expect(examples).toEqual(
      expect.arrayContaining([
        "python-fastapi",
        "nodejs-express",
        "go-microservice",
        "rust-actix",
        "java-spring",
      ]),
    );
  });

  it.each(examples)(
    "%s holds what the generator makes of it today (else: npm run examples)",
    async (name) => {
      const project = await readProject(path.join(folder, name), defaultLimits, new AbortController().signal);
      const made = generate({ project, parameters });
      if (made.kind !== "generated") throw new Error(made.reason);
      expect(readFileSync(path.join(folder, name, "Dockerfile"), "utf8")).toBe(made.dockerfile);
      expect(readFileSync(path.join(folder, name, ".dockerignore"), "utf8")).toBe(made.dockerignore);
      expect(made.findings.filter(({ severity }) => severity === "error" || severity === "warning")).toEqual(
        [],
      );
    },
  );
});
