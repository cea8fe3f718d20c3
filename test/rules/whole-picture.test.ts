import { describe, expect, test } from "vitest";
import { judge } from "./judge.ts";

/*
 * What takes more than one line to see: stages, the shell inside RUN, the build context, facts about images. Two sound
 * projects about which nothing is to be said, and one slip at a time.
 */
const files = {
  ".dockerignore":
    "**/node_modules\n**/.git\n**/.env\n**/.env.*\n**/*.pem\n**/.npmrc\n**/dist\n**/Dockerfile*\n**/.DS_Store\n**/*.log\n**/coverage\n",
  "package.json": '{"name":"shop","devDependencies":{"typescript":"5.9.3"}}',
  "package-lock.json": "{}",
  "tsconfig.json": "{}",
  "src/index.ts": "",
  "dist/old.js": "",
};

const node = `# syntax=docker/dockerfile:1
FROM node:24-slim AS deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \\
    npm ci --omit=dev

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \\
    npm ci
COPY . .
RUN npm run build

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=deps /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \\
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "dist/index.js"]
`;

const cargo = {
  ".dockerignore": files[".dockerignore"].replace("**/dist", "**/target"),
  "Cargo.toml": "[package]\nname = 'shop'\n",
  "Cargo.lock": "",
  "src/main.rs": "",
};

const rust = `# syntax=docker/dockerfile:1
FROM rust:1.98-slim-trixie AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \\
    --mount=type=cache,target=/src/target \\
    cargo build --locked --release \\
    && cp target/release/shop /usr/local/bin/shop

FROM debian:trixie-slim
COPY --from=build /usr/local/bin/shop /usr/local/bin/shop
USER 10001:10001
CMD ["shop"]
`;

interface Slip {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly rule: string;
}

const nodeSlips: readonly Slip[] = [
  { what: "a base image past its end of life", from: "FROM node:24-slim\nENV", to: "FROM node:20-slim\nENV", rule: "eol-base-image" },
  { what: "a builder on another C library", from: "FROM node:24-slim AS deps", to: "FROM node:24-alpine AS deps", rule: "libc-mismatch" },
  {
    what: "a health check without its program",
    from: /CMD \["node", "-e".*\n/.exec(node)?.[0] ?? "",
    to: "CMD curl -f http://127.0.0.1:3000/ || exit 1\n",
    rule: "healthcheck-tool-missing",
  },
  { what: "a source that is not there", from: "COPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm \\\n    npm ci --omit", to: "COPY package.json package-lok.json ./\nRUN --mount=type=cache,target=/root/.npm \\\n    npm ci --omit", rule: "copy-source-missing" },
  { what: "a source that is ignored", from: "COPY . .", to: "COPY . .\nCOPY dist/ ./old/", rule: "copy-ignored-file" },
  { what: "a cache mount in the wrong place", from: "target=/root/.npm \\\n    npm ci\n", to: "target=/home/node/.npm \\\n    npm ci\n", rule: "cache-mount-target" },
  { what: "no cache mount", from: "RUN --mount=type=cache,target=/root/.npm \\\n    npm ci\n", to: "RUN npm ci\n", rule: "cache-mount-missing" },
  { what: "manifests after the source", from: "COPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm \\\n    npm ci\nCOPY . .\n", to: "COPY . .\nRUN --mount=type=cache,target=/root/.npm \\\n    npm ci\n", rule: "copy-manifests-first" },
  { what: "a UID that is taken", from: "USER 1000:1000", to: "RUN useradd --uid 1000 shop\nUSER 1000:1000", rule: "user-id-collision" },
  { what: "a user by name", from: "USER 1000:1000", to: "USER node", rule: "user-non-numeric" },
  { what: "an owner by name with --link", from: "COPY --from=build /app/dist ./dist", to: "COPY --from=build --link --chown=node /app/dist ./dist", rule: "copy-link-chown-name" },
  { what: "a deprecated flag", from: "npm ci --omit=dev", to: "npm ci --only=production", rule: "deprecated-command" },
  { what: "a shell as process 1", from: 'CMD ["node", "dist/index.js"]', to: "CMD node dist/index.js", rule: "cmd-json-form" },
  { what: "a build that lacks its tools", from: "    npm ci\nCOPY", to: "    npm ci --omit=dev\nCOPY", rule: "build-without-dev-dependencies" },
  { what: "build tools that ship", from: "USER 1000:1000", to: "RUN apt-get update && apt-get install -y --no-install-recommends gcc=4:14 && rm -rf /var/lib/apt/lists/*\nUSER 1000:1000", rule: "no-build-tools-in-final" },
  { what: "a secret in a layer", from: "COPY . .", to: 'ARG NPM_TOKEN\nRUN echo "//registry.npmjs.org/:_authToken=${NPM_TOKEN}" > .npmrc\nCOPY . .', rule: "secret-in-layer" },
  { what: "a stage nobody needs", from: "COPY --from=build /app/dist ./dist", to: "COPY tsconfig.json ./", rule: "unreachable-stage" },
]; // biome-ignore format: a table

const rustSlips: readonly Slip[] = [
  { what: "a binary left behind in a cache mount", from: "COPY --from=build /usr/local/bin/shop", to: "COPY --from=build /src/target/release/shop", rule: "cache-mount-output-lost" },
  { what: "a lock file that is not enforced", from: "--locked ", to: "", rule: "lockfile-not-enforced" },
  { what: "one architecture", from: "--locked --release", to: "--locked --release --target x86_64-unknown-linux-gnu", rule: "hardcoded-architecture" },
]; // biome-ignore format: a table

describe.each([
  { name: "a Node.js project", good: node, context: files, slips: nodeSlips },
  { name: "a Rust project", good: rust, context: cargo, slips: rustSlips },
])("$name", ({ good, context, slips }) => {
  test("as it should be", () => {
    expect(judge(good, context)).toEqual([]);
  });

  test.each(slips)("$what", ({ from, to, rule }) => {
    const bad = good.replace(from, () => to);
    expect(bad).not.toBe(good);
    expect(judge(bad, context).map((finding) => finding.rule)).toContain(rule);
  });
});
