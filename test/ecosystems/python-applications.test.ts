import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

const fastapi = "from fastapi import FastAPI\napp = FastAPI()\n";

describe("what nobody declares and the program cannot start without", () => {
  it("is added to the install, by whatever manager, and said", () => {
    const pip = generated({ "requirements.txt": "fastapi\n", "main.py": fastapi });
    expect(pip.dockerfile).toContain("install -r requirements.txt 'uvicorn<1'");
    expect(pip.warnings.join()).toContain("the install adds uvicorn");
    const pyproject = '[project]\nname = "x"\nversion = "1"\ndependencies = ["fastapi"]\n';
    const uv = generated({ "pyproject.toml": pyproject, "uv.lock": "", "main.py": fastapi });
    expect(uv.dockerfile).toMatch(
      /uv sync[\s\S]*pip --python \/app\/\.venv\/bin\/python install 'uvicorn<1'/,
    );
    expect([...pip.findings, ...uv.findings]).toEqual([]);
  });

  it("nor does a stage for the tests add what no rule allows", () => {
    const files = { "requirements.txt": "fastapi\nuvicorn\n", "main.py": fastapi, "tests/test_main.py": "" };
    const { dockerfile, findings } = generated(files, { tests: true });
    expect(dockerfile).toContain("python -m pytest");
    expect(findings).toEqual([]);
  });

  it("is also what a locked release imports and its lock file lacks", () => {
    const pyproject =
      '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.12"\nflask = "*"\ngunicorn = "*"\n';
    const locked = (names: string): ReturnType<typeof generated> =>
      generated({
        "pyproject.toml": pyproject,
        "poetry.lock": names,
        "app.py": "from flask import Flask\napp = Flask('x')\n",
      });
    const gunicorn = '[[package]]\nname = "gunicorn"\nversion = "20.1.0"\n';
    const lacking = locked(gunicorn);
    expect(lacking.dockerfile).toMatch(/poetry install[\s\S]*install 'setuptools<82'/);
    expect(lacking.warnings.join()).toContain("gunicorn 20.1.0 needs setuptools<82");
    const whole = locked(`${gunicorn}[[package]]\nname = "setuptools"\nversion = "80.9.0"\n`);
    expect(whole.dockerfile).not.toContain("setuptools");
    expect(lacking.findings).toEqual([]);
  });

  it("stands apart from requirements with hashes", () => {
    const { dockerfile } = generated({
      "requirements.txt": "fastapi==0.120.0 \\\n    --hash=sha256:0000\n",
      "main.py": fastapi,
    });
    expect(dockerfile).toMatch(/install -r requirements\.txt \\\n\s+&& pip --python \S+ install 'uvicorn<1'/);
  });

  it.each(["fastapi\nuvicorn", "fastapi[standard]", "gradio", "fastapi==0.111.0"])(
    "is nothing beside %s",
    (declared) => {
      const { facts } = generated({ "requirements.txt": `${declared}\nhttpx\n`, "main.py": fastapi });
      expect(facts.missing).toBeUndefined();
    },
  );

  it("a framework that makes pages of a script is one, also where no manifest names it", () => {
    const gradio = generated({
      "requirements.txt": "torch\n",
      "run.py": "import gradio as gr\ngr.Blocks().launch()\n",
    });
    expect(gradio.facts).toMatchObject({ framework: { value: "Gradio" }, port: { value: 7860 } });
    expect(gradio.dockerfile).toContain("'gradio<7'");
    const pages = generated({
      Pipfile: '[packages]\nboto3 = "*"\n',
      "streamlit_app.py": "import streamlit as st\nst.title('x')\n",
    });
    expect(pages.facts.start?.value).toEqual(expect.arrayContaining(["streamlit", "streamlit_app.py"]));
    expect(pages.findings).toEqual([]);
  });

  it("without any list of dependencies there is nothing to install", () => {
    const answer = refused({ "manage.py": "import django\n", "shop/settings.py": "import django\n" });
    expect(answer).toMatchObject({ reason: expect.stringContaining("the code imports django") });
  });
});

