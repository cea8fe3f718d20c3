import { insert } from "./shared/edits.ts";
import type { Aliases, Rule } from "./types.ts";

/** Several sources, and a destination that is no directory. */
export const rule: Rule = {
  meta: {
    name: "copy-multi-dest-slash",
    summary: "Several sources are copied to a destination that does not end with /.",
    why: "With more than one source the destination must be a directory and say so with a final slash; the build stops otherwise.",
    severity: "error",
    category: "correctness",
    fixable: "safe",
    aliases: { hadolint: ["DL3021"], trivy: ["DS-0011"], dockerfileUtils: ["INVALID_DESTINATION"] },
    source: "https://docs.docker.com/reference/dockerfile/#copy",
    bad: { dockerfile: "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json app\n" },
    good: { dockerfile: "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json app/\n" },
  },
  *check({ instructions }) {
    for (const { instruction } of instructions("COPY", "ADD")) {
      const { destination, sources, heredocs } = instruction;
      if (!destination || sources.length + heredocs.length < 2) continue;
      const { text, raw } = destination;
      if (/[\\/]$/.test(text) || text === "." || text === ".." || /^\$|\}$|\$\w+$/.test(text)) continue;
      // `file:… in x` is a line of an image's history.
      if (/^(?:file|multi|dir):/.test(sources[0]?.text ?? "")) continue;
      const copy = instruction.keyword === "COPY";
      const aliases: Aliases = {
        dockerfileUtils: ["INVALID_DESTINATION"],
        ...(copy ? { hadolint: ["DL3021"], trivy: ["DS-0011"] } : {}),
      };
      const quoted = /["']$/.test(raw);
      const at = destination.range.end - (quoted ? 1 : 0);
      yield {
        range: destination.range,
        message: `${sources.length + heredocs.length} sources need a directory: write ${text}/`,
        aliases,
        fix: { title: "end the destination with /", edits: [insert(at, "/")], safe: true },
      };
    }
  },
};
