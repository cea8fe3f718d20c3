import type { SecretPattern, SecretScope } from "../../data/secret-patterns.ts";
import { reachAfter, reachBefore, searchBytes } from "../../data/secret-search.ts";
import type { ContentSink } from "../../image/types.ts";

/** A secret in a file's content. The value itself is not kept. */
export interface ContentSecret {
  readonly id: string;
  readonly title: string;
  readonly severity: SecretPattern["severity"];
  /** From 1. */
  readonly line: number;
  /** Characters of the value. */
  readonly length: number;
}

/** What is known of a file when all of it went by. */
export interface ContentResult {
  readonly secrets: readonly ContentSecret[];
  /** Not text: only what has an unmistakable form was looked for, or nothing at all. */
  readonly binary: boolean;
  /** More secrets than are reported. */
  readonly truncated: boolean;
}

/** Which file is searched, and for what. */
export interface ContentSubject {
  readonly path: string;
  readonly scope: SecretScope;
}

/** Searches the contents of one file after the other; all use the same memory. */
export interface ContentSearch {
  sink(subject: ContentSubject, done: (result: ContentResult) => void): ContentSink;
}

const windowSize = 1024 * 1024;
const sniffed = 8 * 1024;
const mostPerFile = 20;

/**
 * Makes a search. Text that streams by is searched in windows that overlap so that no secret is cut in two. Files with
 * a NUL byte in their first 8 KiB are taken for programs and left out. A file ends before the next one begins.
 */
export function makeContentSearch(): ContentSearch {
  const window = Buffer.from(new ArrayBuffer(windowSize));
  return { sink: (subject, done) => fileSink(window, subject, done) };
}

function fileSink(
  window: Buffer,
  { path, scope }: ContentSubject,
  done: (result: ContentResult) => void,
): ContentSink {
  const secrets: ContentSecret[] = [];
  const starts = new Set<number>();
  let filled = 0;
  /** Bytes before the window, and line breaks in them. */
  let passed = 0;
  let lines = 0;
  /** Keywords before it were looked at with the window before. */
  let from = 0;
  let binary = false;
  let truncated = false;

  const search = (last: boolean): void => {
    const to = last ? filled : filled - reachAfter;
    const matches = searchBytes(window, filled, { scope, path, from, to, maximum: mostPerFile + 1 });
    for (const { id, title, severity, start, end } of matches) {
      if (starts.has(passed + start)) continue;
      if (secrets.length >= mostPerFile) {
        truncated = true;
        return;
      }
      starts.add(passed + start);
      const line = lines + lineBreaks(window, 0, start) + 1;
      secrets.push({ id, title, severity, line, length: end - start });
    }
    if (last) return;
    // Even, as the search wants it.
    const keepFrom = (to - reachBefore) & ~1;
    lines += lineBreaks(window, 0, keepFrom);
    window.copyWithin(0, keepFrom, filled);
    passed += keepFrom;
    filled -= keepFrom;
    from = to - keepFrom;
  };

  return {
    data(chunk) {
      if (binary || truncated) return;
      if (passed + filled < sniffed && chunk.subarray(0, sniffed - passed - filled).includes(0)) {
        binary = true;
        return;
      }
      for (let at = 0; at < chunk.length && !truncated; ) {
        const piece = chunk.subarray(at, at + windowSize - filled);
        window.set(piece, filled);
        filled += piece.length;
        at += piece.length;
        if (filled === windowSize) search(false);
      }
    },
    end() {
      if (!binary && !truncated && filled > 0) search(true);
      done({ secrets, binary, truncated });
    },
  };
}

function lineBreaks(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(10, from); at >= 0 && at < to; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
