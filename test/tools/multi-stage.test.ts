import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { defaultLimits } from "../../src/security/limits.ts";
import { validateInput, type validateOutput } from "../../src/tools/schemas/validate.ts";
import { validateTool } from "../../src/tools/validate.ts";

let folder = "";

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "dockwright-multi-stage-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type File = z.output<typeof validateOutput>["files"][number];

async function validate(
  dockerfile: string,
  input: Partial<z.input<typeof validateInput>> = { fix: "unsafe" },
): Promise<File> {
  await writeFile(path.join(folder, "Dockerfile"), dockerfile);
  const output = await validateTool.run(validateInput.parse({ path: "Dockerfile", ...input }), {
    signal: new AbortController().signal,
    progress: () => {},
    roots: { directories: [folder] },
    limits: defaultLimits,
    today: "2026-11-21",
    now: () => 0,
    allow: { write: false, build: false },
  });
  const [file] = output.files;
  if (!file) throw new Error("nothing was judged");
  return file;
}

/** The repaired text: multi-stage, free of syntax problems and a fixed point. */
async function repaired(dockerfile: string): Promise<string> {
  const before = await validate(dockerfile, {});
  const first = await validate(dockerfile);
  const text = first.repair?.text ?? "";
  const parsed = parseDockerfile(text, "Dockerfile");
  expect(parsed.problems).toEqual([]);
  expect(parsed.stages.length).toBeGreaterThan(1);
  expect((await validate(text)).repair?.text).toBe(text);
  const known = new Set(before.findings.map(({ rule }) => rule));
  expect(first.findings.filter(({ rule }) => !known.has(rule))).toEqual([]);
  expect(first.repair?.diff).toContain("+++ b/Dockerfile");
  return text;
}

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

const example = (name: string): Promise<void> => cp(`examples/${name}`, folder, { recursive: true });

