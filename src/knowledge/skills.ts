import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../data/package-files.ts";
import type { LoadedDocument } from "./types.ts";

/** A skill folder as the Agent Skills specification describes it. */
export interface Skill {
  /** Equal to the folder's name. */
  readonly name: string;
  readonly description: string;
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Text of SKILL.md, frontmatter included. */
  readonly text: string;
  /** Files of the folder, relative, with forward slashes, sorted; SKILL.md first. */
  readonly files: readonly string[];
}

/** The skills that ship with the package, sorted by name. */
export function listSkills(): readonly Skill[] {
  const root = path.join(packageRoot(), "skills");
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readSkill(path.join(root, entry.name), entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readSkill(folder: string, name: string): Skill {
  const text = readFileSync(path.join(folder, "SKILL.md"), "utf8");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .sort((a, b) => (a === "SKILL.md" ? -1 : b === "SKILL.md" ? 1 : a < b ? -1 : 1));
  return { name, description: frontmatter(text).description ?? "", folder, text, files };
}

/** The top-level scalar fields of a SKILL.md's frontmatter; quotes removed. Nested maps are left out. */
export function frontmatter(text: string): Readonly<Record<string, string | undefined>> {
  const block = /^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? "";
  return Object.fromEntries(
    [...block.matchAll(/^([\w-]+): +(.+)$/gm)].map(([, key = "", value = ""]) => [
      key,
      value.replace(/^"(.*)"$/, "$1"),
    ]),
  );
}

/** The skills' SKILL.md as documents. */
export function skillDocuments(): readonly LoadedDocument[] {
  return listSkills().map((skill) => ({
    uri: `dockwright://skills/${skill.name}`,
    title: `Skill: ${skill.name}`,
    description: skill.description,
    mimeType: "text/markdown",
    size: Buffer.byteLength(skill.text),
    text: skill.text,
  }));
}
