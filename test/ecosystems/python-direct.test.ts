import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

const program = { "main.py": "import greet\nwhile True: ...\n" };
const library = {
  "libs/greet/pyproject.toml": '[project]\nname = "greet"\nversion = "1"\nreadme = "README.md"\n',
  "libs/greet/README.md": "greets\n",
  "libs/greet/greet/__init__.py": "",
};
const project = (dependencies: string, rest: string): string =>
  `[project]\nname = "x"\nversion = "1"\ndependencies = [${dependencies}]\n${rest}`;
const poetry = (value: string): string =>
  `[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.12"\ngreet = ${value}\n`;

describe("a dependency that is a folder of the project", () => {
  it.each([
    ["pip, editable", { "requirements.txt": "-e ./libs/greet\n" }],
    ["pip, plain", { "requirements.txt": "./libs/greet[fast] ; python_version > '3'\n" }],
    ["pip, by address", { "requirements.txt": "greet @ file:./libs/greet\n" }],
    [
      "uv",
      {
        "pyproject.toml": project(
          '"greet"',
          '[tool.uv.sources]\ngreet = { path = "libs/greet", editable = true }\n',
        ),
        "uv.lock": "",
      },
    ],
    ["poetry", { "pyproject.toml": poetry('{ path = "./libs/greet/", develop = true }'), "poetry.lock": "" }],
    [
      "pdm",
      { "pyproject.toml": project('"greet @ file:///${PROJECT_ROOT}/libs/greet"', ""), "pdm.lock": "" },
    ],
    [
      "pipenv",
      { Pipfile: '[packages]\ngreet = {file = "libs/greet", editable = true}\n', "Pipfile.lock": "{}" },
    ],
  ])("%s: it is there before the install", (_what, files) => {
    const { dockerfile, dockerignore, findings } = generated({ ...files, ...library, ...program });
    const [before = "", after = ""] = dockerfile.split("COPY libs/greet ./libs/greet/");
    expect(before).toMatch(/COPY (?:requirements\.txt|pyproject\.toml|Pipfile)/);
    expect(after).toMatch(/install|sync/);
    expect(dockerignore).toContain("!libs/greet/README.md");
    expect(findings).toEqual([]);
  });

  it("the project itself, a wheel, a folder of wheels", () => {
    const itself = generated({
      "requirements.txt": "gunicorn\n-e .[web]\n",
      "pyproject.toml": project('"flask>=3"', ""),
      ...program,
    });
    expect(itself.dockerfile).toMatch(
      /'flask>=3' > third-party\.txt[\s\S]*>> third-party\.txt[\s\S]*-r third-party\.txt/,
    );
    expect(itself.dockerfile).toMatch(/COPY \. \.\/\nRUN[^\n]*\n\s+pip --python \S+ install -e '\.\[web\]'/);
    const whole = generated({
      "requirements.txt": "-e .\n",
      "pyproject.toml": project('"flask>=3"', ""),
      ...program,
    });
    expect(whole.dockerfile).toMatch(
      /COPY \. \.\/\nRUN[^\n]*\n\s+pip --python \S+ install --no-deps -e \.\n/,
    );
    const wheel = generated({
      "requirements.txt": "./wheels/greet-1-py3-none-any.whl\n",
      "wheels/greet-1-py3-none-any.whl": "",
      ...program,
    });
    expect(wheel.dockerfile).toContain("COPY wheels/greet-1-py3-none-any.whl ./wheels/");
    const many = generated({
      "requirements.txt": "--find-links wheels\ngreet\n",
      "wheels/greet-1-py3-none-any.whl": "",
      ...program,
    });
    expect(many.dockerfile).toContain("COPY wheels ./wheels/");
    expect([...itself.findings, ...wheel.findings, ...many.findings]).toEqual([]);
  });

  it("the project itself, by Pipenv", () => {
    const { dockerfile, findings } = generated({
      Pipfile: '[packages]\nx = {path = ".", editable = true}\n',
      "Pipfile.lock": "{}",
      "setup.py": "from setuptools import setup\nsetup(name='x')\n",
      ...program,
    });
    expect(dockerfile).toMatch(/pipenv requirements[\s\S]*COPY \. \.\/[\s\S]*pipenv sync/);
    expect(findings).toEqual([]);
  });

  it("outside the directory it cannot be built", () => {
    const answer = refused({ "requirements.txt": "-e ../greet\nflask\n", ...program });
    expect(answer).toMatchObject({ reason: expect.stringContaining("../greet") });
    const sources = '[tool.uv.sources]\ngreet = { path = "../greet" }\n';
    expect(
      refused({ "pyproject.toml": project('"greet"', sources), "uv.lock": "", ...program }).reason,
    ).toContain("outside");
    // What only development takes is not installed.
    expect(
      generated({ "pyproject.toml": project('"flask"', sources), "uv.lock": "", ...program }).facts.start,
    ).toBeDefined();
  });
});

describe("a dependency from a repository", () => {
  it.each([
    ["pip, without a name", { "requirements.txt": "git+https://git.example.org/greet.git@v1\n" }, "git"],
    ["pip, editable", { "requirements.txt": "-e git+https://git.example.org/greet.git#egg=greet\n" }, "git"],
    ["pip, Mercurial", { "requirements.txt": "-e hg+https://hg.example.org/greet#egg=greet\n" }, "mercurial"],
    [
      "uv",
      {
        "pyproject.toml": project(
          '"greet"',
          '[tool.uv.sources]\ngreet = { git = "https://git.example.org/greet" }\n',
        ),
        "uv.lock": "",
      },
      "git",
    ],
    [
      "pipenv",
      { Pipfile: '[packages]\ngreet = {git = "https://git.example.org/greet"}\n', "Pipfile.lock": "{}" },
      "git",
    ],
  ])("%s: what fetches it is installed", (_what, files, name) => {
    const { dockerfile, findings } = generated({ ...files, ...program });
    expect(dockerfile).toContain(`install -y --no-install-recommends ${name}`);
    expect(findings).toEqual([]);
  });

  it("over SSH it takes the agent", () => {
    const { dockerfile } = generated({
      "requirements.txt": "git+ssh://git@git.example.org/greet.git\n",
      ...program,
    });
    expect(dockerfile).toContain("openssh-client");
    expect(dockerfile).toContain("--mount=type=ssh");
  });
});

describe("uv's cut-off of releases", () => {
  const lock = 'version = 1\n[options]\nexclude-newer = "0001-01-01T00:00:00Z"\nexclude-newer-span = "P2D"\n';

  it("that only the lock file knows is told again", () => {
    const files = { "pyproject.toml": project('"flask"', ""), "uv.lock": lock, ...program };
    expect(generated(files).dockerfile).toContain("UV_EXCLUDE_NEWER=P2D");
    const told = { ...files, "pyproject.toml": project('"flask"', '[tool.uv]\nexclude-newer = "2 days"\n') };
    expect(generated(told).dockerfile).not.toContain("UV_EXCLUDE_NEWER");
  });
});

describe("a setup file that asks for nothing", () => {
  it("is not run: what it packs starts from its sources", () => {
    const setup = "from setuptools import setup\nsetup(name='x', packages=['greet'])\n";
    const { dockerfile, findings } = generated({ "setup.py": setup, "greet/__init__.py": "", ...program });
    expect(dockerfile).not.toContain("install .");
    expect(findings).toEqual([]);
    expect(refused({ "setup.py": setup, "main.py": "import flask\nflask.run()\n" }).reason).toContain(
      "imports flask",
    );
  });
});
