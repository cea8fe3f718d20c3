import { describe, expect, test } from "vitest";
import { contextView } from "../../src/dockerfile/context.ts";
import { mergeConfigs } from "../../src/validate/config/merge.ts";
import { fixText } from "../../src/validate/fix.ts";

const options = { today: "2026-11-21", config: mergeConfigs({ profiles: ["recommended"] }) };

/** A Dockerfile as it is often met, and what all repairs together make of it. */
const cases: readonly { readonly name: string; readonly before: string; readonly after: string }[] = [
  {
    name: "Node.js: manifests first, cache mount, account, exec form",
    before: "FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nCMD npm start\n",
    after:
      'FROM node:24\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci\nCOPY . .\nRUN npm run build\nUSER 1000:1000\nCMD ["npm", "start"]\n',
  },
  {
    name: "Python: the requirements that are named, lists cleaned, a UID and its number",
    before:
      "FROM python:3.13-slim\nWORKDIR /srv\nCOPY . .\nRUN apt-get update && apt-get install -y libpq5=17.*\nRUN pip install -r requirements.txt\nRUN useradd app\nUSER app\nCMD gunicorn shop:app\n",
    after:
      'FROM python:3.13-slim\nWORKDIR /srv\nCOPY requirements.txt ./\nRUN apt-get update && apt-get install --no-install-recommends -y libpq5=17.* \\\n    && rm -rf /var/lib/apt/lists/*\nRUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt\nCOPY . .\nRUN useradd --uid 10001 app\nUSER 10001\nCMD ["gunicorn", "shop:app"]\n',
  },
  {
    name: "Go: modules first, both caches",
    before:
      'FROM golang:1.27 AS build\nWORKDIR /src\nCOPY . .\nRUN go mod download && go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\nUSER 10001\nENTRYPOINT ["/app"]\n',
    after:
      'FROM golang:1.27 AS build\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go mod download\nCOPY . .\nRUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\nUSER 10001\nENTRYPOINT ["/app"]\n',
  },
  {
    name: "uv: the dependencies alone first, the project with its source",
    before:
      'FROM python:3.13-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.11.1 /uv /bin/\nWORKDIR /app\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-dev\nENV PATH="/app/.venv/bin:$PATH"\nUSER 10001\nCMD ["python", "app.py"]\n',
    after:
      'FROM python:3.13-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.11.1 /uv /bin/\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN --mount=type=cache,target=/root/.cache/uv uv sync --no-install-project --locked --no-dev\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-dev\nENV PATH="/app/.venv/bin:$PATH"\nUSER 10001\nCMD ["python", "app.py"]\n',
  },
  {
    name: "owner and mode as the files arrive",
    before:
      'FROM debian:13-slim\nCOPY start.sh /start.sh\nCOPY data /srv/data/\nRUN chmod +x /start.sh\nRUN chown -R 10001:10001 /srv/data\nUSER 10001\nCMD ["/start.sh"]\n',
    after:
      'FROM debian:13-slim\nCOPY --chmod=755 start.sh /start.sh\nCOPY --chown=10001:10001 data /srv/data/\nUSER 10001\nCMD ["/start.sh"]\n',
  },
  {
    name: "a list that stands alone, a pipe that may fail",
    before:
      "FROM debian:13-slim\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends gpg=2.4.*\nRUN gpg --version | head -n 1\nUSER 10001\n",
    after:
      'FROM debian:13-slim\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends gpg=2.4.* \\\n    && rm -rf /var/lib/apt/lists/*\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN gpg --version | head -n 1\nUSER 10001\n',
  },
];

describe.each(cases)("$name", ({ before, after }) => {
  test("is what comes out", () => {
    expect(fixText(before, "unsafe", options).text).toBe(after);
  });

  test("and stays so", () => {
    expect(fixText(after, "unsafe", options).text).toBe(after);
  });
});

test("lists that a later RUN installs from are not removed", () => {
  const text =
    "FROM debian:13-slim\nRUN apt-get update && apt-get upgrade -y\nENV A=1\nRUN apt-get install -y --no-install-recommends curl=8.*\nUSER 10001\n";
  expect(fixText(text, "unsafe", options).text).not.toContain("upgrade -y \\\n    && rm");
});

test("source that the install itself needs stays in front", () => {
  const text = "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN ./configure.sh\nRUN npm ci\nUSER 1000:1000\n";
  expect(fixText(text, "unsafe", options).text).toContain("COPY . .\nRUN ./configure.sh\n");
});

describe("commands in exec form", () => {
  const repaired = (run: string, base = "debian:13-slim"): string =>
    fixText(`FROM ${base}\nRUN ${run}\nUSER 10001\n`, "unsafe", options).text.split("\n")[1] ?? "";

  test.each([
    ['["pip", "install", "a==1"]', '["pip", "install", "--no-cache-dir", "a==1"]'],
    [
      '["/usr/bin/apt", "install", "curl=8"]',
      '["/usr/bin/apt-get", "install", "--no-install-recommends", "-y", "curl=8"]',
    ],
    ['["mvn", "package"]', '["mvn", "-B", "package"]'],
    ['["sudo", "useradd", "-l", "--uid", "5", "app"]', '["useradd", "-l", "--uid", "5", "app"]'],
    ['["npm", "ci", "--only=production"]', '["npm", "ci", "--omit=dev"]'],
    ['["wget", "-q", "http://example.com/x"]', '["wget", "-q", "https://example.com/x"]'],
  ])("%s stays an array of strings", (run, wanted) => {
    expect(repaired(run).replace(/--mount=\S+ /, "")).toBe(`RUN ${wanted}`);
  });
});

