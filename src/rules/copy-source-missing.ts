import { nearest } from "../dockerfile/suggest.ts";
import type { Range } from "../dockerfile/types.ts";
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
    const missing: { range: Range; written: string; near: string | undefined }[] = [];
    let found = false;
    for (const { instruction } of instructions("COPY", "ADD")) {
      if (instruction.from !== undefined || instruction.onbuild) continue;
      for (const source of instruction.sources) {
        if (/[$*?[\]]|^[a-z]+:\/\/|^git@/.test(source.text)) continue;
        const path = source.text.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
        if (path === "" || path === "." || path.startsWith("..")) continue;
        if (context.has(path)) found = true;
        else missing.push({ range: source.range, written: source.text, near: nearest(path, context.files) });
      }
    }
    for (const { range, written, near } of missing) {
      // A folder that holds nothing of what is copied is not this Dockerfile's build context.
      if (!found && near === undefined) continue;
      yield {
        range,
        message: `${written} is not in the build context${near === undefined ? "" : `; there is ${near}`}`,
      };
    }
  },
};
