import type { SecretPattern, SecretScope } from "../../data/secret-patterns.ts";
import { reachAfter, reachBefore, searchBytes } from "../../data/secret-search.ts";
import { packingOf } from "../../image/blob/packed.ts";
import type { ContentSink } from "../../image/types.ts";
import { makeNarrower, utf16Of } from "./utf16.ts";

/** A secret in a file's content. The value itself is not kept. */
export interface ContentSecret {
  readonly id: string;
  readonly title: string;
  readonly severity: SecretPattern["severity"];
  /** From 1; 0 in a program, which has no lines. */
  readonly line: number;
  /** Characters of the value. */
  readonly length: number;
  /** Inside a packed file: `!etc/app.env`, `!inner.tar!key`; empty in the file itself. */
  readonly inside: string;
}

/** What was learnt of one file. */
export interface ContentResult {
  readonly secrets: readonly ContentSecret[];
  readonly kind: "text" | "program" | "packed";
  /** Whether it was searched; programs of the distribution are not. */
  readonly searched: boolean;
  /** More secrets than are reported. */
  readonly truncated: boolean;
}

/** Which file is searched, and for what. */
export interface ContentSubject {
  readonly path: string;
  readonly scope: SecretScope;
  /** Whether its bytes are searched when it is no text. */
  readonly programs: boolean;
}

/** Searches the contents of one file after the other; all use the same memory. */
export interface ContentSearch {
  /** `packed` gets the whole of a file that is an archive or compressed, when it is not too large. */
  sink(
    subject: ContentSubject,
    done: (result: ContentResult) => void,
    packed: (data: Buffer) => ContentResult,
  ): ContentSink;
  /** Searches bytes that are at hand. */
  whole(subject: ContentSubject, data: Buffer): ContentResult;
}

/** Largest archive or compressed file that is opened. */
export const mostPacked = 96 * 1024 * 1024;
/** Secrets reported of one file. */
export const mostPerFile = 20;
const windowSize = 1024 * 1024;
// What it takes to recognize an archive.
const headSize = 512;
const sniffed = 8 * 1024;

/**
 * Makes a search. Text that streams by is searched in windows that overlap so that no secret is cut in two. UTF-16 is
 * read as the ASCII in it. Any other file with a NUL byte in its first 8 KiB is no text: values with an unmistakable
 * form are still looked for in it. A file ends before the next one begins.
 */
export function makeContentSearch(): ContentSearch {
  const window = Buffer.from(new ArrayBuffer(windowSize));
  return {
    sink: (subject, done, packed) => fileSink(window, subject, done, packed),
    whole(subject, data) {
      let result: ContentResult | undefined;
      const sink = fileSink(window, subject, (found) => {
        result = found;
      });
      sink.data(data);
      sink.end();
      return result ?? { secrets: [], kind: "text", searched: false, truncated: false };
    },
  };
}

function fileSink(
  window: Buffer,
  { path, scope, programs }: ContentSubject,
  done: (result: ContentResult) => void,
  packed?: (data: Buffer) => ContentResult,
): ContentSink {
  const secrets: ContentSecret[] = [];
  const starts = new Set<number>();
  let kind: ContentResult["kind"] | undefined;
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let filled = 0;
  /** Bytes before the window, and line breaks in them. */
  let passed = 0;
  let lines = 0;
  /** Keywords before it were looked at with the window before. */
  let from = 0;
  let searched = true;
  let truncated = false;
  /** A file full of weak findings is searched on for strong ones, until there are too many of those, too. */
  let strongOnly = false;
  let stopped = false;
  /** Makes one byte of each unit of UTF-16. */
  let narrow: ((chunk: Uint8Array) => Uint8Array) | undefined;

  const search = (last: boolean): void => {
    const to = last ? filled : filled - reachAfter;
    const { matches, more } = searchBytes(window, filled, {
      scope: kind === "program" || strongOnly ? "anywhere" : scope,
      path,
      from,
      to,
      maximum: mostPerFile * (strongOnly ? 2 : 1) - secrets.length,
    });
    for (const { id, title, severity, start, end } of matches) {
      if (starts.has(passed + start)) continue;
      starts.add(passed + start);
      const line = kind === "program" ? 0 : lines + lineBreaks(window, 0, start) + 1;
      secrets.push({ id, title, severity, line, length: end - start, inside: "" });
    }
    if (more) {
      truncated = true;
      stopped = strongOnly;
      strongOnly = true;
    }
    if (last || stopped) return;
    // Even, as the search wants it.
    const keepFrom = (to - reachBefore) & ~1;
    lines += lineBreaks(window, 0, keepFrom);
    window.copyWithin(0, keepFrom, filled);
    passed += keepFrom;
    filled -= keepFrom;
    from = to - keepFrom;
  };

  const decide = (): void => {
    const head = window.subarray(0, filled);
    const utf16 = utf16Of(head);
    if (utf16 !== undefined) {
      kind = "text";
      narrow = makeNarrower(utf16);
      const text = narrow(Buffer.from(head));
      window.set(text);
      filled = text.length;
      return;
    }
    if (packed !== undefined && packingOf(head) !== undefined && (head.includes(0) || !isText(head))) {
      kind = "packed";
      kept = [Buffer.from(head)];
      keptBytes = filled;
    } else {
      kind = head.includes(0) ? "program" : "text";
      if (kind === "program") searched = programs;
    }
  };

  const keep = (chunk: Uint8Array): void => {
    keptBytes += chunk.length;
    if (keptBytes <= mostPacked) kept.push(Buffer.from(chunk));
    else {
      searched = false;
      kept = [];
    }
  };

  return {
    data(raw) {
      let chunk = narrow ? narrow(raw) : raw;
      for (let at = 0; at < chunk.length && searched && !stopped; ) {
        if (kind === "packed") {
          keep(chunk.subarray(at));
          return;
        }
        const room = kind === undefined ? headSize : windowSize;
        const piece = chunk.subarray(at, at + room - filled);
        if (
          kind === "text" &&
          passed + filled < sniffed &&
          piece.subarray(0, sniffed - passed - filled).includes(0)
        ) {
          kind = "program";
          searched = programs;
        }
        window.set(piece, filled);
        filled += piece.length;
        at += piece.length;
        if (kind === undefined && filled === headSize) {
          decide();
          if (narrow) {
            chunk = narrow(chunk.subarray(at));
            at = 0;
          }
        } else if (filled === windowSize) search(false);
      }
    },
    end() {
      if (kind === undefined) decide();
      if (kind === "packed" && searched && packed !== undefined) {
        const data = Buffer.concat(kept);
        kept = [];
        done(packed(data));
        return;
      }
      if (kind !== "packed" && searched && !stopped && filled > 0) search(true);
      done({ secrets, kind: kind ?? "text", searched, truncated });
    },
  };
}

/** Nothing but printable characters and white space: a word that begins as a compressed file would. */
function isText(head: Buffer): boolean {
  return head.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}

function lineBreaks(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(10, from); at >= 0 && at < to; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
