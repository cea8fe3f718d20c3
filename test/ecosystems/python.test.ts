import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

const fastapi = "from fastapi import FastAPI\napp = FastAPI()\n";

describe("what a project asks for itself", () => {
  it("is not what a compiled list of requirements brings along", () => {
    const compiled =
      "flask==3.1.3\n    # via\n    #   locust\nlocust==2.43.0\n    # via -r requirements.in\nclick==8.3.0\n    # via flask\n";
    const script = { "locustfile.py": "import locust\n" };
    const names = (requirements: string): unknown =>
      generated({ "requirements.txt": requirements, ...script }).facts.dependencies?.value;
    expect(names(compiled)).toEqual(["locust"]);
    expect(names(compiled.replace("#   locust", "#   -r requirements.in"))).toEqual(["flask", "locust"]);
  });

  it("of several programs the one that serves starts", () => {
    const program = 'if __name__ == "__main__":\n    run()\n';
    const { facts } = generated({
      "requirements.txt": "grpcio\n",
      "email_client.py": program,
      "email_server.py": `import grpc\nserver = grpc.server(pool)\nport = os.environ.get("PORT", "8080")\n${program}`,
    });
    expect(facts.start?.value).toEqual(["python", "email_server.py"]);
    expect(facts.port?.value).toBe(8080);
  });

  it("Django below a folder of its own", () => {
    const { dockerfile } = generated({
      "requirements.txt": "django\ngunicorn\n",
      "src/manage.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
      "src/shop/settings.py": 'INSTALLED_APPS = ["django.contrib.staticfiles"]\nSTATIC_ROOT = "static"\n',
      "src/shop/wsgi.py": "application = get_wsgi_application()\n",
    });
    expect(dockerfile).toContain(
      'CMD ["gunicorn", "--chdir", "src", "--bind", "0.0.0.0:8000", "shop.wsgi:application"]',
    );
    expect(dockerfile).toContain("python src/manage.py collectstatic");
  });
});

describe("who installs the dependencies", () => {
  it.each([
    ["pip", { "requirements.txt": "fastapi==0.115.0\nuvicorn\n" }, "install -r requirements.txt"],
    [
      "poetry",
      {
        "pyproject.toml":
          '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.12"\nfastapi = "*"\n',
        "poetry.lock": "",
      },
      "poetry install --only main --no-root",
    ],
    [
      "uv",
      {
        "pyproject.toml":
          '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["fastapi"]\n',
        "uv.lock": "",
      },
      "uv sync --locked --no-dev --no-install-project",
    ],
    [
      "pdm",
      { "pyproject.toml": '[project]\nname = "x"\ndependencies = ["fastapi"]\n', "pdm.lock": "" },
      "pdm sync --prod",
    ],
    ["pipenv", { Pipfile: '[packages]\nfastapi = "*"\n', "Pipfile.lock": "{}" }, "pipenv sync"],
  ])("%s by its lock file or manifest", (manager, files, command) => {
    const result = generated({ ...files, "main.py": fastapi });
    expect(result.facts.packageManager?.value).toBe(manager);
    expect(result.dockerfile).toContain(command);
    expect(result.findings).toEqual([]);
  });

  it("refuses to choose between two lock files, and a parameter decides", () => {
    const files = {
      "pyproject.toml": "[project]\nname='x'\ndependencies=['fastapi']\n",
      "uv.lock": "",
      "poetry.lock": "",
      "main.py": fastapi,
    };
    const answer = refused(files);
    expect(answer.reason).toContain("uv and poetry");
    expect(answer.decide).toContain("packageManager");
    expect(generated(files, { packageManager: "uv" }).dockerfile).toContain("uv sync");
  });
});

