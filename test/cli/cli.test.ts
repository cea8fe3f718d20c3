import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import pkg from "../../package.json" with { type: "json" };
import { tools } from "../../src/tools/list.ts";
import { runCli } from "../e2e/cli.ts";

let folder = "";
const good = 'FROM scratch\nCOPY app /app\nUSER 65532:65532\nCMD ["/app"]\n';

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "dockwright-cli-")));
  mkdirSync(path.join(folder, "empty"));
  mkdirSync(path.join(folder, "project/one"), { recursive: true });
  mkdirSync(path.join(folder, "project/two"), { recursive: true });
  writeFileSync(path.join(folder, "project/one/Dockerfile"), "FROM node\nRUN sudo npm install\n");
  writeFileSync(path.join(folder, "project/two/Dockerfile"), "FROM python\n");
  writeFileSync(path.join(folder, "big.Dockerfile"), `FROM scratch\n${"# comment\n".repeat(1024 * 1024)}`);
  writeFileSync(path.join(folder, "binary.Dockerfile"), Buffer.from([0x46, 0, 1, 2, 0xff, 0xfe]));
  symlinkSync("/etc/hostname", path.join(folder, "project/link.Dockerfile"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: readonly string[], options: { input?: string; env?: Record<string, string> } = {}) =>
  runCli(args, { cwd: folder, ...options });

describe("help and version", () => {
  it("prints the version", () => {
    expect(run(["--version"])).toMatchObject({ status: 0, stdout: `${pkg.version}\n`, stderr: "" });
  });

  it("lists every verb with examples and exit codes", () => {
    const { status, stdout } = run(["--help"]);
    expect(status).toBe(0);
    for (const { verb } of tools) expect(stdout).toMatch(new RegExp(`^ {2}${verb} `, "m"));
    expect(stdout).toMatch(/Examples:\n.*dockwright generate/);
    expect(stdout).toMatch(/Exit codes:/);
  });

  it.each(tools.map((tool) => [tool.verb, tool] as const))("lists every option of %s", (verb, tool) => {
    const { status, stdout } = run([verb, "--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain(`Usage: dockwright ${verb}`);
    expect(stdout).toMatch(/Examples:\n +\S/);
    const flags = [...stdout.matchAll(/^ {2}--([\w-]+)/gm)].map(([, flag]) => flag);
    const missing = Object.keys(tool.input.shape)
      .map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
      .filter((flag) => !flags.includes(flag));
    // What is typed without a dash needs no option.
    expect(missing.length).toBeLessThanOrEqual(1);
  });

  it("shows the overview and fails when nothing was asked for", () => {
    const result = run([]);
    expect(result.status).toBe(2);
    expect(result.stdout).toBe("");
    expect(result.stderr).toContain("Usage:");
  });
});

describe("bad input gets one clear line and the right exit code", () => {
  it.each([
    ["an unknown verb", ["generat"], 2, /no verb generat.*Did you mean generate\?/],
    [
      "an unknown option",
      ["validate", "--fial-on", "error"],
      2,
      /no option --fial-on.*Did you mean --fail-on\?/,
    ],
    ["an option without its value", ["generate", "--language"], 2, /--language needs a value/],
    [
      "a value outside the choices",
      ["generate", "--language", "cobol"],
      2,
      /--language cobol is not one of node/,
    ],
    [
      "a word where a number belongs",
      ["generate", "--language", "go", "--port", "http"],
      2,
      /--port must be/,
    ],
    ["an option given twice", ["generate", "--language", "go", "--language", "node"], 2, /given twice/],
    ["two directories", ["generate", "a", "b"], 2, /takes one directory/],
    ["a missing directory", ["generate", "nowhere"], 2, /nowhere does not exist/],
    ["a missing file", ["validate", "nowhere/Dockerfile"], 2, /does not exist/],
    ["a folder without a Dockerfile", ["validate", "empty"], 2, /no Dockerfile was found in empty/],
    [
      "a path outside the root",
      ["validate", "--root", "project", "../empty"],
      2,
      /outside the allowed directories/,
    ],
    [
      "a link out of the root",
      ["validate", "--root", "project", "link.Dockerfile"],
      2,
      /outside the allowed/,
    ],
    ["a root that is none", ["validate", "--root", "nowhere"], 2, /not a directory/],
    ["a 10 MB Dockerfile", ["validate", "big.Dockerfile"], 2, /at most 1048576 are read/],
    ["binary bytes", ["validate", "binary.Dockerfile"], 2, /not a text file/],
    ["contradictory arguments", ["validate", "project", "--dockerfile", "FROM x"], 2, /contradict/],
    ["one report of two paths", ["validate", "project", "empty", "--format", "sarif"], 2, /several paths/],
    ["a deadline that is none", ["validate", "--deadline", "soon"], 2, /--deadline/],
    ["an option of another transport", ["serve", "--port", "1"], 2, /--port is for --http/],
  ])("%s", (_, args, status, message) => {
    const result = run(args);
    expect(result.stderr).toMatch(message);
    expect(result.stderr.trim().split("\n")).toHaveLength(1);
    expect(result.stderr).not.toMatch(/\bat \S+:\d+/);
    expect(result.stdout).toBe("");
    expect(result.status).toBe(status);
  });

  it("standard input that is too long or no text", () => {
    expect(run(["validate", "-"], { input: "#".repeat(2 * 1024 * 1024) })).toMatchObject({
      status: 2,
      stdout: "",
    });
    const binary = run(["validate", "-"], { input: "FROM x\0" });
    expect(binary.status).toBe(2);
    expect(binary.stderr).toMatch(/standard input is not text/);
  });

  it("a directory with no recognisable project: says so, nothing is written", () => {
    const result = run(["generate", "empty", "--write"]);
    expect(result.status).toBe(1);
    expect(result.stdout).toMatch(/^No Dockerfile: /);
    expect(result.stdout.trim().split("\n").length).toBeLessThanOrEqual(2);
  });

  it("as JSON, too, when that was asked for", () => {
    const result = run(["generate", "nowhere", "--json"]);
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { kind: "not-found" } });
    expect(result.status).toBe(2);
  });
});

describe("validate", () => {
  it("ends with 1 for findings at the threshold and 0 below it", () => {
    expect(run(["validate", "project/two"]).status).toBe(1);
    expect(run(["validate", "project/two", "--fail-on", "none"]).status).toBe(0);
    expect(run(["validate", "-"], { input: good }).status).toBe(0);
  });

  it("reads files, folders and standard input", () => {
    const files = (args: readonly string[], input?: string) =>
      JSON.parse(run(["validate", ...args, "--json"], input === undefined ? {} : { input }).stdout).files.map(
        ({ file }: { file: string }) => file,
      );
    expect(files(["project/one/Dockerfile"])).toEqual(["project/one/Dockerfile"]);
    expect(files(["project"])).toEqual(["project/one/Dockerfile", "project/two/Dockerfile"]);
    expect(files(["-"], good)).toEqual(["Dockerfile"]);
  });

  it("joins the answers for several files", () => {
    const result = run(["validate", "project/one/Dockerfile", "project/two/Dockerfile", "--json"]);
    const { files, summary, passed } = JSON.parse(result.stdout);
    expect(files).toHaveLength(2);
    expect(summary.files).toBe(2);
    expect(summary.findings).toBe(files[0].findings.length + files[1].findings.length);
    expect(passed).toBe(false);
    expect(result.status).toBe(1);
  });

  it("takes lists repeated or with commas", () => {
    const rules = (args: readonly string[]) =>
      JSON.parse(run(["validate", "project/one", "--json", ...args]).stdout).files[0].findings.map(
        ({ rule }: { rule: string }) => rule,
      );
    const all: string[] = [...new Set<string>(rules([]))];
    const [first = "", second = ""] = all;
    expect(all.length).toBeGreaterThan(2);
    expect(new Set(rules(["--ignore", first, "--ignore", second]))).toEqual(new Set(all.slice(2)));
    expect(new Set(rules(["--ignore", `${first},${second}`]))).toEqual(new Set(all.slice(2)));
  });

  it("colours only for people", () => {
    const colour = "\u001B[";
    expect(run(["validate", "project/one"]).stdout).not.toContain(colour);
    const forced = { FORCE_COLOR: "1", NO_COLOR: "" };
    expect(run(["validate", "project/one"], { env: forced }).stdout).toContain(colour);
    const both = { FORCE_COLOR: "1", NO_COLOR: "1" };
    expect(run(["validate", "project/one"], { env: both }).stdout).not.toContain(colour);
  });
});

describe("generate", () => {
  it("writes only when asked and never over a file unless forced", () => {
    const project = path.join(folder, "go");
    mkdirSync(project);
    writeFileSync(path.join(project, "go.mod"), "module example.com/app\n\ngo 1.27\n");
    writeFileSync(
      path.join(project, "main.go"),
      'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
    );
    expect(run(["generate", "go"]).status).toBe(0);
    expect(() => readFileSync(path.join(project, "Dockerfile"))).toThrow();
    expect(run(["generate", "go", "--write"]).status).toBe(0);
    const written = readFileSync(path.join(project, "Dockerfile"), "utf8");
    expect(written).toMatch(/^FROM .*golang:/m);
    writeFileSync(path.join(project, "Dockerfile"), "FROM mine\n");
    const again = run(["generate", "go", "--write"]);
    expect(again.status).toBe(2);
    expect(again.stderr).toMatch(/exists already/);
    expect(readFileSync(path.join(project, "Dockerfile"), "utf8")).toBe("FROM mine\n");
    expect(run(["generate", "go", "--write", "--force"]).status).toBe(0);
    expect(readFileSync(path.join(project, "Dockerfile"), "utf8")).toBe(written);
  });

  it("works without a directory", () => {
    const { files } = JSON.parse(run(["generate", "--language", "node", "--port", "3000", "--json"]).stdout);
    expect(files[0].text).toContain("EXPOSE 3000");
  });
});

describe("as a process", () => {
  const main = path.resolve("dist/cli/main.js");

  it("is quiet when its reader has had enough", async () => {
    const child = spawn(process.execPath, [
      main,
      "generate",
      "--language",
      "go",
      "--json",
      "--detail",
      "full",
    ]);
    let errors = "";
    child.stderr.on("data", (chunk) => {
      errors += String(chunk);
    });
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(errors).toBe("");
    expect(code).toBe(0);
  });

  it("ends with 130 at the first interruption", async () => {
    const child = spawn(process.execPath, [main, "validate", "-"], { stdio: ["pipe", "pipe", "pipe"] });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    // More than a pipe holds: when it drains, the command line is reading.
    child.stdin.write("#".repeat(512 * 1024));
    await once(child.stdin, "drain");
    child.kill("SIGINT");
    expect(await exited).toBe(130);
  });

  it.each(["SIGINT", "SIGHUP"] as const)("takes its temporary files along at %s", async (signal) => {
    const place = mkdtempSync(path.join(folder, "temporary-"));
    const child = spawn(process.execPath, [main, "analyze", "-"], {
      stdio: ["pipe", "ignore", "ignore"],
      env: { ...process.env, TMPDIR: place },
    });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.stdin.on("error", () => undefined);
    child.stdin.write(Buffer.alloc(512 * 1024, 1));
    await once(child.stdin, "drain");
    await expect.poll(() => readdirSync(place).length).toBe(1);
    child.kill(signal);
    expect(await exited).toBe(130);
    expect(readdirSync(place)).toEqual([]);
  });

  it("reports progress only to terminals", () => {
    expect(run(["validate", "project"]).stderr).toBe("");
  });
});

describe("validate for a person", () => {
  const bad = "FROM debian:trixie-slim\nRUN apt-get update && apt-get install curl\n";

  it("shows the source with a caret, and JSON as it is", () => {
    expect(run(["validate", "-"], { input: bad }).stdout).toMatch(/2 \| RUN apt-get update[^\n]*\n +\| +\^+/);
    expect(JSON.parse(run(["validate", "-", "--json"], { input: bad }).stdout)).not.toHaveProperty("report");
  });

  it("says which file could not be read, beside a report", () => {
    const place = path.join(folder, "half-readable");
    mkdirSync(place);
    writeFileSync(path.join(place, "Dockerfile"), bad);
    writeFileSync(path.join(place, "Dockerfile.old"), "FROM debian\0");
    const { stdout, stderr } = run(["validate", place, "--format", "gitlab"]);
    expect(() => JSON.parse(stdout)).not.toThrow();
    expect(stderr).toMatch(/^warning: .*Dockerfile\.old was left out: .* is not a text file/m);
  });

  it("repairs what a bare --fix asks for, and shows it before", () => {
    const file = path.join(folder, "fixable.Dockerfile");
    writeFileSync(file, bad);
    expect(run(["validate", file, "--diff"]).stdout).toMatch(
      /\+RUN apt-get update && apt-get install -y curl/,
    );
    expect(readFileSync(file, "utf8")).toBe(bad);
    run(["validate", file, "--fix", "--write"]);
    expect(readFileSync(file, "utf8")).toContain("install -y curl");
    expect(run(["validate", file, "--fix", "none"]).stdout).not.toContain("```diff");
  });

  it("takes the strongest of several ways to ask for a repair", () => {
    const unsafe = "FROM debian:trixie-slim\nRUN echo hello\nCMD exec sleep 1\n";
    const diff = (...args: string[]): string => run(["validate", "-", ...args], { input: unsafe }).stdout;
    expect(diff("--diff", "--fix-unsafe")).toBe(diff("--fix", "unsafe"));
    expect(diff("--fix-unsafe", "--fix", "--diff")).toBe(diff("--fix", "unsafe"));
    expect(diff("--diff", "--fix")).toBe(diff("--fix", "safe"));
    expect(diff("--diff", "--fix", "unsafe")).toBe(diff("--fix", "unsafe"));
    expect(diff("--fix", "unsafe")).not.toBe(diff("--fix", "safe"));
  });
});
