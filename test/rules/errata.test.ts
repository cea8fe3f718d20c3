import { expect, test } from "vitest";
import { judge, places } from "./judge.ts";

/*
 * What is wrong in the Dockerfiles of the three documents this project began with, as far as a Dockerfile shows it:
 * number and place in the document, the lines themselves, and where the findings must stand.
 */
interface Erratum {
  readonly item: string;
  readonly dockerfile: string;
  readonly finds: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** Rules that are off by default. */
  readonly also?: readonly string[];
}

const fastapi = `FROM python:3.13-slim AS deps
RUN apt-get update && apt-get install -y --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*
RUN pip install poetry==1.8.0
WORKDIR /app
COPY pyproject.toml poetry.lock* ./
RUN poetry config virtualenvs.create false && \\
    poetry install --no-dev --no-interaction --no-ansi
FROM python:3.13-slim AS runtime
RUN useradd --create-home --shell /bin/bash appuser
WORKDIR /app
COPY --from=deps /usr/local/lib/python3.13/site-packages /usr/local/lib/python3.13/site-packages
COPY --from=deps /usr/local/bin /usr/local/bin
COPY --chown=appuser:appuser src/ ./src/
USER appuser
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s CMD python -c "import urllib.request; urllib.request.urlopen('http://localhost:8000/health')"
CMD ["python", "-m", "uvicorn", "src.api.main:app", "--host", "0.0.0.0", "--port", "8000"]
`;

const next = `FROM node:20-alpine AS deps
WORKDIR /app
COPY package.json package-lock.json* ./
RUN npm ci --only=production --legacy-peer-deps
FROM node:20-alpine AS builder
WORKDIR /app
COPY --from=deps /app/node_modules ./node_modules
COPY . .
RUN npm run build
FROM node:20-alpine AS runtime
RUN addgroup --system --gid 1001 nodejs && \\
    adduser --system --uid 1001 nextjs
WORKDIR /app
COPY --from=builder --chown=nextjs:nodejs /app/.next/standalone ./
COPY --from=builder --chown=nextjs:nodejs /app/public ./public
USER nextjs
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s CMD wget --quiet --tries=1 --spider http://localhost:3000 || exit 1
CMD ["node", "server.js"]
`;

const pnpm = `# syntax=docker/dockerfile:1
FROM node:20-alpine AS builder
RUN corepack enable && corepack prepare pnpm@8.15.0 --activate
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages/api/package.json ./packages/api/
RUN --mount=type=cache,target=/root/.local/share/pnpm/store pnpm install --frozen-lockfile --prod=false
COPY . .
RUN pnpm --filter=api build
RUN --mount=type=cache,target=/root/.local/share/pnpm/store \\
    pnpm install --frozen-lockfile --prod --ignore-scripts
FROM node:20-alpine
WORKDIR /app
COPY --from=builder /app/node_modules ./node_modules
COPY --from=builder /app/packages/api/dist ./dist
RUN addgroup -g 1000 appuser && \\
    adduser -D -u 1000 -G appuser appuser && \\
    chown -R appuser:appuser /app
USER appuser
CMD ["node", "dist/index.js"]
`;

const poetry = `FROM python:3.12-slim AS builder
RUN --mount=type=cache,target=/root/.cache/pip pip install poetry==1.7.1
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry export -f requirements.txt --output requirements.txt --without-hashes
RUN --mount=type=cache,target=/root/.cache/pip \\
    python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir -r requirements.txt
COPY . .
FROM python:3.12-slim
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /app /app
WORKDIR /app
RUN useradd -m -u 1000 appuser && chown -R appuser:appuser /app
USER appuser
ENV PATH="/opt/venv/bin:$PATH"
CMD ["python", "-m", "uvicorn", "main:app"]
`;

const uv = `FROM python:3.12-slim AS builder
COPY --from=ghcr.io/astral-sh/uv:latest /uv /usr/local/bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev
COPY . .
FROM python:3.12-slim
COPY --from=builder /app /app
WORKDIR /app
USER 1000:1000
CMD ["python", "app.py"]
`;