describe("the Python version", () => {
  const app = { "requirements.txt": "fastapi\n", "main.py": fastapi };
  it.each([
    [{ ".python-version": "3.12.4\n" }, "3.12"],
    [{ "runtime.txt": "python-3.13.1\n" }, "3.13"],
    [{ ".tool-versions": "nodejs 24\npython 3.11.9\n" }, "3.11"],
    [{ "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.11,<3.13"\n' }, "3.12"],
  ])("%j -> %s", (files, version) => {
    expect(generated({ ...app, ...files }).dockerfile).toContain(`FROM python:${version}-slim AS runtime`);
  });

  it("keeps an end-of-life version with a warning, and moves it when asked", () => {
    const files = { ...app, ".python-version": "3.9\n" };
    const kept = generated(files);
    expect(kept.dockerfile).toContain("FROM python:3.9-slim");
    expect(kept.warnings.join()).toMatch(/3\.9.*ended on 2025-10-31/);
    expect(kept.findings).toEqual([]);
    const moved = generated(files, { upgrade: true });
    expect(moved.dockerfile).not.toContain("python:3.9");
    expect(moved.facts.version?.alternatives).toEqual(["3.9"]);
  });
});

describe("how it starts", () => {
  it.each([
    [
      "FastAPI in a package",
      {
        "requirements.txt": "fastapi\nuvicorn\n",
        "shop/__init__.py": "",
        "shop/api.py": "from fastapi import FastAPI\nservice: FastAPI = FastAPI()\n",
      },
      ["uvicorn", "shop.api:service", "--host", "0.0.0.0", "--port", "8000"],
    ],
    [
      "a src layout",
      { "requirements.txt": "fastapi\nuvicorn\n", "src/shop/__init__.py": "", "src/shop/main.py": fastapi },
      ["uvicorn", "shop.main:app", "--host", "0.0.0.0", "--port", "8000"],
    ],
    [
      "a factory",
      {
        "requirements.txt": "fastapi\nuvicorn\n",
        "main.py": "from fastapi import FastAPI\ndef create_app() -> FastAPI:\n    return FastAPI()\n",
      },
      ["uvicorn", "--factory", "main:create_app", "--host", "0.0.0.0", "--port", "8000"],
    ],
    [
      "Flask with gunicorn",
      {
        "requirements.txt": "flask\ngunicorn\n",
        "app.py": "from flask import Flask\napp = Flask(__name__)\n",
      },
      ["gunicorn", "--bind", "0.0.0.0:8000", "app:app"],
    ],
    [
      "Django",
      {
        "requirements.txt": "django\ngunicorn\n",
        "manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n",
        "site1/settings.py": "",
        "site1/wsgi.py": "application = get_wsgi_application()\n",
      },
      ["gunicorn", "--bind", "0.0.0.0:8000", "site1.wsgi:application"],
    ],
    [
      "a Procfile",
      {
        "requirements.txt": "flask\ngunicorn\n",
        Procfile: "web: gunicorn shop:app --workers 2\n",
        "shop.py": "",
      },
      ["gunicorn", "--bind", "0.0.0.0:8000", "shop:app", "--workers", "2"],
    ],
    [
      "Streamlit",
      { "requirements.txt": "streamlit\n", "dash.py": "import streamlit as st\n" },
      [
        "streamlit",
        "run",
        "dash.py",
        "--server.address=0.0.0.0",
        "--server.port=8501",
        "--server.headless=true",
      ],
    ],
    [
      "a factory that is called",
      {
        "requirements.txt": "fastapi\nuvicorn\n",
        "main.py":
          "from fastapi import FastAPI\ndef create_app():\n    return FastAPI()\napp = create_app()\n",
      },
      ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"],
    ],
    [
      "Starlette on hypercorn",
      {
        "requirements.txt": "starlette\nhypercorn\n",
        "web.py": "from starlette.applications import Starlette\napp = Starlette()\n",
      },
      ["hypercorn", "web:app", "--bind", "0.0.0.0:8000"],
    ],
    [
      "Litestar",
      {
        "requirements.txt": "litestar\nuvicorn\n",
        "app.py": "from litestar import Litestar\napp = Litestar([])\n",
      },
      ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"],
    ],
    [
      "Flask with waitress and a factory",
      {
        "requirements.txt": "flask\nwaitress\n",
        "shop/__init__.py": "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n",
      },
      ["waitress-serve", "--listen", "0.0.0.0:8000", "--call", "shop:create_app"],
    ],
    [
      "Django on ASGI",
      {
        "requirements.txt": "django\ndaphne\n",
        "manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n",
        "site1/settings.py": "",
        "site1/asgi.py": "application = get_asgi_application()\n",
      },
      ["daphne", "-b", "0.0.0.0", "-p", "8000", "site1.asgi:application"],
    ],
    [
      "a function of the Functions Framework",
      {
        "requirements.txt": "functions-framework\n",
        "main.py":
          "import functions_framework\ndef helper(): ...\n@functions_framework.http\ndef hello(request): ...\n",
      },
      ["functions-framework", "--target=hello", "--host=0.0.0.0", "--port=8080"],
    ],
    [
      "a worker of Celery",
      { "requirements.txt": "celery\n", "tasks.py": "from celery import Celery\nqueue = Celery('x')\n" },
      ["celery", "--app", "tasks.queue", "worker", "--loglevel=info"],
    ],
    [
      "an old Flask, whose command takes the application from a variable",
      { "requirements.txt": "flask==2.0.1\nwerkzeug==2.0.3\n", "app.py": "app = Flask(__name__)\n" },
      ["env", "FLASK_APP=app:app", "flask", "run", "--host", "0.0.0.0", "--port", "5000"],
    ],
    [
      "a package with a __main__ below src",
      {
        "pyproject.toml": '[project]\nname = "feeder"\ndependencies = []\n',
        "src/feeder/__init__.py": "",
        "src/feeder/__main__.py": "print()\n",
      },
      ["python", "-m", "feeder"],
    ],
    [
      "the script of several that has the project's name",
      {
        "pyproject.toml":
          '[project]\nname = "feeder"\n[project.scripts]\nfeeder = "f:a"\nfeeder-admin = "f:b"\n',
        "f/__init__.py": "",
      },
      ["feeder"],
    ],
    [
      "a Procfile's worker, not its release step",
      { "requirements.txt": "rq\n", Procfile: "release: python migrate.py\nworker: rq worker mail\n" },
      ["rq", "worker", "mail"],
    ],
    ["a script", { "requirements.txt": "requests\n", "main.py": "print(1)\n" }, ["python", "main.py"]],
  ])("%s", (_what, files, start) => {
    const result = generated(files);
    expect(result.facts.start?.value).toEqual(start);
    expect(result.findings).toEqual([]);
  });

  it("collects Django's static files where settings name a place for them", () => {
    const apps = "INSTALLED_APPS = ['django.contrib.staticfiles']\n";
    const files = {
      "requirements.txt": "django\ngunicorn\n",
      "manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n",
      "site1/wsgi.py": "application = get_wsgi_application()\n",
    };
    expect(generated({ ...files, "site1/settings.py": `${apps}STATIC_ROOT = '/x'\n` }).dockerfile).toMatch(
      /COPY --chown=10001:10001 \. \.\/[\s\S]*RUN SECRET_KEY=\S+ python manage\.py collectstatic --noinput/,
    );
    for (const settings of ["", "STATIC_ROOT = '/x'\n", `${apps}STATIC_ROOT = None\n`])
      expect(generated({ ...files, "site1/settings.py": settings }).dockerfile).not.toContain(
        "collectstatic",
      );
  });

  it("gives collectstatic what the settings of the server require, and nothing that has a default", () => {
    const files = {
      "requirements.txt": "django\ngunicorn\n",
      "manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.local')\n",
      "config/wsgi.py":
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.production')\napplication = get_wsgi_application()\n",
      "config/settings/__init__.py": "",
      "config/settings/base.py": [
        "import environ",
        "env = environ.Env(VERBOSE=(bool, False))",
        "INSTALLED_APPS = ['django.contrib.staticfiles']",
        "STATIC_ROOT = '/x'",
        "DATABASES = {'default': env.db('DATABASE_URL')}",
        "VERBOSE = env('VERBOSE')",
        "WORKERS = env.int('WORKERS')",
        "# OLD = env('OLD')",
        "NAME = env('NAME', default='x')",
      ].join("\n"),
      "config/settings/local.py": "from .base import *\nLOCAL = env('LOCAL_ONLY')\n",
      "config/settings/production.py": [
        "from .base import *",
        "SECRET_KEY = env('DJANGO_SECRET_KEY')",
        "HOST = os.environ['MAIL_HOST']",
        "HOME = os.environ['HOME']",
        "if 'SENTRY_DSN' in os.environ:",
        "    sentry_sdk.init(dsn=os.environ['SENTRY_DSN'])",
      ].join("\n"),
    };
    const { dockerfile, findings } = generated(files);
    expect(dockerfile).toContain(
      [
        "RUN DJANGO_SETTINGS_MODULE=config.settings.production",
        "DATABASE_URL=sqlite:///:memory:",
        "DJANGO_SECRET_KEY=unused-while-building",
        "MAIL_HOST=unused-while-building",
        "WORKERS=1",
        "python manage.py collectstatic",
      ].join(" "),
    );
    expect(findings).toEqual([]);
  });

  it("reads what python-decouple, a function of the project's own and dj-database-url require", () => {
    const settings = [
      "from decouple import config",
      "def secret(name):",
      "    return os.environ[name]",
      "INSTALLED_APPS = ['django.contrib.staticfiles']",
      "STATIC_ROOT = '/x'",
      "SECRET_KEY = config('SECRET_KEY')",
      "DEBUG = config('DEBUG', cast=bool)",
      "HOSTS = config('HOSTS', default='*')",
      "TOKEN = secret('TOKEN')",
      "DATABASES = {'default': dj_database_url.parse(os.environ['MAIN'])}",
    ].join("\n");
    const { dockerfile } = generated({
      "requirements.txt": "django\ngunicorn\n",
      "manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
      "shop/wsgi.py": "application = get_wsgi_application()\n",
      "shop/settings.py": settings,
    });
    expect(dockerfile).toContain(
      "RUN DEBUG=False MAIN=sqlite:///:memory: SECRET_KEY=unused-while-building TOKEN=unused-while-building python manage.py",
    );
  });

  it("serves no port and has no health check as a worker", () => {
    const result = generated({
      "requirements.txt": "celery\n",
      "tasks.py": "from celery import Celery\napp = Celery('x')\n",
    });
    expect(result.facts.appType?.value).toBe("worker");
    expect(result.dockerfile).not.toMatch(/EXPOSE|HEALTHCHECK/);
  });

  it("probes a health route that is in the code, and only connects when there is none", () => {
    const route = generated({
      "requirements.txt": "fastapi\n",
      "main.py": `${fastapi}@app.get("/healthz")\ndef h(): ...\n`,
    });
    expect(route.facts.healthPath?.evidence[0]).toMatchObject({ file: "main.py", line: 3 });
    expect(route.dockerfile).toContain("http://127.0.0.1:8000/healthz");
    expect(generated({ "requirements.txt": "fastapi\n", "main.py": fastapi }).dockerfile).toContain(
      "socket.create_connection(('127.0.0.1', 8000)",
    );
  });

  it("refuses a version that nobody released, or that two files of one manager disagree about", () => {
    const files = {
      "requirements.txt": "flask\n",
      "app.py": "from flask import Flask\napp = Flask(__name__)\n",
    };
    expect(refused({ ...files, ".python-version": "3.99\n" }).reason).toContain("no Python 3.99");
    expect(refused({ ...files, ".python-version": "9.9.9\n" }).decide).toContain("version");
    const uv = {
      "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.13"\n',
      "uv.lock": "",
      "main.py": "print()\n",
    };
    expect(refused({ ...uv, ".python-version": "3.12\n" }).reason).toMatch(/3\.12.*>=3\.13/);
    expect(generated({ ...uv, ".python-version": "3.12\n" }, { version: "3.13" }).facts.version?.value).toBe(
      "3.13",
    );
    // .tool-versions is another tool's: uv goes by requires-python.
    expect(generated({ ...uv, ".tool-versions": "python 3.12.1\n" }).facts.version?.value).not.toBe("3.12");
  });

  it.each([
    ["no wheels for newer ones", "greenlet==2.0.2\nrequests==2.31.0\n", "3.11"],
    ["a framework that older ones need", "celery[redis]==5.2.7\n", "3.11"],
    [
      "a file that was resolved with it",
      "# autogenerated by pip-compile with Python 3.12\nflask==3.0.0\n",
      "3.12",
    ],
    ["no release has wheels for newer ones", "tensorflow\nrequests\n", "3.13"],
    ["current releases", "numpy==2.3.2\nredis\npandas\n", "3.14"],
  ])("takes the Python that pinned releases are for: %s", (_what, requirements, version) => {
    const fact = generated({ "requirements.txt": requirements, "main.py": "print()\n" }).facts.version;
    expect(fact?.value).toBe(version);
  });

  it("adds the upper bounds that old releases need and do not state", () => {
    const app = { "app.py": "from flask import Flask\napp = Flask(__name__)\n" };
    const old = generated({ ...app, "requirements.txt": "Flask==2.0.1\ngunicorn==20.1.0\n" });
    expect(old.dockerfile).toContain("install -r requirements.txt 'werkzeug<3' 'setuptools<82'");
    expect(old.findings).toEqual([]);
    expect(old.warnings.join()).toContain("gunicorn==20.1.0 needs setuptools<82");
    const stated = generated({ ...app, "requirements.txt": "Flask==2.0.1\nWerkzeug==2.0.3\n" });
    expect(stated.dockerfile).not.toContain("werkzeug");
  });

  it("gives an environment setuptools where its Python's own one had it", () => {
    const files = { "requirements.txt": "requests\n", "main.py": "print()\n" };
    const eleven = generated({ ...files, ".python-version": "3.11\n" });
    expect(eleven.dockerfile).toContain("pip --python /app/.venv/bin/python install 'setuptools<82'");
    expect(eleven.findings).toEqual([]);
    expect(generated({ ...files, ".python-version": "3.12\n" }).dockerfile).not.toContain("setuptools");
  });

  it("installs into an old Python's environment with the environment's own pip", () => {
    const files = { "requirements.txt": "requests\n", "main.py": "print()\n" };
    const six = generated({ ...files, ".python-version": "3.6\n" });
    expect(six.dockerfile).toMatch(/python -m venv \/app\/\.venv\n[\s\S]*\/app\/\.venv\/bin\/pip install -r/);
    expect(six.dockerfile).not.toContain("tini");
    expect(generated({ ...files, "runtime.txt": "python-2.7.18\n" }).dockerfile).toContain(
      "virtualenv /app/.venv",
    );
  });

  it("warns of a lock file that lacks a dependency", () => {
    const files = {
      "pyproject.toml": '[project]\nname = "a"\ndependencies = ["httpx>=0.27", "Rich"]\n',
      "main.py": "print()\n",
    };
    const lock = '[[package]]\nname = "rich"\nversion = "14.0.0"\n';
    expect(generated({ ...files, "uv.lock": lock }).warnings.join()).toContain("it lacks httpx");
    const both = `${lock}[[package]]\nname = "httpx"\n`;
    expect(generated({ ...files, "uv.lock": both }).warnings.join()).not.toContain("lacks");
  });

  it("says of a project without code that there is none", () => {
    expect(refused({ "requirements.txt": "flask\n" }).reason).toContain("no Python source file");
  });

  it("refuses a library and says what decides", () => {
    const answer = refused({ "pyproject.toml": '[project]\nname = "lib"\n', "lib/__init__.py": "" });
    expect(answer.reason).toContain("library");
    expect(answer.decide).toContain("start");
  });
});

describe("what it needs of the system", () => {
  it("compilers stay in the stage that compiles, shared libraries go along", () => {
    const { dockerfile } = generated({
      "requirements.txt": "psycopg2==2.9.9\nfastapi\n",
      "main.py": fastapi,
    });
    const [deps, runtime] = dockerfile.split("AS runtime");
    expect(deps).toMatch(/apt-get install .*gcc.*libpq-dev/);
    expect(runtime).toContain("libpq5");
    expect(runtime).not.toContain("gcc");
  });

  it("git dependencies over SSH are mounted, never copied", () => {
    const result = generated({
      "requirements.txt": "fastapi\ngit+ssh://git@example.com/team/lib.git#egg=lib\n",
      "main.py": fastapi,
    });
    expect(result.dockerfile).toContain("--mount=type=ssh");
    expect(result.commands.build).toContain("--ssh default");
  });
});

describe("the Python version and the wheels", () => {
  const lock = (tag: string): string =>
    `[[package]]\nname = "httptools"\nwheels = [\n  { url = "https://files.example.org/httptools-0.6.4-${tag}-${tag}-manylinux_2_17_x86_64.whl" },\n  { url = "https://files.example.org/idna-3.10-py3-none-any.whl" },\n]\n`;
  const files = {
    "pyproject.toml":
      '[project]\nname = "shop"\nrequires-python = ">=3.12"\ndependencies = ["fastapi", "uvicorn"]\n',
    "main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
  };

  it("is the newest that the lock file has wheels for", () => {
    const { facts, dockerfile } = generated({ ...files, "uv.lock": lock("cp313") });
    expect(dockerfile).toContain("FROM python:3.13-slim");
    expect(facts.version).toMatchObject({ evidence: expect.arrayContaining([{ file: "uv.lock" }]) });
    expect(generated({ ...files, "uv.lock": lock("cp312") }).dockerfile).toContain("FROM python:3.12-slim");
    expect(generated({ ...files, "uv.lock": lock("cp314") }).dockerfile).toContain("FROM python:3.14-slim");
  });

  it("installs the members of a uv workspace with the project", () => {
    const { dockerfile } = generated({
      ...files,
      "pyproject.toml": `${files["pyproject.toml"]}[tool.uv.workspace]\nmembers = ["libs/*"]\n`,
      "libs/core/pyproject.toml": '[project]\nname = "core"\nversion = "1"\n',
      "uv.lock": lock("cp314"),
    });
    expect(dockerfile).toMatch(/COPY libs\/core\/pyproject\.toml libs\/core\/[\s\S]*--no-install-workspace/);
    expect(dockerfile).toMatch(/AS builder[\s\S]*--no-editable/);
  });

  it("takes the one application of a workspace that is no package itself, or the one target names", () => {
    const workspace = {
      "pyproject.toml": '[tool.uv.workspace]\nmembers = ["backend", "libs/*"]\n',
      "uv.lock": lock("cp314"),
      "backend/pyproject.toml":
        '[project]\nname = "Shop"\nversion = "1"\nrequires-python = ">=3.13"\ndependencies = ["fastapi", "core", "uvicorn"]\n',
      "backend/app/main.py": fastapi,
      "libs/core/pyproject.toml": '[project]\nname = "core"\nversion = "1"\ndependencies = ["psycopg"]\n',
      "libs/core/src/core/__init__.py": "",
    };
    const { dockerfile, findings } = generated(workspace);
    expect(findings).toEqual([]);
    expect(dockerfile).toContain("uv sync --locked --no-dev --package Shop --no-install-workspace");
    expect(dockerfile).toContain("COPY --chown=10001:10001 backend/ ./");
    expect(dockerfile).toContain('CMD ["uvicorn", "app.main:app"');
    // A neighbour's library is loaded too.
    expect(dockerfile).toContain("libpq5");

    const second = {
      ...workspace,
      "libs/jobs/pyproject.toml": '[project]\nname = "jobs"\nversion = "1"\ndependencies = ["flask"]\n',
      "libs/jobs/app.py": "from flask import Flask\napp = Flask(__name__)\n",
    };
    expect(refused(second)).toMatchObject({
      kind: "choice",
      apps: [{ path: "backend" }, { path: "libs/jobs" }],
    });
    expect(generated(second, { app: "jobs" }).dockerfile).toContain("--package jobs");
  });
});

describe("which application is meant", () => {
  const start = (files: Readonly<Record<string, string>>): unknown => generated(files).facts.start?.value;
  const flask = "from flask import Flask\napp = Flask(__name__)\n";
  const web = { "requirements.txt": "flask\ngunicorn\n" };

  it("is not a program beside it, and is the one that the project's own commands name", () => {
    const factory =
      "from flask import Flask\nclass Shop(Flask): ...\ndef create_app(config='x'):\n    return Shop(__name__)\n";
    const files = {
      ...web,
      "export.py": "from shop import create_app\napp = create_app()\n",
      "wsgi.py": "from shop import create_app\napp = create_app()\n",
      "shop/__init__.py": factory,
    };
    expect(start(files)).toContain("wsgi:app");
    expect(start({ ...files, "entry.sh": "exec gunicorn 'shop:create_app()' -b :80\n" })).toContain(
      "shop:create_app()",
    );
    const api = {
      "requirements.txt": "fastapi\nuvicorn\n",
      "shop/jobs/healthcheck.py": fastapi,
      "shop/main.py": "from shop.launch import create_app\napp = create_app()\n",
    };
    expect(start(api)).toContain("shop.main:app");
  });

  it("is no factory that needs arguments", () => {
    const needs =
      "from flask import Flask\ndef create_app(\n    config: str,\n    debug=False,\n):\n    return Flask(__name__)\n";
    expect(
      start({
        ...web,
        "shop/__init__.py": needs,
        "manage.py": "from shop import create_app\napp = create_app('x')\n",
      }),
    ).toContain("manage:app");
  });

  it.each([
    [
      "its own folder",
      "api/main.py",
      "from routers import items\n",
      { "api/routers/items.py": "" },
      "main:app",
      "/app/api",
    ],
    [
      "two folders down",
      "src/py/shop/asgi.py",
      "from shop.config import x\n",
      { "src/py/shop/config.py": "" },
      "shop.asgi:app",
      "/app/src/py",
    ],
    [
      "the project",
      "src/main.py",
      "from src.config import x\n",
      { "src/config.py": "" },
      "src.main:app",
      undefined,
    ],
    [
      "above its package",
      "shop/api.py",
      "from .config import x\nimport config\n",
      { "shop/config.py": "" },
      "shop.api:app",
      undefined,
    ],
  ])("is imported from where its imports are found: %s", (_what, file, head, others, target, path) => {
    const { facts, dockerfile } = generated({
      "requirements.txt": "fastapi\nuvicorn\n",
      [file]: head + fastapi,
      ...others,
    });
    expect(facts.start?.value).toContain(target);
    expect(/PYTHONPATH=(\S+)/.exec(dockerfile)?.[1]).toBe(path);
  });

  it("is no server for a distribution that calls others, and no function of several", () => {
    const bot = generated({ "requirements.txt": "aiohttp\n", "bot.py": "import aiohttp\nwhile True: ...\n" });
    expect(bot.facts).toMatchObject({ appType: { value: "worker" } });
    expect(bot.facts.framework).toBeUndefined();
    const several =
      "import functions_framework\n@functions_framework.http\ndef a(r): ...\n@functions_framework.http\ndef b(r): ...\n";
    expect(
      refused({ "requirements.txt": "functions-framework\nflask\n", "main.py": several }).decide,
    ).toContain("start");
  });

  it("is served by what the project declares", () => {
    expect(start({ "requirements.txt": "quart\n", "app.py": "from quart import Quart\napp = Quart(__name__)\n" })).toEqual([
      "hypercorn", "app:app", "--bind", "0.0.0.0:8000",
    ]); // biome-ignore format: a command
    const uwsgi = generated({
      "requirements.txt": "uwsgi\nflask\n",
      "pay.ini": "[uwsgi]\nwsgi-file = pay.py\nsocket = 0.0.0.0:8080\nprotocol = http\n",
      "pay.py": flask,
    });
    expect(uwsgi.facts.start?.value).toEqual(["uwsgi", "--ini", "pay.ini", "--die-on-term"]);
    expect(uwsgi.facts.port?.value).toBe(8080);
    expect(uwsgi.findings).toEqual([]);
    const told = generated({
      "requirements.txt": "uwsgi\nflask\n",
      Procfile: "web: uwsgi etc/pay.ini\n",
      "etc/pay.ini": "[uwsgi]\nwsgi-file = pay.py\nhttp-socket = :$(PORT)\n",
      "pay.py": flask,
    });
    expect(told.dockerfile).toMatch(/^ENV PORT=8000|^ {4}PORT=8000/m);
    const root = generated({
      "requirements.txt": "uwsgi\nflask\n",
      "pay.ini": "[uwsgi]\nwsgi-file = pay.py\nhttp = :8080\nuid = 1\n",
      "pay.py": flask,
    });
    expect(root.facts.start?.value).toContain("--http-socket");
    expect(root.warnings.join()).toContain("only root");
    expect(start({ "requirements.txt": "uwsgi\nflask\n", "pay.py": flask })).toContain("--module");
    const bare = generated({ "requirements.txt": "fastapi\n", "main.py": fastapi });
    expect(bare.warnings.join()).toContain("adds uvicorn");
    expect(generated({ "requirements.txt": "fastapi[standard]\n", "main.py": fastapi }).warnings).toEqual([]);
  });

  it.each([
    [
      "Dash behind gunicorn",
      {
        "requirements.txt": "dash\ngunicorn\n",
        "app.py": "from dash import Dash\napp = Dash(__name__)\nserver = app.server\n",
      },
      "app:server",
    ],
    [
      "Dash alone",
      { "requirements.txt": "dash\n", "app.py": "import dash\napp = dash.Dash(__name__)\napp.run()\n" },
      "HOST=0.0.0.0",
    ],
    [
      "Gradio",
      { "requirements.txt": "gradio\n", "ui.py": "import gradio as gr\ndemo = gr.Blocks()\ndemo.launch()\n" },
      "GRADIO_SERVER_NAME=0.0.0.0",
    ],
    [
      "Locust",
      { "requirements.txt": "locust\n", "locustfile.py": "import locust\n" },
      '"--locustfile", "locustfile.py"',
    ],
    [
      "Streamlit's first page",
      {
        "requirements.txt": "streamlit\n",
        "Home.py": "import streamlit\n",
        "charts.py": "import streamlit\n",
      },
      '"run", "Home.py"',
    ],
    [
      "Django's asgi package",
      {
        "requirements.txt": "django\nuvicorn\n",
        "manage.py": "DJANGO_SETTINGS_MODULE = 'shop.settings'\n",
        "shop/settings.py": "",
        "shop/asgi/__init__.py": "",
      },
      "shop.asgi:application",
    ],
  ])("%s", (_what, files, text) => {
    const { dockerfile, findings } = generated(files);
    expect(dockerfile).toContain(text);
    expect(findings).toEqual([]);
  });

  it.each([
    ["bin/start-nginx gunicorn shop.wsgi", ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]],
    [
      "cd back && FLASK_ENV=x uv run gunicorn shop:app",
      ["env", "FLASK_ENV=x", "gunicorn", "--bind", "0.0.0.0:8000", "--chdir", "back", "shop:app"],
    ],
    ["make run", ["gunicorn", "--bind", "0.0.0.0:8000", "shop:app"]],
  ])("a Procfile's %s without what only its platform has", (command, words) => {
    expect(start({ ...web, Procfile: `web: ${command}\n`, "shop.py": flask })).toEqual(words);
  });

  it("a job that the Procfile calls web listens on no port", () => {
    const { dockerfile } = generated({
      "requirements.txt": "requests\n",
      "main.py": "print(1)\n",
      Procfile: "web: python main.py\n",
    });
    expect(dockerfile).not.toMatch(/EXPOSE|HEALTHCHECK/);
  });

  it("the version and the command of the project's own Dockerfile are taken where nothing else says", () => {
    const own = 'FROM python:3.12-slim\nENTRYPOINT ["feed"]\nCMD ["serve"]\n';
    const files = {
      "requirements.txt": "requests\n",
      Dockerfile: own,
      "feed/__init__.py": "",
      "setup.py": "entry_points={'console_scripts': ['feed=feed:main']}\n",
    };
    expect(start(files)).toEqual(["feed", "serve"]);
    expect(generated(files).facts.version?.value).toBe("3.12");
    expect(generated({ ...files, "app.yaml": "runtime: python313\n" }).facts.version?.value).toBe("3.13");
  });
});

describe("what goes into the image", () => {
  const web = { "main.py": fastapi };

  it("the dependencies that the manager in charge installs, with the groups of production", () => {
    const pyproject =
      '[project]\nname = "x"\ndependencies = ["fastapi", "uvicorn"]\n[dependency-groups]\nprod = ["psycopg2"]\ndev = ["pytest"]\n';
    const uv = generated({
      ...web,
      "pyproject.toml": pyproject,
      "uv.lock": "",
      "requirements.txt": "celery\n",
    });
    expect(uv.facts.dependencies?.value).toEqual(["fastapi", "uvicorn", "psycopg2"]);
    expect(uv.dockerfile).toContain("uv sync --locked --no-dev --group prod --no-install-project");
    expect(uv.dockerfile).toContain("libpq5");
    const poetry =
      '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nfastapi = "*"\n[tool.poetry.group.production.dependencies]\ngunicorn = "*"\n';
    expect(generated({ ...web, "pyproject.toml": poetry, "poetry.lock": "" }).dockerfile).toContain(
      "poetry install --only main,production --no-root",
    );
    const extra =
      '[project]\nname = "x"\ndependencies = ["fastapi"]\n[project.optional-dependencies]\nserver = ["uvicorn"]\n';
    const pip = generated({ ...web, "pyproject.toml": extra });
    expect(pip.dockerfile).toContain("*p['optional-dependencies']['server']");
    expect(pip.findings).toEqual([]);
  });

  it("reads the requirements of a setup.py, with extras, a tuple or a list of its own", () => {
    const names = (setup: string, others: Readonly<Record<string, string>> = {}): unknown =>
      generated({ ...web, "setup.py": setup, ...others }).facts.dependencies?.value;
    expect(names('setup(install_requires=["raven[flask]", "rich>=1,<2"])\n')).toEqual(["raven", "rich"]);
    expect(names("install_requires = (\n  'aiohttp_security[session]',\n  'redis>=4',\n)\n")).toEqual([
      "aiohttp-security",
      "redis",
    ]);
    expect(
      names("open('requirements/' + 'default.txt')\n", { "requirements/default.txt": "tornado\n" }),
    ).toEqual(["tornado"]);
  });

  it("the project itself, where its code asks for its own version", () => {
    const files = {
      "main.py": `from importlib import metadata\nVERSION = metadata.version("the_shop")\n${fastapi}`,
      "pyproject.toml":
        '[project]\nname = "The-Shop"\ndependencies = ["fastapi", "uvicorn"]\n[build-system]\nrequires = ["hatchling"]\n',
      "uv.lock": "",
    };
    expect(generated(files).facts.installProject?.value).toBe(true);
    expect(generated({ ...files, "main.py": fastapi }).facts.installProject?.value).toBe(false);
  });

  it("programs that the code calls, and packages that a platform's list names as Debian does", () => {
    const files = {
      ...web,
      "requirements.txt": "fastapi\nuvicorn\n",
      "draw.py": 'import subprocess\nsubprocess.run(\n    # as a picture\n    ["dot", "-Tpng"])\n',
      "scripts/film.py": 'subprocess.run(["ffmpeg"])\n',
      "packages.txt": "libgl1-mesa-glx\nlibfoo-dev\n",
    };
    const { facts, warnings, findings } = generated(files);
    expect(facts.runPackages?.value).toEqual(["graphviz", "libgl1"]);
    expect(warnings.join()).toContain("libfoo-dev");
    expect(findings).toEqual([]);
  });

  it("a package called docs or tests that the program imports, and Markdown that it reads", () => {
    const { dockerignore } = generated({
      "requirements.txt": "fastapi\nuvicorn\n",
      "main.py": `import docs.views\nopen("prompts/system.md")\n${fastapi}`,
      "docs/views.py": "",
      "docs/guide.md": "",
      "prompts/system.md": "",
      "README.md": "",
      "tests/__init__.py": "",
      "tests/test_a.py": "import tests\n",
    });
    const kept = dockerignore.split("# The build needs these")[1] ?? "";
    expect(kept.trim().split("\n")).toEqual(["!docs", "!prompts/system.md"]);
  });

  it("a command that is called takes its words after the image's name", () => {
    const { dockerfile, findings } = generated({
      "pyproject.toml":
        '[project]\nname = "grab"\nversion = "1"\ndependencies = ["click"]\n[project.scripts]\ngrab = "grab:main"\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
      "uv.lock": "",
      "grab/__init__.py": "import click\n",
    });
    expect(dockerfile).toContain('ENTRYPOINT ["grab"]');
    expect(dockerfile).not.toMatch(/^CMD|tini/m);
    expect(findings).toEqual([]);
  });

  it("nothing of conda's, and nothing of a template", () => {
    const conda = { "environment.yml": "dependencies:\n  - numpy\n", "main.py": "print(1)\n" };
    expect(refused(conda).reason).toContain("conda");
    expect(refused(conda).decide).toContain("packageManager");
    expect(generated({ ...conda, "requirements.txt": "numpy\n" }).warnings.join()).toContain(
      "environment.yml",
    );
    expect(
      refused({ "cookiecutter.json": "{}", "setup.py": "", "{{cookiecutter.slug}}/manage.py": "" }).reason,
    ).toContain("template");
  });
});

describe("what is asked for instead of guessed", () => {
  const flask = "from flask import Flask\napp = Flask(__name__)\n";

  it("several applications of which nothing tells the one", () => {
    const files = {
      "requirements.txt": "fastapi\nuvicorn\n",
      "serve/controller.py": fastapi,
      "serve/monitor.py": fastapi,
    };
    expect(refused(files).reason).toMatch(/serve\.controller:app, serve\.monitor:app/);
    expect(refused(files).decide).toContain("start");
    const told = { ...files, "README.md": "    uvicorn serve.monitor:app --reload\n" };
    expect(generated(told).facts.start?.value).toContain("serve.monitor:app");
  });

  it("dependencies that no manifest names", () => {
    const files = { "main.py": fastapi, "setup.cfg": "[flake8]\nmax-line-length = 100\n" };
    expect(refused(files).reason).toContain("no manifest names the dependencies");
    expect(generated({ "main.py": "print(1)\n" }).facts.start?.value).toEqual(["python", "main.py"]);
  });

  it("no port of a command that is called, or of a bot", () => {
    const script =
      '[project]\nname = "pages"\ndependencies = ["click"]\n[project.scripts]\npages = "pages:main"\n';
    const serve = "import click\nfrom http.server import HTTPServer\nHTTPServer(address)\n";
    const called = generated({ "pyproject.toml": script, "pages/__init__.py": serve });
    expect(called.facts).toMatchObject({ appType: { value: "cli" } });
    const exposed = { Dockerfile: 'FROM python\nEXPOSE 8001\nCMD ["pages"]\n' };
    expect(
      generated({ "pyproject.toml": script, "pages/__init__.py": serve, ...exposed }).facts.port?.value,
    ).toBe(8001);
    const bot = generated({
      "requirements.txt": "aiohttp\ndiscord.py\n",
      "bot/__init__.py": "",
      "bot/__main__.py": "import discord\nfrom aiohttp import web\nweb.run_app(app)\n",
    });
    expect(bot.facts.appType?.value).toBe("worker");
  });

  it("a program of its own serves where no server is declared, as its own Dockerfile or its guard says", () => {
    const files = {
      "requirements.txt": "flask\ntornado\n",
      "shop/__init__.py": flask,
      "serve.py": 'from shop.main import main\nDEFAULT_PORT = 8083\nif __name__ == "__main__":\n    main()\n',
    };
    expect(generated(files).facts).toMatchObject({
      start: { value: ["python", "serve.py"] },
      port: { value: 8083 },
    });
    const own =
      'FROM python:3.13\nEXPOSE 5000\nENTRYPOINT ["/entry.sh"]\nCMD ["python", "./other.py", "-d", "/data"]\n';
    const told = { ...files, "entry.sh": 'mkdir x\nexec "$@"\n', "other.py": "go()\n", Dockerfile: own };
    expect(generated(told).facts).toMatchObject({
      start: { value: ["python", "other.py"] },
      port: { value: 5000 },
    });
  });

  it("the port of another service is no port of its own", () => {
    const { dockerfile } = generated({
      "requirements.txt": "fastapi\nuvicorn\n",
      "main.py": `${fastapi}port = int(os.getenv("EMAIL_PORT", "25"))\n`,
    });
    expect(dockerfile).not.toContain("EMAIL_PORT");
  });

  it("two lists of requirements, where one is what serves", () => {
    const { dockerfile } = generated({
      "requirements/main.txt": "flask\n",
      "requirements/deploy.txt": "gunicorn\n",
      "app.py": flask,
    });
    expect(dockerfile).toContain("-r requirements/main.txt -r requirements/deploy.txt");
    expect(dockerfile).toContain('CMD ["gunicorn"');
  });
});

describe("what a second look at the project tells", () => {
  it("an exact patch release is a version", () => {
    const poetry =
      '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "3.11.7"\nfastapi = "*"\nuvicorn = "*"\n';
    const files = { "pyproject.toml": poetry, "poetry.lock": "", "main.py": fastapi };
    expect(generated(files).facts.version?.value).toBe("3.11");
  });

  it("a script of the Procfile that ends with a server is that server", () => {
    const { facts, warnings } = generated({
      "requirements.txt": "flask\ngunicorn\n",
      Procfile: "web: bash start.sh\n",
      "start.sh": "#!/bin/bash\n\nflask db upgrade\n\nexec gunicorn shop:app --timeout 30\n",
      "shop.py": "from flask import Flask\napp = Flask(__name__)\n",
    });
    expect(facts.start?.value).toEqual(["gunicorn", "--bind", "0.0.0.0:8000", "shop:app", "--timeout", "30"]);
    expect(warnings.join()).toContain("flask db upgrade");
  });

  it("the folder of a program with a manifest of its own is asked for", () => {
    const files = {
      "pyproject.toml": '[project]\nname = "all"\nversion = "1"\n',
      "uv.lock": "",
      "backend/pyproject.toml": '[project]\nname = "api"\ndependencies = ["fastapi", "uvicorn"]\n',
      "backend/app/main.py": `from app.config import x\n${fastapi}`,
      "backend/app/config.py": "",
    };
    expect(refused(files)).toMatchObject({ kind: "choice", apps: [{ path: "backend" }] });
  });

  it("the program of a library's site starts before a helper command, and its tests never", () => {
    const script = '[project]\nname = "gui"\ndependencies = []\n[project.scripts]\ngui-pack = "gui:pack"\n';
    const files = { "pyproject.toml": script, "gui/__init__.py": "" };
    expect(generated({ ...files, "main.py": "run()\n" }).facts.start?.value).toEqual(["python", "main.py"]);
    expect(generated(files).facts.start?.value).toEqual(["gui-pack"]);
    const library = {
      "pyproject.toml": '[project]\nname = "lib"\n',
      "lib/__init__.py": "",
      "runtests.py": "run()\n",
    };
    expect(refused(library).reason).toContain("library");
  });

  it("a framework that an extension brings is not missed", () => {
    const { facts, warnings } = generated({
      "requirements.txt": "flask-smorest\ngunicorn\n",
      "app.py": "from flask import Flask\ndef create_app(url=None):\n    return Flask(__name__)\n",
    });
    expect(facts.start?.value).toContain("app:create_app()");
    expect(warnings).toEqual([]);
  });
});

describe("indexes that ask for a password", () => {
  const web = { "main.py": fastapi };
  const pyproject = '[project]\nname = "x"\ndependencies = ["fastapi", "uvicorn"]\n';

  it.each([
    [
      "uv",
      {
        "pyproject.toml": `${pyproject}[[tool.uv.index]]\nurl = "https://pkg.example.com/simple"\n`,
        "uv.lock": "",
      },
    ],
    [
      "Poetry",
      {
        "pyproject.toml": `${pyproject}[[tool.poetry.source]]\nname = "a"\nurl = "https://pkg.example.com/simple"\n`,
        "poetry.lock": "",
      },
    ],
    ["pip", { "requirements.txt": "--extra-index-url https://pkg.example.com/simple\nfastapi\nuvicorn\n" }],
  ])("get a .netrc while installing: %s", (_what, files) => {
    const { dockerfile, commands, findings } = generated({ ...web, ...files });
    expect(dockerfile).toContain("--mount=type=secret,id=netrc,target=/root/.netrc");
    expect(commands.build).toContain("--secret id=netrc,src=$HOME/.netrc");
    expect(findings).toEqual([]);
  });

  it("get the variables that their address names, and open ones nothing", () => {
    const named = generated({
      ...web,
      "requirements.txt":
        "--index-url https://${INDEX_USER}:${INDEX_TOKEN}@pkg.example.com/simple\nfastapi\nuvicorn\n",
    });
    expect(named.dockerfile).toContain("--mount=type=secret,id=INDEX_TOKEN,env=INDEX_TOKEN");
    expect(named.commands.build).toContain("--secret id=INDEX_USER,env=INDEX_USER");
    expect(named.findings).toEqual([]);
    const plain = generated({
      ...web,
      "requirements.txt":
        "-i https://pypi.org/simple\n--extra-index-url https://download.pytorch.org/whl/cpu\nfastapi\nuvicorn\n",
    });
    expect(plain.dockerfile).not.toContain("type=secret");
  });
});

describe("what a build asks for that the build context has not", () => {
  const scripted =
    '[project]\nname = "grab"\ndynamic = ["version"]\ndependencies = ["click"]\n[project.scripts]\ngrab = "grab:main"\n';

  it("a version from git's tags is an argument of the build", () => {
    const { dockerfile, findings } = generated({
      "pyproject.toml": `${scripted}[build-system]\nrequires = ["setuptools>=64", "setuptools_scm>=8"]\n`,
      "grab/__init__.py": "import click\n",
    });
    expect(dockerfile).toMatch(
      /AS builder[\s\S]*ARG SETUPTOOLS_SCM_PRETEND_VERSION=0\.0\.0\n[\s\S]*--no-deps \./,
    );
    expect(findings).toEqual([]);
  });

  it("dependencies that pyproject.toml keeps in a list of its own", () => {
    const { dockerfile } = generated({
      "pyproject.toml":
        '[project]\nname = "x"\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = { file = ["deps/base.txt"] }\n',
      "deps/base.txt": "fastapi\nuvicorn\n",
      "main.py": fastapi,
    });
    expect(dockerfile).toContain("install -r deps/base.txt");
  });

  it("no compiler for a pinned pydantic", () => {
    const pinned = {
      "requirements.txt": "fastapi==0.104.1\nuvicorn==0.24.0\npydantic==2.5.0\n",
      "main.py": fastapi,
    };
    expect(generated(pinned).facts.version?.value).toBe("3.12");
  });
});

describe("a project that only its setup.py describes", () => {
  it("installs what that states before the source, and the rest with it", () => {
    const { dockerfile, findings } = generated({
      "setup.py":
        "setup(name='x', install_requires=['aiohttp', 'aiopg[sa]>=1,<2', 'tomli; python_version<\"3.11\"'])\n",
      "site1/__init__.py": "",
      "site1/__main__.py": "from aiohttp import web\nweb.run_app(app)\n",
    });
    expect(dockerfile).toMatch(
      /printf '%s\\n' 'aiohttp' 'aiopg\[sa\]>=1,<2' > [\s\S]*COPY \. \.\/\n[\s\S]*install \.\n/,
    );
    expect(dockerfile).toContain("EXPOSE 8080");
    expect(findings).toEqual([]);
  });
});

describe("a Dockerfile that stands there already", () => {
  const files = { "requirements.txt": "requests\n", "main.py": "print(1)\n" };

  it("says nothing when it was generated, so that a second time gives the same", () => {
    const first = generated(
      { ...files, ".python-version": "3.12\n" },
      { start: ["python", "main.py", "--now"] },
    );
    const second = generated({ ...files, Dockerfile: first.dockerfile });
    expect(second.dockerfile).toBe(generated(files).dockerfile);
    expect(second.facts.version?.value).not.toBe("3.12");
  });

  it("does not outweigh releases that have no wheels for its version", () => {
    const pinned = { ...files, "requirements.txt": "pydantic==2.5.0\n", Dockerfile: "FROM python:3.13\n" };
    expect(generated(pinned).facts.version?.value).toBe("3.12");
  });
});
