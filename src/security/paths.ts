import { randomUUID } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { link, lstat, open, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { InputError, LimitError, NotFoundError } from "./errors.ts";
import { clean } from "./untrusted.ts";

/** The directories a request may read and write in: absolute, without links. */
export interface Roots {
  readonly directories: readonly string[];
}

/** Resolves the root directories once at start-up. Throws NotFoundError for one that is not a directory. */
export async function makeRoots(directories: readonly string[]): Promise<Roots> {
  const resolved: string[] = [];
  for (const directory of directories) {
    const real = await realpath(directory).catch(() => undefined);
    if (real === undefined || !(await stat(real)).isDirectory()) {
      throw new NotFoundError(
        `root ${clean(directory)} is not a directory`,
        "name an existing directory with --root",
      );
    }
    resolved.push(real);
  }
  return { directories: resolved };
}

/**
 * Turns a path from a request into an absolute one without links that lies inside a root.
 * Relative paths are read from the first root. The target must exist.
 * Throws InputError when it lies outside, NotFoundError when it is not there.
 */
export async function resolveInside(roots: Roots, requested: string): Promise<string> {
  const absolute = absoluteOf(roots, requested);
  const real = await realpath(absolute).catch(() => undefined);
  if (real === undefined) {
    // Whether a path outside the roots exists is not for the caller to learn.
    assertInside(roots, await nearestRealParent(absolute), requested);
    throw new NotFoundError(
      `${clean(requested)} does not exist`,
      "check the path; relative paths start at the first root",
    );
  }
  assertInside(roots, real, requested);
  return real;
}

/** As resolveInside, for a file that may not exist yet: its nearest existing parent must lie inside a root. */
export async function resolveForWrite(roots: Roots, requested: string): Promise<string> {
  const absolute = absoluteOf(roots, requested);
  const parent = await realpath(path.dirname(absolute)).catch(() => undefined);
  if (parent === undefined) {
    throw new NotFoundError(`the folder of ${clean(requested)} does not exist`, "create the folder first");
  }
  assertInside(roots, parent, requested);
  return path.join(parent, path.basename(absolute));
}

/** True when `child` is `parent` or lies below it; both absolute and without links. */
export function isInside(parent: string, child: string): boolean {
  const relative = path.relative(parent, child);
  return (
    relative === "" ||
    (!relative.startsWith(`..${path.sep}`) && relative !== ".." && !path.isAbsolute(relative))
  );
}

/**
 * Reads a regular file of at most `maxBytes`; refuses devices, pipes and directories.
 * `file` was resolved before (resolveInside), so a link in its last place is refused.
 * Reads on this thread: for files of this size the way through the thread pool costs more than the reading. Who reads
 * thousands of them gives way now and then.
 */
export async function readBounded(file: string, maxBytes: number): Promise<Buffer> {
  let opened: number;
  try {
    // O_NONBLOCK: opening a pipe nobody writes to must not wait.
    opened = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw new NotFoundError(
      `${clean(file)} cannot be opened (${errorCode(error)})`,
      "check that it is a readable file",
      { cause: error },
    );
  }
  try {
    const info = fstatSync(opened);
    if (!info.isFile()) throw new InputError(`${clean(file)} is not a regular file`, "name a file");
    if (info.size > maxBytes) {
      throw new LimitError(
        `${clean(file)} has ${info.size} bytes; at most ${maxBytes} are read`,
        "name a smaller file",
      );
    }
    return readFileSync(opened);
  } finally {
    closeSync(opened);
  }
}

/**
 * Writes a text file whole or not at all (a temporary file beside it, then a rename or a link).
 * Throws InputError when it exists and `force` is not set; a link in its place is never followed.
 */
export async function writeAtomic(file: string, text: string, force: boolean): Promise<void> {
  const existing = await lstat(file).catch(() => undefined);
  if (existing !== undefined && !existing.isFile()) {
    throw new InputError(`${clean(file)} exists and is not a regular file`, "choose another path");
  }
  if (existing !== undefined && !force) {
    throw new InputError(
      `${clean(file)} exists already`,
      "use force (--force) to replace it, or write elsewhere",
    );
  }
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.tmp`);
  const handle = await open(temporary, "wx", existing ? existing.mode & 0o777 : 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    if (force) await rename(temporary, file);
    // link() fails when the file appeared meanwhile; rename() would replace it.
    else await link(temporary, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    if (errorCode(error) === "EEXIST") {
      throw new InputError(
        `${clean(file)} exists already`,
        "use force (--force) to replace it, or write elsewhere",
      );
    }
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

function absoluteOf(roots: Roots, requested: string): string {
  if (requested.includes("\0")) throw new InputError("the path holds a NUL byte", "name a file or folder");
  return path.resolve(roots.directories[0] ?? process.cwd(), requested);
}

function assertInside(roots: Roots, real: string, requested: string): void {
  if (roots.directories.some((root) => isInside(root, real))) return;
  throw new InputError(
    `${clean(requested)} lies outside the allowed directories`,
    "name a path inside them, or start with --root <directory>",
  );
}

async function nearestRealParent(absolute: string): Promise<string> {
  let current = absolute;
  for (;;) {
    const parent = path.dirname(current);
    const real = await realpath(parent).catch(() => undefined);
    if (real !== undefined || parent === current) return real ?? parent;
    current = parent;
  }
}

/** The `code` of a system error, or "unknown". */
export function errorCode(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown";
}
