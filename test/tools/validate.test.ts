import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import { defaultLimits } from "../../src/security/limits.ts";
import type { ToolContext } from "../../src/tools/define.ts";
import { validateInput, validateOutput } from "../../src/tools/schemas/validate.ts";
import { validateTool } from "../../src/tools/validate.ts";

let folder = "";

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "dockwright-validate-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

function contextOf(write = true): ToolContext {
  return {
    signal: new AbortController().signal,
    progress: () => {},
    roots: { directories: [folder] },
    limits: defaultLimits,
    today: "2026-11-21",
    now: () => 0,
    allow: { write, build: false },
  };
}

async function run(
  input: z.input<typeof validateInput>,
  context = contextOf(),
): Promise<{ output: z.output<typeof validateOutput>; text: string }> {
  const parsed = validateInput.parse(input);
  const output = await validateTool.run(parsed, context);
  expect(validateOutput.safeParse(output).error).toBeUndefined();
  return { output, text: validateTool.render(output, parsed) };
}

const rooted = "FROM debian:13-slim\nUSER root\nCMD run me\n";

test("the text for a model keeps to the budget of every tool and says what was cut", async () => {
  const dockerfile = `FROM debian:13-slim\n${"RUN apt-get install curl\n".repeat(200)}`;
  const { text } = await run({ dockerfile, detail: "full" });
  expect(text.length).toBeLessThanOrEqual(defaultLimits.resultChars);
  expect(text).toMatch(/^Truncated: \d+ of \d+ findings are shown/m);
});

describe("what is judged", () => {
  test("a text", async () => {
    const { output, text } = await run({ dockerfile: rooted });
    expect(output.passed).toBe(false);
    expect(text).toMatch(/^Failed: Dockerfile: 2 warnings/);
    expect(text).toMatch(/^2:1 warning last-user-root \(DL3002, DS-0002\): /m);
  });

  test("every Dockerfile of a folder, .gitignore honoured, in order", async () => {
    await put({
      "b/api.Dockerfile": rooted,
      "a/Containerfile": rooted,
      Dockerfile: rooted,
      "Dockerfile.dev": rooted,
      "docs/Dockerfile.md": rooted,
      ".dockerignore": "x",
      "Dockerfile.dockerignore": "x",
      ".gitignore": "vendor\n*.old.Dockerfile\n",
      "vendor/Dockerfile": rooted,
      "x.old.Dockerfile": rooted,
      "node_modules/pkg/Dockerfile": rooted,
    });
    const { output } = await run({ path: "." });
    expect(output.files.map(({ file }) => file)).toEqual([
      "Dockerfile",
      "Dockerfile.dev",
      "a/Containerfile",
      "b/api.Dockerfile",
    ]);
  });

  test("a glob", async () => {
    await put({
      "services/a/build.txt": rooted,
      "services/b/build.txt": rooted,
      "services/b/other.txt": rooted,
    });
    const { output } = await run({ path: "services/*/build.txt" });
    expect(output.files.map(({ file }) => file)).toEqual(["services/a/build.txt", "services/b/build.txt"]);
  });

  test("with its build context, a missing .dockerignore is found", async () => {
    await put({ Dockerfile: "FROM debian:13-slim\nCOPY . /app\nUSER 1000\n", ".git/config": "x" });
    const { output } = await run({ path: "Dockerfile" });
    expect(output.files[0]?.findings.map(({ rule }) => rule)).toContain("dockerignore-present");
  });
});

describe("configuration", () => {
  test("the nearest .hadolint.yaml and dockwright.yaml hold", async () => {
    await put({
      Dockerfile: rooted,
      "sub/Dockerfile": rooted,
      ".hadolint.yaml": "ignored: [DL3002]\n",
      "sub/dockwright.yaml": "rules: { DL3025: off }\n",
    });
    const { output } = await run({ path: "." });
    const rules = output.files.map(({ findings }) => findings.map(({ rule }) => rule));
    expect(rules[0]).not.toContain("last-user-root");
    expect(rules[0]).toContain("cmd-json-form");
    expect(rules[1]).not.toContain("cmd-json-form");
  });

  test("a configuration above the root is not looked at", async () => {
    await put({ ".hadolint.yaml": "ignored: [DL3002]\n", "sub/Dockerfile": rooted });
    const context = { ...contextOf(), roots: { directories: [path.join(folder, "sub")] } };
    const { output } = await run({ path: "Dockerfile" }, context);
    expect(output.files[0]?.findings.map(({ rule }) => rule)).toContain("last-user-root");
  });

  test("failOn and ignore of the request win", async () => {
    expect((await run({ dockerfile: rooted, failOn: "error" })).output.passed).toBe(true);
    expect((await run({ dockerfile: rooted, ignore: ["DL3002", "cmd-json-form"] })).output.passed).toBe(true);
    expect((await run({ dockerfile: rooted, ignore: ["DL0000"] })).output.warnings).toHaveLength(1);
  });

  test("a profile can be a checklist", async () => {
    const { output, text } = await run({ dockerfile: rooted, profile: "dos-and-donts" });
    expect(output.files[0]?.checklist?.items.find(({ id }) => id === "no-root")?.status).toBe("fail");
    expect(text).toContain("FAIL Don't run as root: line 2");
  });
});