describe("Python", () => {
  const dockerfile = `# Orders, by the shop team
FROM python:3.12.4-trixie
LABEL org.opencontainers.image.title="orders"
ARG REGION=eu
ENV PYTHONUNBUFFERED=1 APP_REGION=$REGION
WORKDIR /srv/orders
RUN apt-get update && apt-get install -y gcc ffmpeg && rm -rf /var/lib/apt/lists/*
COPY . .
RUN pip install poetry==2.1.0 && poetry config virtualenvs.create false && poetry install --only main --no-root
EXPOSE 9000
STOPSIGNAL SIGINT
HEALTHCHECK CMD curl -f http://localhost:9000/ready || exit 1
CMD uvicorn app.main:app --host 0.0.0.0 --port 9000
`;

  test("what the author decided is in the stages where it belongs", async () => {
    await example("python-fastapi");
    const [build = "", runtime = ""] = (await repaired(dockerfile)).split("# ---- runtime:");
    expect(build).toContain("# Orders, by the shop team\n");
    expect(build).toContain("FROM python:3.12.4-trixie AS deps\n");
    expect(build).toContain("install -y --no-install-recommends gcc \\");
    expect(build).toContain("pip install poetry==2.1.0\n");
    expect(build).not.toContain("ffmpeg");
    expect(runtime).toContain("FROM python:3.12.4-slim-trixie AS runtime\n");
    expect(runtime).toContain("install -y --no-install-recommends ffmpeg \\");
    expect(runtime).not.toContain("gcc");
    expect(runtime).toMatch(/ARG REGION=eu\n(?:ENV .*\n)*ENV APP_REGION="\$REGION"/);
    expect(runtime).toContain("WORKDIR /srv/orders\nCOPY --from=deps /srv/orders/.venv /srv/orders/.venv\n");
    expect(runtime).toContain("LABEL org.opencontainers.image.title=orders\n");
    expect(runtime).toContain("EXPOSE 9000\n");
    expect(runtime).toContain("127.0.0.1:9000/ready");
    expect(runtime).toContain("STOPSIGNAL SIGINT\n");
    expect(runtime).toContain('CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "9000"]');
  });

  test("a file by another name follows the whole source, and one elsewhere keeps its owner", async () => {
    await example("python-fastapi");
    await put({ "app.prod.toml": "" });
    const text = await repaired(
      dockerfile.replace(
        "EXPOSE",
        "COPY app.prod.toml ./app.toml\nCOPY --chown=0:1000 app.prod.toml /etc/orders/\nEXPOSE",
      ),
    );
    expect(text).toMatch(
      /COPY --chown=10001:10001 \. \.\/\nCOPY app\.prod\.toml \.\/app\.toml\nCOPY --chown=0:1000 app\.prod\.toml \/etc\/orders\/\n/,
    );
  });

  test("it is an unsafe repair of one finding, and --fix leaves the file in one stage", async () => {
    await example("python-fastapi");
    const { findings } = await validate(dockerfile, { detail: "full" });
    expect(findings.find(({ rule }) => rule === "no-build-tools-in-final")?.fix).toBe("unsafe");
    const safe = await validate(dockerfile, { fix: "safe" });
    expect(parseDockerfile(safe.repair?.text ?? "", "Dockerfile").stages).toHaveLength(1);
  });

  test("uv stays the one that was chosen, and nobody is an account without rights", async () => {
    await cp("test/fixtures/apps/python-uv-fastapi", folder, { recursive: true });
    const text = await repaired(`FROM python:3.13
COPY --from=ghcr.io/astral-sh/uv:0.12.1 /uv /bin/
WORKDIR /app
COPY . .
RUN uv sync --locked --no-dev
ENV PATH="/app/.venv/bin:$PATH"
USER nobody
CMD ["fastapi", "run", "src/main.py", "--port", "8100"]
`);
    expect(text).toContain("COPY --from=ghcr.io/astral-sh/uv:0.12.1 /uv /usr/local/bin/\n");
    expect(text).toContain("EXPOSE 8100\n");
    expect(text).toContain("USER 10001:10001\n");
    expect(text).toContain('CMD ["fastapi", "run", "src/main.py", "--port", "8100"]');
  });

  test("Alpine stays Alpine", async () => {
    await example("python-fastapi");
    const text = await repaired(
      "FROM python:3.13-alpine\nWORKDIR /app\nRUN apk add --no-cache --virtual .build gcc musl-dev\nCOPY . .\nRUN pip install poetry && poetry install --only main --no-root && apk add --no-cache make\nEXPOSE 8000\nCMD uvicorn app.main:app --host 0.0.0.0\n",
    );
    expect(text.match(/^FROM .*/gm)).toEqual([
      "FROM python:3.13-alpine AS deps",
      "FROM python:3.13-alpine AS runtime",
    ]);
    expect(text).toContain("RUN addgroup -g 10001 app");
  });
});

describe("Node.js", () => {
  const express =
    "FROM node:24.1\nWORKDIR /usr/src/app\nENV GREETING=hello\nCOPY package*.json ./\nRUN npm install\nCOPY . .\nEXPOSE 3000\nUSER node\n";

  test("npm start becomes the program it starts", async () => {
    await example("nodejs-express");
    const text = await repaired(`${express}CMD ["npm", "start"]\n`);
    expect(text).toContain("FROM node:24.1 AS deps\n");
    expect(text).toContain("FROM node:24.1-slim AS runtime\n");
    expect(text).toContain("GREETING=hello");
    expect(text).toContain(
      "WORKDIR /usr/src/app\nCOPY --from=deps --chown=1000:1000 /usr/src/app/node_modules",
    );
    expect(text).toContain('CMD ["node", "server.js"]');
  });

  test("a build is the project's own", async () => {
    await put({
      "package.json": JSON.stringify({
        name: "shop",
        scripts: { build: "tsc", start: "node dist/server.js" },
        dependencies: { express: "5.1.0" },
        devDependencies: { typescript: "5.9.3" },
      }),
      "package-lock.json": JSON.stringify({ name: "shop", lockfileVersion: 3, packages: {} }),
      "src/server.ts": 'import express from "express";\nexpress().listen(3000);\n',
      "tsconfig.json": '{"compilerOptions":{"outDir":"dist"}}',
    });
    const file =
      "FROM node:24-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY tsconfig.json ./\nCOPY src ./src\nRUN npm run build\nEXPOSE 3000\nCMD npm start\n";
    const text = await repaired(file);
    expect(text).toContain("COPY tsconfig.json ./\nCOPY src ./src\nRUN npm run build\n");
    expect(text).toContain("COPY --from=builder --chown=1000:1000 /app/dist ./dist\n");
  });

  test("modules of the build context would replace the installed ones", async () => {
    await example("nodejs-express");
    await put({ "node_modules/express/index.js": "", ".dockerignore": "docs\n" });
    const { repair, findings } = await validate(`${express}CMD ["npm", "start"]\n`);
    expect(repair?.text).not.toContain("AS runtime");
    expect(findings.map(({ message }) => message).join("\n")).toContain(
      "node_modules of the build context would be copied over the installed one",
    );
    await put({ ".dockerignore": "node_modules\n" });
    await repaired(`${express}CMD ["npm", "start"]\n`);
  });
});

