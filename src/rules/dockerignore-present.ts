import type { Rule } from "./types.ts";

/** The build context has no ignore file and the Dockerfile copies from it. */
export const rule: Rule = {
  meta: {
    name: "dockerignore-present",
    summary: "The build context has no .dockerignore.",
    why: "Without one, everything below the context is sent to the builder and lands in the image with `COPY . .`: .git with its history, local dependencies, .env files. It also makes every unrelated change a cache miss.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/concepts/context/#dockerignore-files",
    bad: {
      dockerfile: "FROM debian:13-slim\nCOPY . /app\n",
      context: { Dockerfile: "", "main.py": "", ".git/config": "" },
    },
    good: {
      dockerfile: "FROM debian:13-slim\nCOPY . /app\n",
      context: {
        Dockerfile: "",
        "main.py": "",
        ".git/config": "",
        ".dockerignore": ".git\n.env*\nDockerfile\n",
      },
    },
  },
  *check({ context, instructions }) {
    if (!context || context.ignoreFile !== undefined) return;
    const copies = instructions("COPY", "ADD").filter(
      ({ instruction }) => instruction.from === undefined && instruction.sources.length > 0,
    );
    const broad = copies.find(({ instruction }) =>
      instruction.sources.some(({ text }) => isWholeContext(text)),
    );
    const first = broad ?? copies[0];
    if (!first) return;
    yield {
      range: first.instruction.range,
      message: broad
        ? "this copies the whole build context and there is no .dockerignore: .git, caches and .env files go along"
        : "there is no .dockerignore: the whole directory is sent to the builder",
      severity: broad ? "warning" : "info",
    };
  },
};

function isWholeContext(source: string): boolean {
  return /^(?:\.|\.\/|\/|\*|\.\/\*)$/.test(source);
}
