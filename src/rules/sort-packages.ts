import type { ShellWord } from "../dockerfile/shell.ts";
import { replace } from "./shared/edits.ts";
import { packageCalls } from "./shared/packages.ts";
import type { Rule } from "./types.ts";

const installs = /^(?:install|add)$/;

/** A list of packages, one a line, out of order. */
export const rule: Rule = {
  meta: {
    name: "sort-packages",
    summary: "Packages listed one a line are not in alphabetical order.",
    why: "A sorted list shows duplicates and makes changes easy to review. The package manager does not care about the order.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: {},
    source: "https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments",
    enabled: false,
    bad: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n    git \\\n    ca-certificates \\\n    && rm -rf /var/lib/apt/lists/*\n",
    },
    good: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n    ca-certificates \\\n    git \\\n    && rm -rf /var/lib/apt/lists/*\n",
    },
  },
  *check(context) {
    const { file } = context;
    for (const { verb, operands } of packageCalls(
      context,
      "apt-get",
      "apt",
      "apk",
      "yum",
      "dnf",
      "microdnf",
      "zypper",
    )) {
      const [first] = operands;
      const last = operands.at(-1);
      if (!first || !last || operands.length < 2 || !installs.test(verb) || !operands.every(isPlain))
        continue;
      const text = file.text.slice(first.range.start, last.range.end);
      const between = operands.slice(1).map(({ range }, index) => {
        const before = operands[index];
        return before ? file.text.slice(before.range.end, range.start) : "";
      });
      if (text.includes("#") || !between.every((gap) => /^[ \t]*[\\`][ \t]*\r?\n[ \t]*$/.test(gap))) continue;
      const sorted = operands.toSorted((a, b) => compare(nameOf(a), nameOf(b)));
      const moved = operands.flatMap((word, index) => {
        const other = sorted[index];
        return other && other.raw !== word.raw ? [replace(word.range, other.raw)] : [];
      });
      const at = operands.findIndex((word, index) => sorted[index]?.raw !== word.raw);
      const here = operands[at];
      if (!here) continue;
      yield {
        range: here.range,
        message: `the packages are not sorted: ${(sorted[at]?.text ?? "").slice(0, 40)} comes before ${here.text.slice(0, 40)}`,
        fix: { title: "sort the packages", edits: moved, safe: true },
      };
    }
  },
};

function isPlain({ raw, text, expanded }: ShellWord): boolean {
  return raw === text && !expanded && !text.startsWith("-");
}

/** The name without its version, lower case. */
function nameOf({ text }: ShellWord): string {
  return text.replace(/[=<>~@].*$/, "").toLowerCase();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
