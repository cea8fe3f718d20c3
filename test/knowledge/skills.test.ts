import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { packageRoot } from "../../src/data/package-files.ts";
import { listSkills } from "../../src/knowledge/skills.ts";
import { markdownFiles, readPage } from "./pages.ts";

const skills = listSkills().map((skill) => [skill.name, skill] as const);
const root = packageRoot();

/** Frontmatter as the Agent Skills specification has it (https://agentskills.io/specification). */
const specification = z.strictObject({
  name: z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  description: z
    .string()
    .min(1)
    .max(1024)
    .regex(/^[^<>]*$/),
  license: z.string().optional(),
  compatibility: z.string().min(1).max(500).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  "allowed-tools": z.string().optional(),
});

function head(text: string): z.output<typeof specification> {
  return specification.parse(parse(/^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? ""));
}

describe.each(skills)("skill %s", (name, skill) => {
  it("follows the specification", () => {
    expect(head(skill.text).name).toBe(name);
    expect(path.basename(skill.folder)).toBe(name);
    expect(skill.description).toBe(head(skill.text).description);
  });

  it("fits its budget: 2,000 to 5,000 tokens, at most 400 lines", () => {
    const tokens = countTokens(skill.text);
    expect(tokens).toBeGreaterThanOrEqual(2000);
    expect(tokens).toBeLessThanOrEqual(5000);
    expect(skill.text.split("\n").length).toBeLessThanOrEqual(400);
  });

  it("works when its folder is copied alone: every file it names is in it", () => {
    const named = [
      ...skill.text.matchAll(/\b((?:reference|assets|scripts)\/[\w./-]+\.(?:md|mjs)|assets\/[\w.-]+)/g),
    ];
    expect(named.length).toBeGreaterThan(0);
    for (const [, file = ""] of named) expect(skill.files).toContain(file.replace(/\.$/, ""));
  });

  it("has ten or more queries that must load it and near misses that must not", () => {
    const queries = z
      .array(z.strictObject({ query: z.string(), should_trigger: z.boolean() }))
      .parse(JSON.parse(readFileSync(path.join(root, `evals/triggers/${name}.json`), "utf8")));
    expect(queries).toHaveLength(20);
    expect(queries.filter((one) => one.should_trigger).length).toBeGreaterThanOrEqual(8);
    expect(queries.filter((one) => !one.should_trigger).length).toBeGreaterThanOrEqual(8);
    expect(new Set(queries.map((one) => one.query)).size).toBe(20);
  });
});

describe("the skills together", () => {
  it("keep the description of the plan word for word", () => {
    expect(skills.find(([name]) => name === "writing-dockerfiles")?.[1].description).toBe(
      "Writing optimized, secure, multi-stage Dockerfiles with language-specific patterns (Python, Node.js, Go, Rust), BuildKit features, and distroless images. Use when containerizing applications or optimizing existing Dockerfiles.",
    );
  });

  it("and the pages name only options the tools have", async () => {
    const schemas = {
      generate: (await import("../../src/tools/schemas/generate.ts")).generateInput,
      validate: (await import("../../src/tools/schemas/validate.ts")).validateInput,
      analyze: (await import("../../src/tools/schemas/analyze.ts")).analyzeInput,
      verify: (await import("../../src/tools/schemas/verify.ts")).verifyInput,
    };
    const commands = markdownFiles("reference", "skills").flatMap((file) => [
      ...readPage(file).matchAll(/dockwright (generate|validate|analyze|verify)\b([^`|#"\n]*)/g),
    ]);
    expect(commands.length).toBeGreaterThan(20);
    for (const [command, verb = "", rest = ""] of commands) {
      const schema = Object.entries(schemas).find(([name]) => name === verb)?.[1];
      const known = Object.keys(schema?.shape ?? {}).map((key) =>
        key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      );
      for (const [, option = ""] of rest.matchAll(/--([a-z-]+)/g)) {
        expect([...known, "json"], command).toContain(option);
      }
    }
  });

  it("carry the reference pages as they are", () => {
    const run = spawnSync(process.execPath, ["scripts/reference.mjs", "--check"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
  });

  it.skipIf(!existsSync(path.join(root, "dist/cli/main.js")))(
    "run their scripts over the command line",
    () => {
      const script = path.join(root, "skills/writing-dockerfiles/scripts/validate_dockerfile.mjs");
      const run = (file: string) =>
        spawnSync(process.execPath, [script, file, "--ignore", "dockerignore-present"], {
          cwd: root,
          encoding: "utf8",
        });
      expect(run("skills/docker-multi-stage/assets/Dockerfile.node-multistage").status).toBe(0);
      const bad = run("test/fixtures/seeds/002-0029.Dockerfile");
      expect(bad.stdout).toContain("eol-base-image");
      expect(bad.status).toBe(1);
    },
  );
});