describe("repairs", () => {
  test("come back as text and diff, and nothing is written", async () => {
    await put({ Dockerfile: rooted });
    const { output, text } = await run({ path: "Dockerfile", fix: "safe" });
    expect(output.files[0]?.repair?.text).toContain('CMD ["run", "me"]');
    expect(text).toContain('+CMD ["run", "me"]');
    expect(await readFile(path.join(folder, "Dockerfile"), "utf8")).toBe(rooted);
  });

  test("are saved when asked for", async () => {
    await put({ Dockerfile: rooted });
    const { output } = await run({ path: "Dockerfile", fix: "safe", write: true });
    expect(output.files[0]?.repair?.written).toBe(true);
    expect(await readFile(path.join(folder, "Dockerfile"), "utf8")).toBe(
      rooted.replace("run me", '["run", "me"]'),
    );
  });

  test("are not saved over bytes that are no UTF-8", async () => {
    const bytes = Buffer.from(`# J\u00fcrgen\n${rooted}`, "latin1");
    await writeFile(path.join(folder, "Dockerfile"), bytes);
    const { output, text } = await run({ path: "Dockerfile", fix: "safe", write: true });
    expect(output.files[0]?.repair?.written).toBe(false);
    expect(text).toMatch(/^Warning: Dockerfile was not saved: it is no UTF-8/m);
    expect(await readFile(path.join(folder, "Dockerfile"))).toEqual(bytes);
  });

  test("are not saved where writing is not allowed", async () => {
    await put({ Dockerfile: rooted });
    await expect(run({ path: "Dockerfile", fix: "safe", write: true }, contextOf(false))).rejects.toThrow(
      /may not write/,
    );
  });
});

test("a machine-readable report replaces the text", async () => {
  const { text } = await run({ dockerfile: rooted, format: "sarif" });
  expect(JSON.parse(text)).toMatchObject({ version: "2.1.0" });
});

test.each(["./app/Dockerfile", "app/../app/Dockerfile", "{folder}/app/Dockerfile"])(
  "a report names %s as seen from the root",
  async (name) => {
    await put({ "app/Dockerfile": rooted });
    const { text } = await run({ path: name.replace("{folder}", folder), format: "gitlab" });
    expect(JSON.parse(text)[0].location.path).toBe("app/Dockerfile");
  },
);

test("findings are cut at the limit and it is said", async () => {
  const many = `FROM debian:13-slim\n${"RUN apt-get install curl\n".repeat(200)}USER 1000\n`;
  const { output, text } = await run({ dockerfile: many });
  expect(output.truncated).toBe(true);
  expect(output.summary.findings).toBeGreaterThan(200);
  expect(output.files[0]?.findings).toHaveLength(defaultLimits.findings);
  expect(text).toContain(`of ${output.summary.findings} findings are shown`);
  expect(text.length).toBeLessThan(defaultLimits.resultChars);
});

describe("bad input gets one clear line", () => {
  test.each([
    [{ path: "missing" }, /missing does not exist/],
    [{ path: "../.." }, /outside the allowed directories/],
    [{ path: ".", dockerfile: "FROM x" }, /contradict/],
    [{ path: "empty" }, /no Dockerfile was found in empty/],
    [{ path: "binary" }, /not a text file/],
    [{ path: "link" }, /outside the allowed directories/],
    [{ dockerfile: "FROM x", profile: "nobody" }, /no profile nobody/],
    [{ path: "binary", write: true }, /nothing to save/],
  ])("%j", async (input, message) => {
    await put({ "empty/readme": "", binary: "FROM x\0\u0001" });
    await symlink("/etc/hostname", path.join(folder, "link"));
    await expect(run(input)).rejects.toThrow(message);
  });

  test("a file that is too large", async () => {
    await put({ Dockerfile: `FROM x\n${"#".repeat(2 * 1024 * 1024)}` });
    await expect(run({ path: "Dockerfile" })).rejects.toThrow(/at most 1048576/);
  });
});