const rust = `FROM rust:1.75-alpine AS builder
RUN apk add --no-cache musl-dev
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN --mount=type=cache,target=/usr/local/cargo/registry \\
    mkdir src && echo "fn main() {}" > src/main.rs && \\
    cargo build --release --target x86_64-unknown-linux-musl && rm -rf src
COPY src ./src
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/app/target \\
    cargo build --release --target x86_64-unknown-linux-musl && \\
    strip target/x86_64-unknown-linux-musl/release/app
FROM scratch
COPY --from=builder /app/target/x86_64-unknown-linux-musl/release/app /app
USER 1000:1000
ENTRYPOINT ["/app"]
`;

const gradle = `FROM eclipse-temurin:21-jdk-alpine AS builder
WORKDIR /app
COPY . .
RUN ./gradlew build --no-daemon
FROM eclipse-temurin:21-jre-alpine AS runtime
WORKDIR /app
COPY --from=builder /app/build/libs/*.jar app.jar
USER nobody
ENTRYPOINT ["java", "-jar", "app.jar"]
`;

const errata: readonly Erratum[] = [
  { item: "1: Node.js 20 has reached its end of life", dockerfile: next, finds: ["eol-base-image:1", "eol-base-image:10"] },
  { item: "2: Poetry 1.8, poetry install --no-dev", dockerfile: fastapi, finds: ["outdated-package-manager:3", "deprecated-command:7"] },
  { item: "3: no --no-root before the source is there", dockerfile: fastapi, finds: ["project-install-without-source:7"] },
  { item: "4: all of site-packages and /usr/local/bin ship", dockerfile: fastapi, finds: ["copy-system-folders:11", "copy-system-folders:12"] },
  { item: "5: poetry.lock*, package-lock.json*", dockerfile: fastapi, finds: ["optional-lockfile:5"] },
  { item: "5: the same for npm", dockerfile: next, finds: ["optional-lockfile:3"] },
  { item: "6: a build without development dependencies", dockerfile: next, finds: ["build-without-dev-dependencies:9"] },
  { item: "7: npm --only=production", dockerfile: next, finds: ["deprecated-command:4"] },
  { item: "8: --legacy-peer-deps", dockerfile: next, finds: ["npm-legacy-peer-deps:4"] },
  {
    item: "9: COPY public where there is none",
    dockerfile: next,
    files: { "package.json": '{"devDependencies":{"next":"16.0.0"}}', "package-lock.json": "{}", "app/page.tsx": "" },
    finds: ["copy-from-path-missing:15"],
  },
  { item: "10: a user outside its group, USER by name", dockerfile: next, finds: ["user-not-in-group:12", "user-non-numeric:16"] },
  { item: "11: localhost in Alpine, no start period", dockerfile: next, finds: ["healthcheck-localhost:18", "healthcheck-start-period:18"] },
  { item: "12: no UID given", dockerfile: fastapi, finds: ["explicit-uid:9"] },
  { item: "13: no cache mounts", dockerfile: next, finds: ["cache-mount-missing:4"] },
  {
    item: "15: docker scan",
    dockerfile: "FROM docker:29-cli\nRUN docker scan app\nUSER 10001\n",
    finds: ["deprecated-command:2"],
  },
  { item: "18: golang 1.22, pnpm 8, Poetry 1.7", dockerfile: pnpm, finds: ["outdated-package-manager:3"] },
  { item: "18: Rust 1.75", dockerfile: rust, finds: ["eol-base-image:1"] },
  {
    item: "20: distroless on Debian 12 without a tag",
    dockerfile: "FROM gcr.io/distroless/static-debian12\nUSER nonroot:nonroot\n",
    finds: ["eol-base-image:1", "image-tag-missing:1", "user-non-numeric:2"],
  },
  { item: "22: an export without hashes", dockerfile: poetry, finds: ["export-without-hashes:5"] },
  { item: "23: a cache mount and --no-cache-dir", dockerfile: poetry, finds: ["cache-mount-useless:7"] },
  { item: "24: chown -R of what was copied", dockerfile: poetry, finds: ["chown-recursive-layer:13"] },
  {
    item: "25: uv latest, the project before its source, --frozen, PATH",
    dockerfile: uv,
    finds: ["image-tag-latest:2", "project-install-without-source:5", "lockfile-not-enforced:5", "venv-not-on-path:11"],
  },
  { item: "26: half a pnpm workspace", dockerfile: pnpm, finds: ["pnpm-prod-reinstall:11", "pnpm-workspace-node-modules:14"] },
  { item: "27: GID and UID 1000 are node's", dockerfile: pnpm, finds: ["user-id-collision:16", "user-id-collision:17"] },
  { item: "28: the binary stays in the cache mount", dockerfile: rust, finds: ["cache-mount-output-lost:13"] },
  { item: "29: dependencies compiled twice", dockerfile: rust, finds: ["cache-mount-inconsistent:7"] },
  {
    item: "30: one architecture, no --locked, no certificates",
    dockerfile: rust,
    finds: ["hardcoded-architecture:7", "lockfile-not-enforced:7", "scratch-ca-certs:12"],
  },
  {
    item: "32: the token in .git/config, # syntax below a comment, no git in alpine",
    dockerfile:
      "# a note\n# syntax=docker/dockerfile:1\nFROM alpine\nRUN --mount=type=secret,id=t \\\n    GITHUB_TOKEN=$(cat /run/secrets/t) && \\\n    git clone https://${GITHUB_TOKEN}@github.com/private/repo.git\n",
    finds: ["directive-misplaced:2", "secret-in-layer:6", "run-tool-missing:6", "image-tag-missing:3"],
  },
  {
    item: "32: .netrc in a layer",
    dockerfile:
      "FROM debian:13-slim\nARG GITHUB_TOKEN\nRUN echo \"machine github.com login token password ${GITHUB_TOKEN}\" > ~/.netrc && git clone https://github.com/private/repo.git && rm ~/.netrc\n",
    finds: ["secret-in-layer:3"],
  },
  {
    item: "33: wget and a shell form where there are none",
    dockerfile:
      "FROM python:3.13-slim\nHEALTHCHECK CMD wget --spider http://localhost:8080/health || exit 1\nUSER 10001\n",
    finds: ["healthcheck-tool-missing:2"],
  },
  {
    item: "33: the same on distroless",
    dockerfile:
      "FROM gcr.io/distroless/static-debian13:nonroot\nHEALTHCHECK CMD wget --spider http://localhost:8080/health || exit 1\n",
    finds: ["healthcheck-tool-missing:2"],
  },
  {
    item: "37: patterns anchored at the root",
    dockerfile: "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nUSER 1000\n",
    files: { ".dockerignore": "node_modules/\n*.pyc\n", "package.json": "{}", "packages/a/node_modules/x.js": "", ".env": "A=1" },
    finds: ["dockerignore-content:3"],
  },
  {
    item: "39: a system group with a user's number",
    dockerfile: "FROM debian:13-slim\nRUN groupadd -r appuser -g 1000\n",
    finds: ["system-user-uid-range:2"],
    also: ["system-user-uid-range"],
  },
  {
    item: "41 to 43: musl to glibc, a dead base, npm prune --production",
    dockerfile:
      "FROM node:20-alpine AS builder\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build && npm prune --production\nFROM gcr.io/distroless/nodejs20-debian12 AS runtime\nWORKDIR /app\nCOPY --from=builder /app/dist ./dist\nCOPY --from=builder /app/node_modules ./node_modules\nUSER nonroot\nCMD [\"dist/index.js\"]\n",
    finds: ["libc-mismatch:10", "eol-base-image:7", "deprecated-command:6"],
  },
  {
    item: "44: tests in the build, two archives on one name, no dependency layer, USER nobody",
    dockerfile: gradle,
    finds: ["gradle-build-tests:4", "copy-glob-to-file:7", "copy-manifests-first:3", "cache-mount-missing:4", "user-non-numeric:8"],
  },
  {
    item: "45: COPY . . before cargo build, one architecture",
    dockerfile:
      "FROM rust:1.75-alpine AS builder\nRUN apk add --no-cache musl-dev\nWORKDIR /app\nCOPY . .\nRUN cargo build --release --target x86_64-unknown-linux-musl\nFROM scratch\nCOPY --from=builder /app/target/x86_64-unknown-linux-musl/release/app /app\nUSER 65534\nENTRYPOINT [\"/app\"]\n",
    files: { "Cargo.toml": "", "Cargo.lock": "", "src/main.rs": "", ".dockerignore": "target\n" },
    finds: ["copy-manifests-first:4", "hardcoded-architecture:5", "lockfile-not-enforced:5"],
  },
]; // biome-ignore format: one erratum a line where it fits

test.each(errata)("erratum $item", ({ dockerfile, finds, files, also }) => {
  expect(places(judge(dockerfile, files, also))).toEqual(expect.arrayContaining([...finds]));
});
