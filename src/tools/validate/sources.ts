import { isUtf8 } from "node:buffer";
import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError, NotFoundError } from "../../security/errors.ts";
import { readBounded, resolveInside } from "../../security/paths.ts";
import { clean } from "../../security/untrusted.ts";
import type { ToolContext } from "../define.ts";
import { findDockerfiles } from "./discover.ts";

/** One Dockerfile to judge. */
export interface Source {
  /** As it is shown. */
  readonly name: string;
  /** Absolute folder configuration is looked for from. */
  readonly folder: string;
  /** Absolute path; undefined for text that was handed in. */
  readonly file?: string;
  /** True when the file was named itself, so its folder is its build context. */
  readonly single: boolean;
  load(): Promise<LoadedText>;
}

/** A file's text; `exact` is false where it is no UTF-8 and its text, written back, would be other bytes. */
export interface LoadedText {
  readonly text: string;
  readonly exact: boolean;
}

/** What a request points at: text, one file, or the Dockerfiles of a folder or glob, sorted by path. */
export async function sourcesOf(
  input: { readonly path?: string | undefined; readonly dockerfile?: string | undefined },
  context: ToolContext,
): Promise<{ readonly sources: readonly Source[]; readonly truncated: boolean }> {
  const root = context.roots.directories[0] ?? process.cwd();
  if (input.dockerfile !== undefined) {
    if (input.path !== undefined)
      throw new InputError("path and dockerfile contradict each other", "give one of them");
    const text = input.dockerfile;
    const source: Source = {
      name: "Dockerfile",
      folder: root,
      single: true,
      load: async () => ({ text, exact: true }),
    };
    return { sources: [source], truncated: false };
  }
  const wanted = input.path ?? ".";
  const glob = /[*?{}[\]]/.test(wanted) ? splitGlob(wanted) : undefined;
  const target = await resolveInside(context.roots, glob?.folder ?? wanted);
  const info = await stat(target);
  if (!info.isDirectory()) {
    return { sources: [fileSource(shownName(root, wanted), target, context, true)], truncated: false };
  }
  const found = await findDockerfiles(target, context.limits, context.signal, glob?.pattern);
  if (found.files.length === 0) {
    throw new NotFoundError(
      `no Dockerfile was found in ${clean(wanted)}`,
      "name a file, or use a name such as Dockerfile, *.Dockerfile or Containerfile",
    );
  }
  const shownFolder = path.relative(root, target).split(path.sep).join("/");
  return {
    truncated: found.truncated,
    sources: found.files.map((file) =>
      fileSource(
        shownFolder === "" ? file : `${shownFolder}/${file}`,
        path.join(target, file),
        context,
        found.files.length === 1,
      ),
    ),
  };
}

/** As reports want it: relative to the root and without detours, unless it lies elsewhere. */
function shownName(root: string, wanted: string): string {
  const relative = path.relative(root, path.resolve(root, wanted));
  return relative === "" || relative.startsWith("..") || path.isAbsolute(relative)
    ? wanted
    : relative.split(path.sep).join("/");
}

function fileSource(name: string, file: string, context: ToolContext, single: boolean): Source {
  return {
    name,
    file,
    single,
    folder: path.dirname(file),
    load: async () => {
      const buffer = await readBounded(file, context.limits.dockerfileBytes);
      if (buffer.subarray(0, 8000).includes(0)) {
        throw new InputError(`${clean(name)} is not a text file`, "name a Dockerfile");
      }
      return { text: buffer.toString("utf8"), exact: isUtf8(buffer) };
    },
  };
}

/** Splits a glob: the folder before the first wildcard, and the pattern below it. */
function splitGlob(glob: string): { folder: string; pattern: string } {
  const parts = glob.replace(/\\/g, "/").split("/");
  const first = parts.findIndex((part) => /[*?{}[\]]/.test(part));
  const folder = parts.slice(0, first).join("/");
  return {
    folder: folder === "" ? (glob.startsWith("/") ? "/" : ".") : folder,
    pattern: parts.slice(first).join("/"),
  };
}
