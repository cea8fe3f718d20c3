import { readdir } from "node:fs/promises";
import path from "node:path";
import { InputError, LimitError, NotFoundError } from "../security/errors.ts";
import { readBounded } from "../security/paths.ts";
import { clean } from "../security/untrusted.ts";
import { fencedBlocks } from "./markdown.ts";
import type { Answer } from "./types.ts";

const maxFileBytes = 1024 * 1024;
const maxFiles = 200;

/** An answer made of files and words, with nothing known about how it came to be. */
export function answerOf(files: Readonly<Record<string, string>>, text = ""): Answer {
  return { files, text, transcript: [], durationMs: 0 };
}

/**
 * The answer that a text is: a Dockerfile, or Markdown with a Dockerfile in it. The first block of a file name
 * wins over later ones of the same name.
 */
export function answerFromText(text: string): Answer {
  const files = filesInMarkdown(text);
  if (files.Dockerfile !== undefined) return answerOf(files, text);
  return looksLikeDockerfile(text) ? answerOf({ Dockerfile: text }) : answerOf(files, text);
}

/** Files given as code blocks: named in the fence's line, in the line before it, or known by their language. */
export function filesInMarkdown(text: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { language, info, body, lead } of fencedBlocks(text)) {
    const name = fileName(info) ?? fileName(language) ?? nameInLead(lead) ?? nameByLanguage(language, body);
    if (name !== undefined && files[name] === undefined) files[name] = body;
  }
  return files;
}

/**
 * Reads an answer from a file (a Dockerfile or a Markdown answer) or a folder. In a folder, ANSWER.md holds the
 * words; every other file is part of the answer. Throws NotFoundError, InputError, LimitError.
 */
export async function readAnswerFrom(location: string): Promise<Answer> {
  const entries = await readdir(location, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return undefined;
      throw new NotFoundError(
        `${clean(location)} cannot be read`,
        "name a Dockerfile, a Markdown answer, or a folder of them",
      );
    },
  );
  if (entries === undefined)
    return answerFromText((await readBounded(location, maxFileBytes)).toString("utf8"));
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  if (names.length > maxFiles)
    throw new LimitError(
      `${clean(location)} holds more than ${maxFiles} files`,
      "name the folder that holds only the answer",
    );
  const files: Record<string, string> = {};
  for (const name of names.sort()) {
    const relative = path.relative(location, name).split(path.sep).join("/");
    files[relative] = (await readBounded(name, maxFileBytes)).toString("utf8");
  }
  const { "ANSWER.md": text = "", ...rest } = files;
  if (Object.keys(files).length === 0)
    throw new InputError(`${clean(location)} holds no files`, "put a Dockerfile into it");
  return answerOf({ ...filesInMarkdown(text), ...rest }, text);
}

function looksLikeDockerfile(text: string): boolean {
  return /^(?:\s*(?:#.*|ARG\s.*)?\n)*\s*FROM\s+\S/i.test(text);
}

function fileName(text: string): string | undefined {
  const match =
    /(?:^|[\s"'`=(:])((?:[\w@-][\w.@-]*\/){0,4}(?:Dockerfile(?:\.[\w.-]+)?|[\w.-]+\.Dockerfile|\.(?:dockerignore|npmrc|env\.example)|[\w-]+\.(?:json|js|ts|mjs|cjs|py|go|toml|ya?ml|sh|cfg|conf|txt|md)))(?:$|[\s"'`),:])/.exec(
      text,
    );
  return match?.[1];
}

function nameInLead(lead: string): string | undefined {
  // A heading or a line that is little more than a name; prose that mentions one names no file.
  return lead.length <= 80 ? fileName(lead.replace(/[*#]/g, " ").trim()) : undefined;
}

function nameByLanguage(language: string, body: string): string | undefined {
  if (language === "dockerfile" || language === "docker") return "Dockerfile";
  if (language === "dockerignore" || language === "gitignore") return ".dockerignore";
  return (language === "" || language === "text") && looksLikeDockerfile(body) ? "Dockerfile" : undefined;
}
