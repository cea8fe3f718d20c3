import { createHash } from "node:crypto";
import { mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CancelledError, InputError, LimitError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { closeQuietly, type Region } from "../blob/region.ts";

/** Temporary files of one opened image. */
export interface Spool {
  /** Makes an empty private file, open for writing and reading. */
  create(): SpoolFile;
  /** Closes and removes everything. Safe to call twice. */
  dispose(): void;
}

/** A temporary file that is written once and then read. */
export interface SpoolFile {
  /** Where it is, until the spool is disposed of. */
  readonly path: string;
  write(chunk: Uint8Array): void;
  /** What was written so far. */
  region(): Region;
}

/** Makes room for downloads on disk, in the system's folder for temporary files; at most `maxBytes` in all. */
export function makeSpool(maxBytes: number): Spool {
  let folder: string | undefined;
  const open: number[] = [];
  let total = 0;
  return {
    create() {
      folder ??= keepTrack(makeFolder());
      const file = path.join(folder, String(open.length));
      const fd = openSync(file, "wx+", 0o600);
      open.push(fd);
      let length = 0;
      return {
        path: file,
        write(chunk) {
          total += chunk.length;
          if (total > maxBytes) {
            throw new LimitError(
              `the image needs more than ${maxBytes} bytes of temporary disk space`,
              "raise the limit, or save the image to a file and name that",
            );
          }
          for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at, chunk.length - at);
          length += chunk.length;
        },
        region: () => ({ fd, offset: 0, length }),
      };
    },
    dispose() {
      for (const fd of open.splice(0)) closeQuietly(fd);
      if (folder !== undefined) {
        rmSync(folder, { recursive: true, force: true });
        folders.delete(folder);
      }
      folder = undefined;
    },
  };
}

const folders = new Set<string>();

/** A process that ends in the middle of its work (Ctrl-C) takes its files along; they may be gigabytes. */
function keepTrack(folder: string): string {
  if (!process.listeners("exit").includes(removeAll)) process.once("exit", removeAll);
  folders.add(folder);
  return folder;
}

function removeAll(): void {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // The next process removes it.
    }
  }
}

const folderName = /^dockwright-spool-(\d+)-\w+$/;
// Long enough that a process we cannot see (another container with the same /tmp) has come to its end.
const staleAfterMs = 60 * 60_000;

/** A new private folder; those of processes that were killed before they could clean up are removed. */
function makeFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(folderName.exec(name)?.[1] ?? Number.NaN);
    const left = path.join(tmpdir(), name);
    try {
      if (Number.isNaN(pid) || isAlive(pid) || Date.now() - statSync(left).mtimeMs < staleAfterMs) continue;
      rmSync(left, { recursive: true, force: true });
    } catch {
      // Somebody else's, or already gone.
    }
  }
  return mkdtempSync(path.join(tmpdir(), `dockwright-spool-${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Writes a stream to a new temporary file. `onChunk` hears how many bytes have come. */
export async function spoolStream(
  spool: Spool,
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onChunk?: (done: number) => void,
): Promise<SpoolFile> {
  const file = spool.create();
  let done = 0;
  for await (const chunk of stream) {
    if (signal.aborted) throw new CancelledError();
    file.write(chunk);
    done += chunk.length;
    onChunk?.(done);
  }
  return file;
}

/** Throws InputError unless `digest` (`sha256:…` or `sha512:…`) is that of `bytes`. */
export function checkDigest(bytes: Uint8Array, digest: string, what: string): void {
  const algorithm = digest.startsWith("sha512:") ? "sha512" : "sha256";
  const actual = `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
  if (actual !== digest) throw wrongDigest(what, digest, actual);
}

/** The error for content that is not what its digest says. */
export function wrongDigest(what: string, wanted: string, actual: string): InputError {
  return new InputError(
    `${what}: content is ${clean(actual, 80)}, not ${clean(wanted, 80)}`,
    "the source is damaged or was tampered with; do not use the image",
  );
}