describe("functions that a platform serves", () => {
  const two = "def first(request):\n    return 'a'\ndef second(request):\n    return 'b'\n";
  const framework = { "requirements.txt": "functions-framework\n" };

  it("the one that project.toml names, told what it takes", () => {
    const target = '[[build.env]]\nname = "GOOGLE_FUNCTION_TARGET"\nvalue = "second"\n';
    const start = (files: Readonly<Record<string, string>>): unknown =>
      generated({ ...framework, ...files }).facts.start?.value;
    expect(start({ "main.py": two, "project.toml": target })).toContain("--target=second");
    expect(start({ "main.py": "def hello(event, context): ...\n" })).toContain("--signature-type=event");
    expect(start({ "main.py": "def hello(cloud_event): ...\n" })).toContain("--signature-type=cloudevent");
    const decorated =
      "import functions_framework\n@functions_framework.cloud_event\ndef hello(cloud_event): ...\n";
    expect(start({ "main.py": decorated })).not.toContain("--signature-type=cloudevent");
  });

  it("are named where there are several, and what serves them is added where it is missing", () => {
    expect(refused({ ...framework, "main.py": two }).reason).toContain("(first, second)");
    expect(refused({ "requirements.txt": "", "main.py": two }).reason).toContain("(first, second)");
    const one = generated({ "main.py": "def helper(a, b): ...\ndef hello(request):\n    return 'a'\n" });
    expect(one.facts.start?.value).toContain("--target=hello");
    expect(one.dockerfile).toContain("install 'functions-framework<4'");
    expect(one.findings).toEqual([]);
    const lambda = refused({
      "requirements.txt": "boto3\n",
      "app.py": "def handler(event, context):\n    return {}\n",
    });
    expect(lambda.reason).toContain("AWS Lambda");
  });
});

describe("how other applications start", () => {
  const start = (files: Readonly<Record<string, string>>): unknown => generated(files).facts.start?.value;

  it("a folder with a program that is no package", () => {
    const program =
      "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run()\n";
    const pyproject = '[project]\nname = "x"\nversion = "1"\ndependencies = ["flask"]\n';
    expect(start({ "pyproject.toml": pyproject, "my-app/__main__.py": program })).toEqual([
      "python",
      "my-app",
    ]);
  });

  it("pages that an application of its own mounts", () => {
    const app =
      "from fastapi import FastAPI\nfrom chainlit.utils import mount_chainlit\napp = FastAPI()\nmount_chainlit(app=app, target='ui.py', path='/ui')\n";
    const { facts } = generated({
      "requirements.txt": "chainlit\n",
      "app.py": app,
      "ui.py": "import chainlit as cl\n",
    });
    expect(facts.start?.value).toContain("app:app");
    expect(facts.missing).toBeUndefined();
  });

  it("agents of the Agent Development Kit", () => {
    expect(
      start({
        "requirements.txt": "google-adk\n",
        "weather/__init__.py": "",
        "weather/agent.py": "root_agent = Agent(name='w')\n",
      }),
    ).toEqual(["adk", "api_server", "--host", "0.0.0.0", "--port", "8000", "."]);
  });

  it("with the pages that Chainlit shows", () => {
    const files = {
      "requirements.txt": "chainlit\n",
      "app.py": "import chainlit as cl\n",
      "chainlit.md": "# hello\n",
    };
    expect(generated(files).dockerignore).toContain("!chainlit.md");
  });

  it("applications that no framework made, behind a server that the install adds", () => {
    const wsgi = generated({ "myapp.py": "def app(environ, start_response):\n    return []\n" });
    expect(wsgi.facts.start?.value).toEqual(["gunicorn", "--bind", "0.0.0.0:8000", "myapp:app"]);
    expect(wsgi.dockerfile).toContain("install 'gunicorn<28'");
    const asgi = generated({
      "requirements.txt": "hypercorn\n",
      "main.py": "async def app(scope, receive, send):\n    ...\n",
    });
    expect(asgi.facts.start?.value).toEqual(["hypercorn", "main:app", "--bind", "0.0.0.0:8000"]);
    expect([...wsgi.findings, ...asgi.findings]).toEqual([]);
  });

  it("a script of Python 2", () => {
    const { dockerfile } = generated({ ".python-version": "2.7\n", "main.py": 'print "hello"\n' });
    expect(dockerfile).toContain("python:2.7-slim");
  });
});

describe("what another tool builds", () => {
  it("a model that Cog serves, unless its start is given", () => {
    const files = {
      "cog.yaml": "build:\n  python_version: '3.12'\npredict: predict.py:Predictor\n",
      "requirements.txt": "cog\n",
      "predict.py": "from cog import BasePredictor\nif True: ...\n",
    };
    expect(refused(files).reason).toContain("Cog");
    expect(generated(files, { start: ["python", "-m", "cog.server.http"] }).facts.start?.value).toContain(
      "cog.server.http",
    );
  });
});

