import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

const optional =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|Gemfile\.lock|composer\.lock|Cargo\.lock|go\.sum|mix\.lock)\*$/;

/** COPY that does without the lock file. */
export const rule: Rule = {
  meta: {
    name: "optional-lockfile",
    summary: "A lock file is copied as a pattern, so that its absence is no error.",
    why: "`poetry.lock*` matches nothing when the file is missing or ignored, and COPY says nothing: the install step then resolves versions anew, and two builds differ. Name the file.",
    severity: "info",
    category: "reproducibility",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#copy",
    bad: { dockerfile: "FROM node:24-slim\nCOPY package.json package-lock.json* ./\n" },
    good: { dockerfile: "FROM node:24-slim\nCOPY package.json package-lock.json ./\n" },
  },
  *check({ context, instructions }) {
    for (const { instruction } of instructions("COPY", "ADD")) {
      if (instruction.from !== undefined) continue;
      for (const { text, raw, range } of instruction.sources) {
        if (!optional.test(text)) continue;
        const name = text.slice(0, -1);
        const known =
          context === undefined || context.files.length === 0 || context.has(name.replace(/^\.\//, ""));
        yield {
          range,
          message: `${name.slice(0, 60)} may be missing without an error, and versions are then resolved anew: name it without the *`,
          ...(raw === text && known
            ? { fix: { title: "name the file", edits: [replace(range, name)], safe: false } }
            : {}),
        };
      }
    }
  },
};