test("an array of paths stays one", () => {
  const before = 'FROM debian:13-slim\nCOPY ["a", "b", "/srv/c"]\nUSER 10001\n';
  expect(fixText(before, "safe", options).text).toContain('COPY ["a", "b", "/srv/c/"]\n');
});

describe("what is appended to a RUN", () => {
  const repaired = (text: string): string => fixText(text, "safe", options).text;

  test("is left out where sudo is needed for it", () => {
    const text = "FROM debian:13\nUSER dev\nRUN sudo apt-get update && sudo apt-get install -y curl=8\n";
    expect(repaired(text)).toBe(text);
  });

  test("calls the program as the RUN does", () => {
    expect(repaired("FROM debian:13\nRUN /opt/conda/bin/conda install -y numpy=2\nUSER 1\n")).toContain(
      "&& /opt/conda/bin/conda clean --all --yes\n",
    );
  });

  test("has the line break of the file", () => {
    expect(repaired("FROM debian:13\r\nRUN yum install -y gcc-15\r\n")).toBe(
      "FROM debian:13\r\nRUN yum install -y gcc-15 \\\r\n    && yum clean all\r\n",
    );
  });

  test("leaves a cache alone that a newer Yarn runs from", () => {
    const text = "FROM node:24-slim\nRUN corepack enable\nRUN yarn install --immutable\n";
    expect(repaired(text)).not.toContain("cache clean");
    expect(repaired("FROM node:24-slim\nRUN yarn install --production\n")).toContain("&& yarn cache clean\n");
  });

  test.each(['bash -c "apt-get install -y curl"', "mk-build-deps --install", "apt-cache policy curl"])(
    "keeps the lists for %s",
    (later) => {
      const text = `FROM debian:13\nRUN apt-get update\nRUN ${later}\n`;
      expect(repaired(text)).toBe(text);
    },
  );
});

/** What a safe repair makes of an instruction; `undefined` where it leaves it alone. */
function safely(instruction: string, { base = "debian:13", before = "" } = {}): string | undefined {
  const head = `FROM ${base}\n${before}`;
  const all = { ...options, config: mergeConfigs({ profiles: ["all"] }) };
  const { text } = fixText(`${head}${instruction}\n`, "safe", all);
  return text === `${head}${instruction}\n` ? undefined : text.slice(head.length).trimEnd();
}

describe("safe repairs keep what the build does", () => {
  test.each([
    ['RUN x=`(cd /tmp && pwd)`; echo "$x"', 'RUN x=$( (cd /tmp && pwd)); echo "$x"'],
    ['RUN x=`case $HOME in a) pwd;; esac`; echo "$x"', undefined],
    ["RUN rm -f /srv/[a\\-z]", undefined],
    ["RUN rm -f /srv/a\\-z", "RUN rm -f /srv/a-z"],
    ["RUN [ x$HOME = xfoo ]", undefined],
    ['RUN [ x"$HOME" = x"foo" ]', 'RUN [ "$HOME" = "foo" ]'],
    ["RUN tar czf /x.tgz *", undefined],
    ["RUN sha256sum * > /sums", undefined],
    ["RUN dpkg -l *python*", undefined],
    ["RUN unzip a.zip *.txt", undefined],
    ["RUN dpkg -i *.deb", "RUN dpkg -i ./*.deb"],
    ["RUN apt upgrade -y", "RUN apt-get upgrade --with-new-pkgs -y"],
    ["CMD :", undefined],
    ["ADD dist/$NAME /opt/", undefined],
    ["ADD * /opt/", undefined],
    ["ADD *.conf v$NAME.jar conf$NAME/ /opt/", "COPY *.conf v$NAME.jar conf$NAME/ /opt/"],
  ])("%s", (before, after) => {
    expect(safely(before)).toBe(after);
  });

  test("of CMD, where nothing of the image's own reads it", () => {
    const cmd = "CMD npm start";
    expect(safely(cmd)).toBe('CMD ["npm", "start"]');
    expect(safely(cmd, { base: "example.com/base:1" })).toBeUndefined();
    expect(safely(cmd, { base: "mcr.microsoft.com/windows/servercore:ltsc2025" })).toBeUndefined();
    expect(safely(cmd, { before: 'SHELL ["/bin/bash", "-lc"]\n' })).toBeUndefined();
  });

  test("of a script, where the kernel can run it", () => {
    const text = "FROM debian:13\nCOPY start.sh /\nCMD /start.sh now\n";
    const repaired = (script: string): string => {
      const view = contextView({ files: ["start.sh"], read: () => script });
      return fixText(text, "safe", { ...options, context: view }).text;
    };
    expect(repaired("echo no interpreter is named\n")).toBe(text);
    expect(repaired("#!/bin/sh\necho\n")).toContain('CMD ["/start.sh", "now"]');
  });

  test("of a platform, where it is the default", () => {
    expect(fixText("FROM --platform=$TARGETPLATFORM debian:13\n", "safe", options).text).toBe(
      "FROM debian:13\n",
    );
    const other = "ARG TARGETPLATFORM=linux/arm64\nFROM --platform=$TARGETPLATFORM debian:13\n";
    expect(fixText(other, "safe", options).text).toBe(other);
  });
});
