import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { evalCommand } from "../../src/evals/cli.ts";
import { reportSchema } from "../../src/evals/report.ts";

const folder = mkdtempSync(path.join(tmpdir(), "dockwright-eval-command-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const root = process.cwd();

async function run(args: readonly string[], stdin = ""): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  async function* input() {
    yield stdin;
  }
  const code = await evalCommand(args, {
    stdin: input(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: {},
    cwd: root,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

describe("dockwright eval", () => {
  it("runs the three documented scenarios with our generator, and no criterion a model can decide fails", async () => {
    const { code, out } = await run(["--no-build", "--json"]);
    const report = reportSchema.parse(JSON.parse(out));
    expect(report.scenarios.map(({ name, subject }) => [name, subject])).toEqual([
      ["python-fastapi-poetry", "generator"],
      ["go-microservice-minimal", "generator"],
      ["node-private-registry", "generator"],
    ]);
    const criteria = report.scenarios.flatMap((entry) => entry.criteria);
    expect(criteria.filter(({ verdict }) => verdict === "failed")).toEqual([]);
    expect(criteria.every(({ evidence }) => evidence !== "")).toBe(true);
    // What nobody built is not tested, and so nothing is claimed as a whole.
    expect(code).toBe(1);
  });

  it("grades an answer from standard input", async () => {
    const { code, out } = await run(
      ["grade", "go-microservice-minimal", "-", "--no-build"],
      "FROM golang:1.27\nCOPY . .\nRUN go build -o /app .\n",
    );
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL {2}Multi-stage build \(builder \+ distroless\) .*one stage/);
  });

  it("asks any MCP server by its command line, with arguments made from the tool's schema", async () => {
    const server = `mcp:${process.execPath} ${path.resolve("test/evals/tiny-mcp-server.mjs")}`;
    const { out } = await run([
      "--no-build",
      "--json",
      "--scenario",
      "go-microservice-minimal",
      "--subject",
      server,
    ]);
    const [entry] = reportSchema.parse(JSON.parse(out)).scenarios;
    expect(entry?.arm).toBe("mcp");
    expect(entry?.trials[0]?.files).toEqual({ Dockerfile: "FROM scratch\nCOPY app /app\n" });
    expect(entry?.trials[0]?.text).toMatch(/^For \/.*project:/);
  });

  it("tells what an agent does with and without the skill and the server", async () => {
    const agent = `agent:${process.execPath} ${path.resolve("test/evals/scripted-agent.mjs")}`;
    const kept = path.join(folder, "agent");
    const words = ["--no-build", "--json", "--scenario", "go-microservice-minimal", "--trials", "2"];
    const { out } = await run([...words, "--subject", agent, "--out", kept]);
    const { scenarios } = reportSchema.parse(JSON.parse(out));
    const told = scenarios.map(({ arm, criteria, trials }) => [
      arm,
      criteria.find(({ id }) => id === "multi-stage")?.verdict,
      trials.map(({ text }) => text),
    ]);
    const twice = (text: string) => [text, text];
    expect(told).toEqual([
      ["baseline", "failed", twice("Done with nothing.")],
      ["skill", "passed", twice("Done with the skill.")],
      ["mcp", "passed", twice("Done with the server.")],
      ["both", "passed", twice("Done with the skill and the server.")],
    ]);
    // Kept answers stand in for the agent the next time.
    const again = await run([...words, "--subject", agent, "--out", kept]);
    expect(reportSchema.parse(JSON.parse(again.out)).scenarios.map(({ arm }) => arm)).toEqual(
      scenarios.map(({ arm }) => arm),
    );
    expect(again.out).toMatch(/"resumed": true/);
  });

  it("an agent that breaks off is no failed answer", async () => {
    const agent = `agent:${process.execPath} ${path.resolve("test/evals/scripted-agent.mjs")} 'break off'`;
    const { code, out } = await run([
      "--no-build",
      "--scenario",
      "go-microservice-minimal",
      "--arm",
      "baseline",
      "--trials",
      "1",
      "--subject",
      agent,
    ]);
    expect(code).toBe(3);
    expect(out).toMatch(/ended with code 7/);
  });

  it("that finds no tool for the task ends with 3, as an error and not as a grade", async () => {
    const server = `mcp:${process.execPath} ${path.resolve("test/evals/tiny-mcp-server.mjs")}`;
    const { code, out } = await run([
      "--no-build",
      "--scenario",
      "go-microservice-minimal",
      "--subject",
      server,
      "--tool",
      "nothing",
    ]);
    expect(code).toBe(3);
    expect(out).toContain("has no tool nothing");
  });

  it("compares subjects side by side in every format", async () => {
    const files = { html: "r.html", md: "r.md", junit: "r.xml", json: "r.json" };
    const reports = Object.entries(files).flatMap(([format, file]) => [
      "--report",
      format,
      path.join(folder, file),
    ]);
    await run([
      "--no-build",
      "--scenario",
      "go-microservice-minimal",
      "--subject",
      "generator",
      "--subject",
      "answers:evals/answers/seeds/docker-multi-stage",
      ...reports,
    ]);
    const read = (name: keyof typeof files): string => readFileSync(path.join(folder, files[name]), "utf8");
    expect(read("md")).toMatch(/\| Distroless static base image \| ✅ \| ❌ \|/);
    expect(read("html")).toContain("answers:docker-multi-stage");
    expect(read("html")).not.toMatch(/<script|https?:\/\/(?!127)[^<]*\.(?:js|css)/);
    expect(reportSchema.parse(JSON.parse(read("json"))).scenarios).toHaveLength(2);
    const lint = execFileSync(
      "python3",
      [
        "-c",
        "import sys,xml.etree.ElementTree as e; r=e.parse(sys.argv[1]).getroot(); print(len(r), len(r.findall('.//failure')) > 0, len(r.findall('.//skipped')))",
        path.join(folder, files.junit),
      ],
      { encoding: "utf8" },
    );
    expect(lint.trim()).toBe("2 True 6");
  });

  it("keeps hostile words of an answer harmless", async () => {
    const file = path.join(folder, "hostile.md");
    writeFileSync(
      file,
      "```dockerfile\nFROM scratch\nEXPOSE <script>alert(1)</script>\nUSER \u001b[31mroot\n```\n<img src=x onerror=alert(1)>\n",
    );
    const report = path.join(folder, "hostile.html");
    const { out } = await run([
      "grade",
      "python-fastapi-poetry",
      file,
      "--no-build",
      "--report",
      "html",
      report,
    ]);
    expect(readFileSync(report, "utf8")).not.toMatch(/<script|<img/);
    expect(out).not.toContain("\u001b");
  });

  it("keeps a run, and judges it again", async () => {
    const out = path.join(folder, "kept");
    const first = await run(["--no-build", "--json", "--out", out]);
    const again = await run(["rescore", out, "--json"]);
    const verdicts = (text: string) =>
      reportSchema
        .parse(JSON.parse(text))
        .scenarios.map(({ name, criteria }) => [name, criteria.map(({ verdict }) => verdict)])
        .sort();
    expect(verdicts(again.out)).toEqual(verdicts(first.out));
  });

  it("writes each skill's evals and trigger queries, which it reads again", async () => {
    const target = path.join(folder, "exported");
    const { code, out } = await run(["export", target]);
    expect([code, out.match(/trigger\.json: 20 entries/g)?.length]).toEqual([0, 3]);
    const evals = path.join(target, "docker-multi-stage", "evals");
    const { skill_name: skill, evals: written } = JSON.parse(
      readFileSync(path.join(evals, "evals.json"), "utf8"),
    ) as { skill_name: string; evals: { name: string; files: string[] }[] };
    expect(skill).toBe("docker-multi-stage");
    for (const each of written)
      for (const file of each.files) expect(existsSync(path.join(target, skill, file)), file).toBe(true);
    expect(
      existsSync(path.join(target, "writing-dockerfiles/evals/files/node-private-registry/.npmrc")),
    ).toBe(true);
    const again = await run(["--no-build", "--json", "--scenario", path.join(evals, "evals.json")]);
    expect(reportSchema.parse(JSON.parse(again.out)).scenarios.map(({ name }) => name)).toEqual(
      written.map(({ name }) => name).filter((name) => name !== "out-of-scope-compose"),
    );
  });

  it("judges the recorded run of the documented scenarios without an engine", async () => {
    const copy = path.join(folder, "recorded");
    cpSync("evals/recordings/documented", copy, { recursive: true });
    const { code, out } = await run(["rescore", copy, "--json"]);
    const { scenarios } = reportSchema.parse(JSON.parse(out));
    const short = scenarios.flatMap(({ name, criteria }) =>
      criteria
        .filter(({ verdict }) => verdict !== "passed")
        .map(({ id, evidence }) => `${name} ${id}: ${evidence}`),
    );
    expect([short, scenarios.length, code]).toEqual([[], 3, 0]);
  });

  it("lists what there is", async () => {
    const { out, code } = await run(["list"]);
    expect(code).toBe(0);
    expect(out).toContain("python-fastapi-poetry (documented)");
  });

  it.each([
    [["--trials", "none"], /--trials none/],
    [["--report", "pdf", "x"], /--report pdf is no format/],
    [["--report", "html"], /needs a file/],
    [["--arm", "left"], /left is no arm/],
    [["--scenario", "nothing"], /no scenario nothing/],
    [["--subject", "nobody"], /no subject nobody/],
    [["--subject", "answers:/nowhere"], /does not exist/],
    [["--subject", "mcp:a; b"], /not one simple command/],
    [["--scenario", "out-of-scope-compose"], /not put to generator.*out-of-scope-compose/],
    [["--colour"], /colour/],
    [["fly"], /no command fly/],
    [["grade", "python-fastapi-poetry"], /one answer/],
  ])("%j is refused with 2 and a way on", async (args, message) => {
    const { code, err } = await run(args);
    expect([code, err.split("\n").length > 2]).toEqual([2, true]);
    expect(err).toMatch(message);
  });

  it("without the key of an endpoint ends with 3", async () => {
    const { code, err } = await run(["--subject", "anthropic:some-model"]);
    expect(code).toBe(3);
    expect(err).toContain("ANTHROPIC_API_KEY is not set");
  });
});
