import { isPosix } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** SC3010. */
export const rule: Rule = {
  meta: {
    name: "shell-double-bracket-in-sh",
    summary: "[[ ]] is used in sh.",
    why: "sh knows [ ] only: on Debian's dash `[[` is not found, and the condition is false without a word. Use [ ], or bash by SHELL.",
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC3010"] },
    source: "https://www.shellcheck.net/wiki/SC3010",
    bad: { dockerfile: "FROM debian:13-slim\nRUN if [[ -f /x ]]; then rm /x; fi\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN if [ -f /x ]; then rm /x; fi\n" },
  },
  *check(context) {
    for (const { run } of context.runs) {
      const script = context.script(run);
      if (!script || script.exec || script.shell === "ash" || !isPosix(script)) continue;
      const found: { start: number; end: number }[] = [];
      script.walk((node, range) => {
        if (node.type === "TestCommand")
          found.push({ start: range.start, end: Math.min(range.start + 2, range.end) });
        return undefined;
      });
      for (const range of found) yield { range, message: "sh has no [[ ]]: use [ ], or bash by SHELL" };
    }
  },
};
