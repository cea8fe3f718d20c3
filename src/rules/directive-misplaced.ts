import { newlineOf } from "../dockerfile/edits.ts";
import { insert, replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

const directive =
  /^(?:(syntax)\s*=\s*[\w.-]+(?::\d+)?\/[\w./-]+(?:[:@][\w.:-]+)?|(escape)\s*=\s*[\\`]|(check)\s*=\s*(?:skip|error)=.*)$/i;

/** A parser directive that comes too late. */
export const rule: Rule = {
  meta: {
    name: "directive-misplaced",
    summary: "A parser directive such as # syntax= stands below a comment, a blank line or an instruction.",
    why: "Directives count only at the very top of the file; after the first other line they are plain comments, and the frontend, escape character or checks they ask for are not used.",
    severity: "warning",
    category: "correctness",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#parser-directives",
    bad: { dockerfile: "# My service\n# syntax=docker/dockerfile:1\nFROM debian:13-slim\n" },
    good: { dockerfile: "# syntax=docker/dockerfile:1\n# My service\nFROM debian:13-slim\n" },
  },
  *check({ file }) {
    const known = new Set(file.directives.map(({ name }) => name));
    for (const { text, range } of file.comments) {
      if (!text.includes("=")) continue;
      const match = directive.exec(text);
      if (!match) continue;
      const name = (match[1] ?? match[2] ?? match[3] ?? "").toLowerCase();
      const start = file.text.lastIndexOf("\n", range.start - 1) + 1;
      const newline = file.text.indexOf("\n", range.end);
      const end = newline < 0 ? file.text.length : newline + 1;
      const top = file.text.charCodeAt(0) === 0xfeff ? 1 : 0;
      const movable =
        name !== "escape" && !known.has(name) && start > top && !file.text.startsWith("#!", top);
      known.add(name);
      yield {
        range,
        message: `# ${name}= counts only at the very top of the file: here it is a comment`,
        ...(movable
          ? {
              fix: {
                title: "move it to the top",
                edits: [insert(top, `# ${text}${newlineOf(file)}`), replace({ start, end }, "")],
                safe: false,
              },
            }
          : {}),
      };
    }
  },
};