test("Go: only the program ships, with its arguments, time zone and stage name", async () => {
  await example("go-microservice");
  const text = await repaired(`ARG GO_VERSION=1.27
FROM golang:\${GO_VERSION}-alpine AS clock
WORKDIR /app
RUN apk add --no-cache git ca-certificates tzdata
ENV TZ=Europe/Berlin CGO_ENABLED=0
COPY go.mod go.sum ./
RUN go mod download
COPY *.go ./
RUN go build -ldflags="-s -w" -o /clock .
EXPOSE 8080
ENTRYPOINT ["/clock"]
CMD ["-v"]
`);
  const [build = "", runtime = ""] = text.split("# ---- runtime:");
  expect(build).toContain("ARG GO_VERSION=1.27\n");
  expect(build).toContain("FROM --platform=$BUILDPLATFORM golang:${GO_VERSION}-alpine AS builder\n");
  expect(build).toContain("RUN apk add --no-cache git\n");
  expect(build).toContain("COPY *.go ./\n");
  expect(runtime).toContain(
    "FROM gcr.io/distroless/static-debian13:nonroot AS clock\nENV TZ=Europe/Berlin\n",
  );
  expect(runtime).toContain('ENTRYPOINT ["/usr/local/bin/clock"]\nCMD ["-v"]\n');
});

test("Go: the program is the one that the file builds", async () => {
  await cp("test/fixtures/apps/go-cgo-commands", folder, { recursive: true });
  for (const name of ["api", "worker"]) {
    await put({ [`cmd/${name}/main.go`]: "package main\n\nfunc main() {}\n" });
    const text = await repaired(
      `FROM golang:1.27\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /bin/it ./cmd/${name}\nCMD ["/bin/it"]\n`,
    );
    expect(text).toContain(`-o /out/${name} ./cmd/${name}\n`);
    expect(text).toContain(`ENTRYPOINT ["/usr/local/bin/${name}"]`);
  }
});

