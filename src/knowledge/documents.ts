import { readdirSync } from "node:fs";
import path from "node:path";
import { packageRoot, readPackageFile } from "../data/package-files.ts";
import { patternsOf } from "./patterns.ts";
import { skillDocuments } from "./skills.ts";
import type { LoadedDocument } from "./types.ts";

const MARKDOWN = "text/markdown";

/** Every document that ships with the package: pages, checklists, patterns, facts, skills. Reads them all. */
export function loadDocuments(): readonly LoadedDocument[] {
  const pages = markdownIn("reference").map((name) => {
    const text = readPackageFile(`reference/${name}.md`);
    return page(`dockwright://reference/${name === "README" ? "index" : name}`, text);
  });
  const lists = markdownIn("reference/checklists").map((name) =>
    page(`dockwright://checklists/${name}`, readPackageFile(`reference/checklists/${name}.md`)),
  );
  const patterns = markdownIn("reference").flatMap((name) => {
    const language = /^(\w+)-dockerfiles$/.exec(name)?.[1]?.replace("nodejs", "node");
    if (language === undefined) return [];
    return patternsOf(readPackageFile(`reference/${name}.md`)).map((pattern) =>
      document(
        `dockwright://patterns/${language}/${pattern.name}`,
        `${titleOf(language)}: ${pattern.title}`,
        firstParagraph(pattern.text) ||
          `A whole Dockerfile for ${titleOf(language)}, with the reasons for its unusual lines.`,
        pattern.text,
      ),
    );
  });
  const facts = namesIn("reference/data", ".json").map((name) => {
    const text = readPackageFile(`reference/data/${name}.json`);
    return {
      ...document(
        `dockwright://facts/${name}`,
        `Facts: ${name}`,
        "Typed facts with their sources and day.",
        text,
      ),
      mimeType: "application/json",
    };
  });
  return [...pages, ...lists, ...patterns, ...skillDocuments(), ...facts];
}

function page(uri: string, text: string): LoadedDocument {
  const title = /^# (.+)$/m.exec(text)?.[1] ?? uri;
  return document(uri, title, firstParagraph(text), text);
}

/** A document of Markdown text with its size worked out. */
export function document(uri: string, title: string, description: string, text: string): LoadedDocument {
  return { uri, title, description, mimeType: MARKDOWN, size: Buffer.byteLength(text), text };
}

/** The first sentences of a page, without Markdown, at most 200 characters. */
function firstParagraph(text: string): string {
  const paragraph =
    text
      .replace(/^# .+$/m, "")
      .replace(/^```[\s\S]*?^```$/gm, "")
      .split(/\n{2,}/)
      .map((part) => part.trim())
      .find((part) => /^[A-Z`]/.test(part)) ?? "";
  const plain = paragraph
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*]/g, "")
    .replace(/\s+/g, " ");
  if (plain.length <= 200) return plain;
  const end = plain.lastIndexOf(" ", 199);
  return `${plain.slice(0, end)} …`;
}

function markdownIn(folder: string): readonly string[] {
  return namesIn(folder, ".md");
}

/** Base names, sorted, of the files with an ending in a folder of the package. */
function namesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(path.join(packageRoot(), folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

function titleOf(language: string): string {
  return language === "node" ? "Node.js" : `${language[0]?.toUpperCase() ?? ""}${language.slice(1)}`;
}
