import { posix } from "node:path";
import { parseIgnore } from "./ignore.ts";
import { matchesPath, parsePathPattern } from "./path-pattern.ts";

/** What a rule may know of the build context. Paths are relative, with forward slashes, `.dockerignore` applied by `included`. */
export interface ContextView {
  /** All files before ignoring, sorted. */
  readonly files: readonly string[];
  /** True for a file, and for a folder that holds one. */
  has(path: string): boolean;
  /** True for a file that is sent to the builder. */
  included(path: string): boolean;
  /** Files that a COPY source (a path or a pattern, as BuildKit matches it) selects among the included ones. */
  match(source: string): readonly string[];
  /** The pattern line that excludes a path, when one does. */
  ignoredBy(path: string): { readonly pattern: string; readonly line: number } | undefined;
  /** Name of the ignore file in force (`.dockerignore` or `<Dockerfile>.dockerignore`), undefined when there is none. */
  readonly ignoreFile?: string;
  read(path: string): string | undefined;
}

/** What a view is made of. */
export interface ContextInput {
  /** Paths of the files, relative, with forward slashes. */
  readonly files: readonly string[];
  read(path: string): string | undefined;
  /** The ignore file in force. */
  readonly ignore?: { readonly name: string; readonly text: string } | undefined;
}

/** Makes a view; nothing is read or matched before somebody asks. */
export function contextView(input: ContextInput): ContextView {
  const files = [...input.files].sort();
  const known = new Set(files);
  const ignore = input.ignore ? parseIgnore(input.ignore.text) : undefined;
  const decisions = new Map<string, { readonly pattern: string; readonly line: number } | undefined>();
  const ignoredBy: ContextView["ignoredBy"] = (path) => {
    if (!ignore) return undefined;
    if (!decisions.has(path)) decisions.set(path, ignore.ignoredBy(path));
    return decisions.get(path);
  };
  const included = (path: string): boolean => known.has(path) && ignoredBy(path) === undefined;
  return {
    files,
    has: (path) => {
      const wanted = rooted(path);
      return wanted === "" || known.has(wanted) || inFolder(files, wanted).length > 0;
    },
    included,
    match: (source) => select(files, rooted(source)).filter(included),
    ignoredBy,
    ...(input.ignore ? { ignoreFile: input.ignore.name } : {}),
    read: input.read,
  };
}

/** A COPY source as a path from the context's root; it cannot leave the context. Empty for the root. */
function rooted(source: string): string {
  const path = posix.join("/", source);
  return path.replace(/^\/+|\/+$/g, "");
}

function select(files: readonly string[], source: string): readonly string[] {
  if (source === "") return files;
  if (!/[*?[\\]/.test(source)) {
    return files[lowerBound(files, source)] === source ? [source] : inFolder(files, source);
  }
  const pattern = parsePathPattern(source, "plain");
  if (!pattern) return [];
  const folders = new Map<string, boolean>();
  const matchesFolder = (path: string): boolean => {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const folder = path.slice(0, at);
      let matched = folders.get(folder);
      if (matched === undefined) {
        matched = matchesPath(pattern, folder);
        folders.set(folder, matched);
      }
      if (matched) return true;
    }
    return false;
  };
  return files.filter((file) => matchesPath(pattern, file) || matchesFolder(file));
}

/** Files below a folder; `files` is sorted. */
function inFolder(files: readonly string[], folder: string): readonly string[] {
  const prefix = `${folder}/`;
  const first = lowerBound(files, prefix);
  let end = first;
  while (files[end]?.startsWith(prefix)) end++;
  return files.slice(first, end);
}

function lowerBound(files: readonly string[], wanted: string): number {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((files[middle] ?? "") < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
