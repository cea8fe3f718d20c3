import { closestCommand, commandNameAt, nodesOf, type ShellEntry } from "./shared/shell-tree.ts";
import type { Fix, Rule } from "./types.ts";

/** package[extra]: a wildcard for one character. */
export const rule: Rule = {
  meta: {
    name: "shell-character-range",
    summary: "Square brackets that name a character twice are meant as text, not as a wildcard.",
    why: "Outside quotes `[standard]` stands for one of these letters. As long as no file matches, the shell passes the word on unchanged; with a file called uvicorns in the folder it passes that. Write the word in quotes.",
    severity: "info",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC2102", "SC2101"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_14",
    bad: { dockerfile: "FROM python:3.13-slim\nRUN pip install --no-cache-dir uvicorn[standard]==0.38.0\n" },
    good: {
      dockerfile: 'FROM python:3.13-slim\nRUN pip install --no-cache-dir "uvicorn[standard]==0.38.0"\n',
    },
  },
  *check(context) {
    for (const { entry } of nodesOf(context, "[", "Glob")) {
      const { node } = entry;
      if (node.kind !== "bracket" || /^(?:tr|read)$/.test(commandNameAt(entry))) continue;
      const inside = node.text.slice(1, -1).replace(/^[!^]/, "");
      const named = inside.length > 1 && inside.startsWith(":") && inside.endsWith(":");
      if (!named && (inside.includes("[") || !hasDuplicates(inside))) continue;
      yield {
        range: entry.range,
        message: named
          ? `${node.text} needs a second pair of brackets: [${node.text}]`
          : `${node.text.slice(0, 40)} stands for one of these characters: write the word in quotes`,
        aliases: { shellcheck: [named ? "SC2101" : "SC2102"] },
        ...(named ? {} : quoteFix(entry)),
      };
    }
  },
};

function hasDuplicates(text: string): boolean {
  const letters = [...text].filter((letter) => letter !== "-");
  return new Set(letters).size < letters.length;
}

/** Quotes around the word, where it holds nothing else to expand and the program takes names, not files. */
function quoteFix(entry: ShellEntry): { fix?: Fix } {
  const word = entry.parent;
  if (word?.node.type !== "Word" || closestCommand(entry) === undefined) return {};
  if (!/^(?:pip[\d.]*|pipx|uv|poetry|pdm|pipenv|conda|mamba|python[\d.]*)$/.test(commandNameAt(entry)))
    return {};
  const plain = word.node.parts?.every(
    (part) =>
      (part.type === "Literal" && part.text === part.value) ||
      (part.type === "Glob" && part.kind === "bracket"),
  );
  if (!plain || /["$`\\]/.test(word.node.text)) return {};
  const { start, end } = word.range;
  if (end - start !== word.node.text.length) return {};
  return {
    fix: {
      title: "write the word in quotes",
      edits: [{ range: word.range, text: `"${word.node.text}"` }],
      safe: true,
    },
  };
}
