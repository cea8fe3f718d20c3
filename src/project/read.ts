import type { Dirent } from "node:fs";
import { lstatSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { CancelledError, NotFoundError } from "../security/errors.ts";
import type { Limits } from "../security/limits.ts";
import { clean } from "../security/untrusted.ts";
import { projectOf } from "./project.ts";
import type { Project } from "./types.ts";

/** Folders that hold what a build or an install made, or a tool's own state: never entered. */
const skipped = new Set([
  ".git", ".hg", ".svn", "node_modules", "bower_components", ".pnpm-store",
  ".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", "site-packages",
  "target", ".gradle", ".next", ".nuxt", ".output", ".svelte-kit", ".angular", ".turbo", ".nx", ".parcel-cache",
  ".idea", ".vscode", ".terraform", "coverage", ".cache",
]); // biome-ignore format: a list

/** True for the name of a folder that is no part of a project: `node_modules`, `.git`, `target`. */
export function isSkippedFolder(name: string): boolean {
  return skipped.has(name);
}

/**
 * Reads the file list of a directory once; texts are read when asked for.
 * `directory` is absolute and was resolved inside the roots; symbolic links are listed but never followed.
 * Throws NotFoundError when it is not a directory.
 */
export async function readProject(directory: string, limits: Limits, signal: AbortSignal): Promise<Project> {
  const files: string[] = [];
  let truncated = false;
  const pending: { folder: string; relative: string; depth: number }[] = [
    { folder: directory, relative: "", depth: 0 },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (signal.aborted) throw new CancelledError();
    let entries: Dirent[];
    try {
      entries = await readdir(next.folder, { withFileTypes: true });
    } catch (error) {
      if (next.depth > 0) continue;
      throw new NotFoundError(
        `${clean(directory)} is not a readable directory`,
        "name the project's directory",
        {
          cause: error,
        },
      );
    }
    for (const entry of entries) {
      const relative = next.relative === "" ? entry.name : `${next.relative}/${entry.name}`;
      if (entry.isDirectory()) {
        if (skipped.has(entry.name)) continue;
        if (next.depth + 1 > limits.contextDepth) truncated = true;
        else pending.push({ folder: path.join(next.folder, entry.name), relative, depth: next.depth + 1 });
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        if (files.length >= limits.contextFiles) truncated = true;
        else files.push(relative);
      }
    }
  }
  return projectOf({
    name: path.basename(directory),
    files: files.sort(),
    truncated,
    load: (file) => loadText(path.join(directory, file), limits.projectFileBytes),
  });
}

function loadText(file: string, maxBytes: number): string | undefined {
  try {
    // A link may lead out of the roots, so what it points at is not read.
    const info = lstatSync(file);
    if (!info.isFile() || info.size > maxBytes) return undefined;
    const buffer = readFileSync(file);
    if (buffer.subarray(0, 8000).includes(0)) return decodeUtf16(buffer);
    const text = buffer.toString("utf8");
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  } catch {
    return undefined;
  }
}

/** requirements.txt written by PowerShell is UTF-16 with a byte order mark; pip reads it, so do we. */
function decodeUtf16(buffer: Buffer): string | undefined {
  return buffer[0] === 0xff && buffer[1] === 0xfe ? buffer.subarray(2).toString("utf16le") : undefined;
}
