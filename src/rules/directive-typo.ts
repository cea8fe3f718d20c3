import { nearest } from "../dockerfile/suggest.ts";
import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

const known = ["syntax", "escape", "check"];
const shape = /^([a-zA-Z]{4,8})(\s*=\s*)(\S.*)$/;

/** A parser directive whose name is misspelt. */
export const rule: Rule = {
  meta: {
    name: "directive-typo",
    summary: "A comment at the top looks like a parser directive with a misspelt name.",
    why: "BuildKit takes a directive it does not know for a comment and says nothing: the syntax version, the escape character or the checks asked for are not in force.",
    severity: "warning",
    category: "correctness",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#parser-directives",
    bad: { dockerfile: "# sytnax=docker/dockerfile:1\nFROM debian:13-slim\n" },
    good: { dockerfile: "# syntax=docker/dockerfile:1\nFROM debian:13-slim\n" },
  },
  *check({ file }) {
    const first = file.instructions[0]?.range.start ?? file.text.length;
    for (const { text, range } of file.comments) {
      if (range.start > first) return;
      const [, name = "", equals = "", value = ""] = shape.exec(text) ?? [];
      const lower = name.toLowerCase();
      if (name === "" || known.includes(lower)) continue;
      const meant = nearest(lower, known);
      if (meant === undefined || !fits(meant, value)) continue;
      const at = file.text.indexOf(name, range.start);
      yield {
        range,
        message: `# ${name}${equals.trim()} is a plain comment: did you mean # ${meant}=?`,
        fix: {
          title: `write ${meant}`,
          edits: [replace({ start: at, end: at + name.length }, meant)],
          safe: false,
        },
      };
    }
  },
};

/** True for a value the directive could take. */
function fits(name: string, value: string): boolean {
  if (name === "escape") return value === "\\" || value === "`";
  if (name === "check") return /^(?:skip|error|experimental)\s*=/.test(value);
  return /^[\w.-]+(?:\/[\w.-]+)+(?::[\w.-]+)?/.test(value);
}