describe("what states the version and does not", () => {
  const made = (files: Readonly<Record<string, string>>): { version: unknown; warnings: string } => {
    const { facts, warnings } = generated({ "requirements.txt": "requests\n", ...files });
    return { version: facts.version?.value, warnings: warnings.join("; ") };
  };

  it("a source in which print is a statement is Python 2's", () => {
    expect(made({ "main.py": 'import os\nprint "hello", os.name\n' }).version).toBe("2.7");
    expect(made({ "main.py": 'print("hello")\n"""\nprint "old"\n"""\n' }).version).not.toBe("2.7");
  });

  it("releases that a later Python cannot build or import keep it back", () => {
    expect(made({ "main.py": "x = 1\nrun()\n", "requirements.txt": "uwsgi==2.0.22\n" }).version).toBe("3.11");
    expect(made({ "main.py": "x = 1\nrun()\n", "requirements.txt": "gradio==4.44.1\n" }).version).toBe(
      "3.12",
    );
  });

  it("is said to say nothing, or too much", () => {
    const main = { "main.py": "print(1)\n" };
    expect(made({ ...main, ".python-version": "# pinned\npypy3.10-7.3\n" }).warnings).toContain(
      "pypy3.10-7.3",
    );
    expect(made({ ...main, ".python-version": "3.12\n3.13\n" })).toMatchObject({
      version: "3.12",
      warnings: expect.stringContaining("2 versions"),
    });
    expect(made({ ...main, ".python-version": "# pinned\n3.12\n" }).warnings).toBe("");
  });
});

describe("what a declared command needs", () => {
  const flask = "from flask import Flask\napp = Flask(__name__)\n";
  const missing = (process: string, requirements: string): unknown =>
    generated({ "requirements.txt": requirements, "app.py": flask, Procfile: `web: ${process}\n` }).facts
      .missing?.value;

  it.each([
    ["gunicorn app:app", "flask\n", ["gunicorn"]],
    ["gunicorn app:app", "flask\ngunicorn\n", undefined],
    ["gunicorn -k gevent app:app", "flask\ngunicorn\n", ["gevent"]],
    ["gunicorn -k gevent app:app", "flask\ngunicorn[gevent]\n", undefined],
    ["gunicorn -k uvicorn.workers.UvicornWorker app:app", "flask\ngunicorn\nfastapi[standard]\n", undefined],
    ["flask db upgrade; python -m gunicorn app:app", "flask\n", ["gunicorn"]],
  ])("%s beside %j", (process, requirements, expected) => {
    expect(missing(process, requirements)).toEqual(expected);
  });
});

describe("which program is meant", () => {
  const stub = 'def main():\n    print("Hello from shop!")\n\n\nif __name__ == "__main__":\n    main()\n';
  const project = (rest: string): string =>
    `[project]\nname = "shop"\nversion = "1"\ndependencies = ["mcp"]\n${rest}`;
  const served = (how: string): string =>
    `from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\nif __name__ == "__main__":\n    mcp.run(${how})\n`;

  it("not the one that uv makes, beside another", () => {
    const files = { "pyproject.toml": project(""), "uv.lock": "", "main.py": stub };
    expect(generated(files).facts.start?.value).toEqual(["python", "main.py"]);
    const { facts } = generated({ ...files, "weather.py": served('transport="streamable-http"') });
    expect(facts).toMatchObject({ start: { value: ["python", "weather.py"] }, port: { value: 8000 } });
    expect(generated({ ...files, "weather.py": served('transport="stdio"') }).facts.port).toBeUndefined();
  });

  it("of several commands the one that serves, called where none is made", () => {
    const scripts = '[project.scripts]\nlint = "shop.tools:lint"\nserve = "shop.server:run"\n';
    const files = { "uv.lock": "", "shop/__init__.py": "", "shop/server.py": "def run(): ...\n" };
    const built = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n';
    const start = (text: string): unknown =>
      generated({ ...files, "pyproject.toml": text }).facts.start?.value;
    expect(start(project(scripts + built))).toEqual(["serve"]);
    expect(start(project(scripts))).toEqual([
      "python",
      "-c",
      "import sys; from shop.server import run; sys.exit(run())",
    ]);
  });
});
