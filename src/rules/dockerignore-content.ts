import type { ContextView } from "../dockerfile/context.ts";
import { isSecretFile, mayHoldSecrets } from "./shared/secrets.ts";
import type { Rule } from "./types.ts";

const unwanted: readonly { readonly what: string; readonly pattern: string; readonly test: RegExp }[] = [
  { what: "the git history", pattern: ".git", test: /(?:^|\/)\.git\// },
  { what: "installed npm packages", pattern: "**/node_modules", test: /(?:^|\/)node_modules\// },
  {
    what: "a Python virtual environment",
    pattern: "**/.venv",
    test: /(?:^|\/)\.?venv\/(?:bin|lib|Scripts|pyvenv\.cfg)/,
  },
  { what: "Python bytecode", pattern: "**/__pycache__", test: /(?:^|\/)__pycache__\// },
  { what: "Rust build output", pattern: "target", test: /(?:^|\/)target\/(?:debug|release)\// },
];

/** A copy of the whole context takes along what does not belong into an image. */
export const rule: Rule = {
  meta: {
    name: "dockerignore-content",
    summary:
      "The whole context is copied and .dockerignore lets secrets, .git or local dependencies through.",
    why: "What reaches the builder ends in a layer when everything is copied. Credentials there are public to whoever pulls the image; host builds of dependencies may be for another platform; both make the cache miss on every unrelated change.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/concepts/context/#dockerignore-files",
    bad: {
      dockerfile: "FROM node:24-slim\nCOPY . /app\n",
      context: {
        Dockerfile: "",
        ".dockerignore": "*.md\n",
        "index.js": "",
        ".env": "A=1",
        ".git/config": "",
      },
    },
    good: {
      dockerfile: "FROM node:24-slim\nCOPY . /app\n",
      context: {
        Dockerfile: "",
        ".dockerignore": ".git\n.env*\n",
        "index.js": "",
        ".env": "A=1",
        ".git/config": "",
      },
    },
  },
  *check({ context, instructions }) {
    if (context?.ignoreFile === undefined) return;
    for (const { instruction } of instructions("COPY", "ADD")) {
      if (instruction.from !== undefined) continue;
      const source = instruction.sources.find(({ text }) => /^(?:\.|\.\/|\/|\*|\.\/\*)$/.test(text));
      if (!source) continue;
      const found = included(context);
      if (found.length === 0) continue;
      yield {
        range: source.range,
        message: `${instruction.keyword} ${source.text} takes along ${found
          .slice(0, 4)
          .map(({ what }) => what)
          .join(", ")}: add ${found
          .slice(0, 4)
          .map(({ pattern }) => pattern)
          .join(", ")} to ${context.ignoreFile}`,
        severity: found.some(({ secret }) => secret) ? "error" : "warning",
      };
      return;
    }
  },
};

function included(context: ContextView): { what: string; pattern: string; secret: boolean }[] {
  const found = new Map<string, { what: string; pattern: string; secret: boolean }>();
  for (const path of context.files) {
    const kind = unwanted.find(({ test }) => test.test(path));
    if (kind) {
      if (!found.has(kind.pattern) && context.included(path))
        found.set(kind.pattern, { ...kind, secret: false });
    } else if (
      isSecretFile(path) &&
      context.included(path) &&
      !isTestFile(path) &&
      mayHoldSecrets(path, context.read(path))
    ) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const pattern = /^\.env/.test(name) ? "**/.env*" : path;
      if (!found.has(pattern)) found.set(pattern, { what: path, pattern, secret: true });
    }
    if (found.size > 8) break;
  }
  return [...found.values()];
}

/** Certificates and keys of tests are no secrets. */
function isTestFile(path: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|testdata|fixtures?|examples?|spec)\//i.test(path);
}
