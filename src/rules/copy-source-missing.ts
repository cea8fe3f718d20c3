import type { Rule } from "./types.ts";

/** COPY of something the build context does not hold. */
export const rule: Rule = {
  meta: {
    name: "copy-source-missing",
    summary: "COPY or ADD names a path that is not in the build context.",
    why: "The build stops at this line with 'not found'. The path is relative to the build context, not to the Dockerfile; a file outside the context cannot be copied.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#copy",
    bad: { dockerfile: "FROM scratch\nCOPY requirments.txt /\n", context: { "requirements.txt": "" } },
    good: { dockerfile: "FROM scratch\nCOPY requirements.txt /\n", context: { "requirements.txt": "" } },
  },
  *check({ context, instructions }) {
    if (context === undefined || context.files.length === 0) return;
    for (const { instruction } of instructions("COPY", "ADD")) {
      if (instruction.from !== undefined || instruction.onbuild) continue;
      for (const source of instruction.sources) {
        if (/[$*?[\]]|^[a-z]+:\/\/|^git@/.test(source.text)) continue;
        const path = source.text.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
        if (path === "" || path === "." || path.startsWith("..") || context.has(path)) continue;
        const near = context.files.find((file) => file.toLowerCase() === path.toLowerCase());
        yield {
          range: source.range,
          message: `${source.text} is not in the build context${near === undefined ? "" : `; there is ${near}`}`,
        };
      }
    }
  },
};
