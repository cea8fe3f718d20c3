import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import ignore, { type Ignore } from "ignore";
import picomatch from "picomatch";
import { CancelledError } from "../../security/errors.ts";
import type { Limits } from "../../security/limits.ts";

const dockerfileName = /^(?:dockerfile|containerfile)(?:[._-].+)?$|\.(?:dockerfile|containerfile)$/i;
const otherEndings =
  /\.(?:dockerignore|md|txt|json|ya?ml|toml|sh|bat|ps1|py|js|ts|go|rs|rb|java|erb|j2|jinja2?|tmpl|tpl|template|in|hbs|mustache|html|css|bak|orig|rej|swp|lock|log|png|svg|diff|patch)$/i;

/** True for a file name that is a Dockerfile's by custom: `Dockerfile`, `Dockerfile.dev`, `api.Dockerfile`, `Containerfile`. */
export function isDockerfileName(name: string): boolean {
  return dockerfileName.test(name) && !otherEndings.test(name);
}

/**
 * Finds Dockerfiles below an absolute directory, sorted by path; returns paths relative to it with forward
 * slashes. `.gitignore` files are honoured, links are not followed. With a `pattern` (glob) the files it matches.
 */
export async function findDockerfiles(
  directory: string,
  limits: Limits,
  signal: AbortSignal,
  pattern?: string,
): Promise<{ readonly files: readonly string[]; readonly truncated: boolean }> {
  const matches = pattern === undefined ? undefined : picomatch(pattern, { dot: true });
  const files: string[] = [];
  let truncated = false;
  let seen = 0;
  interface Folder {
    readonly relative: string;
    readonly depth: number;
    readonly rules: readonly { readonly base: string; readonly matcher: Ignore }[];
  }
  const pending: Folder[] = [{ relative: "", depth: 0, rules: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (signal.aborted) throw new CancelledError();
    const folder = path.join(directory, next.relative);
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch {
      continue;
    }
    const own = entries.some((entry) => entry.isFile() && entry.name === ".gitignore")
      ? await readFile(path.join(folder, ".gitignore"), "utf8").catch(() => "")
      : "";
    const rules =
      own === ""
        ? next.rules
        : [...next.rules, { base: next.relative, matcher: ignore().add(own.slice(0, 1 << 20)) }];
    for (const entry of entries) {
      if (++seen > limits.contextFiles * 4) {
        truncated = true;
        break;
      }
      const relative = next.relative === "" ? entry.name : `${next.relative}/${entry.name}`;
      const isFolder = entry.isDirectory();
      if (isFolder && (entry.name === ".git" || entry.name === "node_modules")) continue;
      if (!isFolder && !(matches ? matches(relative) : isDockerfileName(entry.name))) continue;
      if (isIgnored(relative, isFolder, rules)) continue;
      if (!isFolder) {
        if (entry.isFile()) files.push(relative);
      } else if (next.depth < limits.contextDepth) pending.push({ relative, depth: next.depth + 1, rules });
      else truncated = true;
    }
  }
  return { files: files.sort(), truncated };
}

/** The nearest .gitignore that says something about a path decides. */
function isIgnored(
  relative: string,
  isFolder: boolean,
  rules: readonly { readonly base: string; readonly matcher: Ignore }[],
): boolean {
  for (const { base, matcher } of rules.toReversed()) {
    const local = base === "" ? relative : relative.slice(base.length + 1);
    const verdict = matcher.test(isFolder ? `${local}/` : local);
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}
