import type { Rule } from "./types.ts";

/** COPY of something .dockerignore keeps out. */
export const rule: Rule = {
  meta: {
    name: "copy-ignored-file",
    summary: "COPY or ADD names a path that .dockerignore keeps out of the build context.",
    why: "An ignored file is not sent to the builder, so the copy fails or misses it. Take it back in with `!path` in the ignore file, or copy something else.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: { buildkit: ["CopyIgnoredFile"] },
    source: "https://docs.docker.com/reference/build-checks/copy-ignored-file/",
    bad: {
      dockerfile: "FROM debian:13-slim\nCOPY tmp/data /data\n",
      context: { ".dockerignore": "tmp\n", "tmp/data": "x" },
    },
    good: {
      dockerfile: "FROM debian:13-slim\nCOPY data /data\n",
      context: { ".dockerignore": "tmp\n", data: "x" },
    },
  },
  *check({ context, instructions }) {
    if (context?.ignoreFile === undefined) return;
    const lines = (context.read(context.ignoreFile) ?? "").split("\n").map((line) => line.trim());
    const everything = lines.find((line) => /^(?:\*|\*\*|\*\*\/\*|\/\*|\.\/\*)$/.test(line));
    const negated = lines.some((line) => line.startsWith("!"));
    for (const { instruction } of instructions("COPY", "ADD")) {
      if (instruction.from !== undefined || instruction.onbuild) continue;
      for (const source of instruction.sources) {
        const text = source.text;
        if (/^(?:https?|ftp|git|ssh):|^git@|[$*?[]/.test(text)) continue;
        const path = text.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
        const whole = path === "" || path === ".";
        const rule = whole
          ? negated || everything === undefined
            ? undefined
            : { pattern: everything }
          : context.ignoredBy(path);
        if (!rule || (!whole && negated && context.match(text).length > 0)) continue;
        yield {
          range: source.range,
          message: `${instruction.keyword} ${text}: "${rule.pattern}" in ${context.ignoreFile} keeps it out of the build context`,
          aliases: negated ? {} : { buildkit: ["CopyIgnoredFile"] },
        };
      }
    }
  },
};