describe("what is not understood is left alone, and the advice says why", () => {
  const go = (lines: string, start = 'CMD ["./clock"]'): string =>
    `FROM golang:1.27\nWORKDIR /app\nCOPY . .\n${lines}\nEXPOSE 8080\n${start}\n`;
  const build = "RUN go build -o clock .";

  test.each([
    ["a script", go(`RUN ./setup.sh\n${build}`), 'line 4: "./setup.sh" is not understood'],
    [
      "a value put into the program",
      go('RUN go build -ldflags "-X main.version=1" -o clock .'),
      "sets values by -ldflags",
    ],
    ["build tags", go("RUN go build -tags netgo -o clock ."), "has the option -tags"],
    ["tests that have to pass", go(`RUN go test ./...\n${build}`), '"go test ./..." is not understood'],
    ["another program", go(build, 'CMD ["./other"]'), "./other is not what go build makes"],
    ["a secret", go(`ENV API_TOKEN=abc\n${build}`), "API_TOKEN looks like a secret"],
    ["a volume", go(`VOLUME /data\n${build}`), "a volume belongs to root"],
    ["a trigger", go(`ONBUILD COPY . .\n${build}`), "ONBUILD is not understood"],
    ["a download", go(`ADD https://example.org/geo.tar.gz /data/\n${build}`), "ADD fetches or unpacks"],
    [
      "files of another image",
      go(`COPY --from=busybox:1.37 /bin/nc /bin/\n${build}`),
      "COPY --from=busybox:1.37",
    ],
    [
      "a program the runtime has no room for",
      go(`RUN apt-get update && apt-get install -y ffmpeg\n${build}`),
      "no package manager for ffmpeg",
    ],
    [
      "a mounted secret",
      go("RUN --mount=type=secret,id=netrc go build -o clock ."),
      "mounts or flags of its own",
    ],
    [
      "a pinned digest",
      go(build).replace("golang:1.27", `golang:1.27@sha256:${"a".repeat(64)}`),
      "pinned by its digest",
    ],
    [
      "another base",
      go(build).replace("golang:1.27", "ubuntu:24.04"),
      "not the official image of a language",
    ],
    ["no command", go(build, ""), "no CMD or ENTRYPOINT"],
    ["a pipe", go(`RUN cat notes | sort\n${build}`), "is not understood"],
    ["a name that is none", go(`ENV "A("=1 B=$C\n${build}`), "the name A( is not understood"],
    ["a value that is set twice", go(`ENV A=1\nENV A=2\n${build}`), "A is set twice"],
    ["a value of the line before", go(`ENV A=1 B=$A\n${build}`), "B holds A as it was before"],
    ["C code", go(`ENV CGO_ENABLED=1\n${build}`), "CGO_ENABLED is set"],
    ["a port that a build argument sets", go(`ARG PORT=81\nEXPOSE $PORT\n${build}`), "port $PORT is not"],
    ["a group of the image's own", go(`${build}\nUSER 1500:0`), "the group 0 is one of the image's own"],
    [
      "an owner that may not be there",
      go(`${build}\nCOPY --chown=app go.mod /etc/clock/`),
      "the owner app of go.mod may not be",
    ],
    ["a file by another name", go(`COPY go.mod ./go.alt.mod\n${build}`), "go.mod is copied to ./go.alt.mod"],
    ["a directive", `# escape=\\\n${go(build)}`, "the directive escape would be lost"],
  ])("%s", async (_, dockerfile, reason) => {
    await example("go-microservice");
    const { repair, findings } = await validate(dockerfile);
    expect(parseDockerfile(repair?.text ?? "", "Dockerfile").stages).toHaveLength(1);
    const said = findings.map(({ message }) => message).join("\n");
    expect(said).toMatch(/no multi-stage file is written: line \d+: /);
    expect(said).toContain(reason);
  });

  test("without being asked to repair, only the explanation says it", async () => {
    await example("go-microservice");
    const { findings } = await validate(go(`RUN ./setup.sh\n${build}`), { detail: "full" });
    const finding = findings.find(({ rule }) => rule === "multi-stage");
    expect(finding?.message).not.toContain("no multi-stage file");
    expect(finding?.why).toContain("no multi-stage file is written: line 4");
    expect(finding?.fix).toBeUndefined();
  });

  test("a package that no manifest names", async () => {
    await put({
      "requirements.txt": "flask==3.1.2\n",
      "app.py": "from flask import Flask\napp = Flask(__name__)\n",
    });
    const { findings } = await validate(
      "FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt gunicorn==23.0.0\nCMD gunicorn app:app\n",
    );
    expect(findings.map(({ message }) => message).join("\n")).toContain(
      "installs gunicorn==23.0.0, which no manifest names",
    );
  });

  test("a tool that stays in the stage that builds", async () => {
    await example("python-fastapi");
    const { findings } = await validate(
      "FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install poetry && poetry install\nCMD poetry run alembic upgrade head && poetry run uvicorn app.main:app\n",
    );
    expect(findings.map(({ message }) => message).join("\n")).toContain('"poetry run" is started in a shell');
  });

  test("an ignored end of life is not made up", async () => {
    await example("nodejs-express");
    const dockerfile =
      'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nEXPOSE 3000\nCMD ["npm", "start"]\n';
    const { repair } = await validate(dockerfile);
    expect(repair?.text).toContain("AS runtime");
    expect(repair?.text).not.toContain("dockwright ignore");
  });

  test("a project that the generator refuses", async () => {
    await put({ "package.json": '{"name":"library","main":"index.js"}' });
    const { findings } = await validate(
      'FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD ["npm", "start"]\n',
    );
    expect(findings.map(({ message }) => message).join("\n")).toContain("this looks like a library");
  });
});
