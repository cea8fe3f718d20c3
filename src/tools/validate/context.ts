import { type Dirent, lstatSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { type ContextView, contextView } from "../../dockerfile/context.ts";
import { CancelledError } from "../../security/errors.ts";
import type { Limits } from "../../security/limits.ts";

/** Folders of many files that nobody copies from by name; one file stands for each. */
const summarized = new Set([".git", "node_modules", "__pycache__", ".venv"]);

/**
 * Reads the build context of one Dockerfile: file names only, texts when a rule asks.
 * Undefined when there are more files than the limits allow, since a part of it would give false alarms.
 */
export async function readContext(
  directory: string,
  dockerfile: string | undefined,
  limits: Limits,
  signal: AbortSignal,
): Promise<ContextView | undefined> {
  const files: string[] = [];
  const pending: { relative: string; depth: number }[] = [{ relative: "", depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (signal.aborted) throw new CancelledError();
    let entries: Dirent[];
    try {
      entries = await readdir(path.join(directory, next.relative), { withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      const relative = next.relative === "" ? entry.name : `${next.relative}/${entry.name}`;
      if (!entry.isDirectory()) {
        files.push(relative);
        if (files.length > limits.contextFiles) return undefined;
      } else if (summarized.has(entry.name)) {
        const inside = await readdir(path.join(directory, relative)).catch(() => []);
        const [first] = inside.sort();
        if (first !== undefined) files.push(`${relative}/${first}`);
      } else if (next.depth < limits.contextDepth) pending.push({ relative, depth: next.depth + 1 });
      else return undefined;
    }
  }
  const read = (file: string): string | undefined =>
    readText(path.join(directory, file), limits.projectFileBytes);
  const ignoreName = [
    ...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]),
    ".dockerignore",
  ].find((name) => files.includes(name));
  const ignoreText = ignoreName === undefined ? undefined : read(ignoreName);
  return contextView({
    files: files.sort(),
    read,
    ...(ignoreName === undefined || ignoreText === undefined
      ? {}
      : { ignore: { name: ignoreName, text: ignoreText } }),
  });
}

function readText(file: string, maxBytes: number): string | undefined {
  try {
    const info = lstatSync(file);
    return info.isFile() && info.size <= maxBytes ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
