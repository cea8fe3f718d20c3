import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../src/data/package-files.ts";

/** Markdown files of the package's folders, relative to its root. */
export function markdownFiles(...folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(packageRoot(), folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
      .map((entry) =>
        path.relative(packageRoot(), path.join(entry.parentPath, entry.name)).split(path.sep).join("/"),
      ),
  );
}

export function readPage(file: string): string {
  return readFileSync(path.join(packageRoot(), file), "utf8");
}

export interface CodeBlock {
  /** `file:line` of its first line. */
  readonly place: string;
  /** Words after the language: `fragment`, `bad secrets-in-arg-env`. */
  readonly kind: string;
  readonly text: string;
}

/** Fenced blocks of one language in a page. */
export function codeBlocks(file: string, language: string): readonly CodeBlock[] {
  const text = readPage(file);
  return [...text.matchAll(new RegExp(`^\`\`\`${language}(?: ([^\\n]*))?\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    (match) => ({
      place: `${file}:${text.slice(0, match.index).split("\n").length + 1}`,
      kind: match[1] ?? "",
      text: match[2] ?? "",
    }),
  );
}
