import { describe, expect, it } from "vitest";
import { generated } from "../generate/from-files.ts";

describe("what a hosting platform was told", () => {
  const flask = "from flask import Flask\napp = Flask(__name__)\n";

  it.each([
    ["app.yaml", "runtime: python313\nentrypoint: gunicorn -b :$PORT -k gevent main:app\n"],
    [
      "render.yaml",
      "services:\n  - type: web\n    runtime: python\n    startCommand: gunicorn -k gevent main:app\n  - type: web\n    runtime: docker\n",
    ],
    ["railway.json", '{"deploy": {"startCommand": "gunicorn -k gevent main:app"}}'],
    ["railway.toml", '[deploy]\nstartCommand = "gunicorn -k gevent main:app"\n'],
    ["nixpacks.toml", '[start]\ncmd = "gunicorn -k gevent main:app"\n'],
    [".do/app.yaml", "name: x\nservices:\n- name: web\n  run_command: gunicorn -k gevent main:app\n"],
    [
      ".platform.app.yaml",
      "type: python:3.12\nweb:\n  commands:\n    start: pipenv run gunicorn -k gevent main:app\n",
    ],
    ["apprunner.yaml", "version: 1.0\nrun:\n  command: gunicorn -k gevent main:app\n"],
    ["manifest.yml", "applications:\n- name: x\n  command: gunicorn -k gevent main:app\n"],
    [
      "project.toml",
      '[[io.buildpacks.build.env]]\nname = "GOOGLE_ENTRYPOINT"\nvalue = "gunicorn -k gevent main:app"\n',
    ],
  ])("%s states the command", (file, text) => {
    const { facts } = generated({ "requirements.txt": "flask\ngunicorn\n", "main.py": flask, [file]: text });
    const words = facts.start?.value;
    expect(words).toEqual(expect.arrayContaining(["gunicorn", "-k", "gevent", "main:app"]));
    expect(facts.start?.evidence[0]?.file).toBe(file);
  });

  it("counts only where its application is, and where it is one server's", () => {
    const start = (text: string): unknown =>
      generated({ "requirements.txt": "flask\ngunicorn\n", "main.py": flask, "render.yaml": text }).facts
        .start?.value;
    const service = (command: string, more = ""): string =>
      `services:\n  - type: web\n    runtime: python\n    startCommand: ${command}\n${more}`;
    const own = ["gunicorn", "--bind", "0.0.0.0:8000", "main:app"];
    expect(start(service("gunicorn --threads 4 main:app"))).toContain("--threads");
    expect(start(service("gunicorn --threads 4 main:app", "    rootDir: api\n"))).toEqual(own);
    expect(start(service("gunicorn --threads 4 elsewhere:app"))).toEqual(own);
    expect(start(service("python -m flask run"))).toEqual(own);
    expect(start(service("./run.sh"))).toEqual(own);
    expect(start(service("gunicorn --bind unix:$SOCKET main:app"))).toEqual(own);
    expect(start(`${service("gunicorn --threads 4 main:app")}${service("celery flower").slice(10)}`)).toEqual(
      own,
    );
  });

  it("gives the version where the project itself states none", () => {
    const version = (file: string, text: string): unknown =>
      generated({ "requirements.txt": "flask\n", "main.py": flask, [file]: text }).facts.version?.value;
    expect(
      version("app.yaml", "runtime: python\nenv: flex\nruntime_config:\n  runtime_version: 3.12\n"),
    ).toBe("3.12");
    expect(version(".platform.app.yaml", "type: 'python:3.11'\n")).toBe("3.11");
    expect(version("apprunner.yaml", "runtime: python311\nrun:\n  runtime-version: 3.11.9\n")).toBe("3.11");
    expect(
      version(
        "render.yaml",
        "services:\n- type: web\n  envVars:\n  - key: PYTHON_VERSION\n    value: 3.13.3\n",
      ),
    ).toBe("3.13");
  });
});

describe("a declared command's address", () => {
  const start = (process: string, requirements = "flask\n"): readonly [unknown, unknown] => {
    const { facts } = generated({
      "requirements.txt": requirements,
      "main.py": "from flask import Flask\napp = Flask(__name__)\n",
      Procfile: `web: ${process}\n`,
    });
    return [facts.start?.value, facts.port?.value];
  };

  it.each([
    ["chainlit run main.py -h --port 8080", ["--host", "0.0.0.0"], 8080],
    ["hypercorn main:app", ["--bind", "0.0.0.0:8000"], 8000],
    ["uvicorn --host 127.0.0.1 --port 9000 main:app", ["--host", "0.0.0.0"], 9000],
    ["daphne main:app", ["-b", "0.0.0.0", "-p", "8000"], 8000],
    ["flask run", ["--host", "0.0.0.0", "--port", "8000"], 8000],
    ["gunicorn -b :9090 main:app", ["-b", ":9090"], 9090],
    ["gunicorn -b localhost:$" + "{PORT:-9091} main:app", ["-b", "0.0.0.0:9091"], 9091],
    ["uwsgi --http :$PORT --wsgi-file main.py", ["--die-on-term"], 8000],
  ])("%s", (process, words, port) => {
    const [found, at] = start(process);
    expect(found).toEqual(expect.arrayContaining(words));
    expect(found).not.toContain("127.0.0.1");
    expect(at).toBe(port);
  });
});

describe("a Space of Hugging Face", () => {
  const front = (more: string): string => `---\ntitle: x\nsdk: gradio\n${more}---\n# x\n`;
  const pages = {
    "demo.py": "import gradio as gr\nimport numpy as np\ngr.Blocks().launch()\n",
    "tool.py": "print(1)\n",
  };

  it("has its library in the front matter of the README", () => {
    const { dockerfile, facts, findings } = generated({
      "README.md": front("sdk_version: 5.49.1\napp_file: demo.py\npython_version: 3.12\n"),
      "requirements.txt": "torch\n",
      ...pages,
    });
    expect(facts).toMatchObject({
      framework: { value: "Gradio" },
      version: { value: "3.12" },
      port: { value: 7860 },
    });
    expect(facts.start?.value).toEqual(["python", "demo.py"]);
    expect(dockerfile).toContain("install -r requirements.txt 'gradio==5.49.1'");
    expect(findings).toEqual([]);
  });

  it("needs no list of requirements, and gets a Python that its release runs on", () => {
    const { dockerfile, facts, findings } = generated({
      "README.md": front('sdk_version: "4.44.1"\n'),
      ...pages,
    });
    expect(dockerfile).toContain("install 'gradio==4.44.1'");
    expect(facts.version?.value).toBe("3.12");
    expect(findings).toEqual([]);
  });
});
