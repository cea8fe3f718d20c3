import { findSecrets, type SecretPattern } from "../data/secrets.ts";
import type { ContentSink } from "../image/types.ts";

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
  /** Not text: it was not searched. */
  readonly binary: boolean;
  /** More secrets than are reported. */
  readonly truncated: boolean;
}

/** Characters searched at once, and how far the longest secret may reach over the border on either side. */
const windowSize = 256 * 1024;
const reach = 8 * 1024;
const sniffed = 8 * 1024;
const mostPerFile = 20;

/**
 * Searches text that streams by, in windows that overlap so that no secret is cut in two. Files with a NUL byte
 * in their first 8 KiB are taken for programs and left out. Memory: one window.
 */
export function secretSink(
  accept: (id: string) => boolean,
  done: (result: ContentResult) => void,
): ContentSink {
  const secrets: ContentSecret[] = [];
  let text = "";
  let seen = 0;
  let binary = false;
  let truncated = false;
  /** Matches that start before it were reported with the window before. */
  let floor = 0;
  let line = 1;

  const search = (last: boolean): void => {
    const cut = last ? text.length : text.length - reach;
    let at = 0;
    for (const match of findSecrets(text)) {
      if (match.start < floor || match.start >= cut || !accept(match.id)) continue;
      if (match.id === "private-key" && !hasKeyBody(text, match.end)) continue;
      if (secrets.length >= mostPerFile) {
        truncated = true;
        break;
      }
      const { id, title, severity, start, end } = match;
      line += lineBreaks(text, at, start);
      at = start;
      secrets.push({ id, title, severity, line, length: end - start });
    }
    const keepFrom = Math.max(0, cut - reach);
    if (keepFrom >= at) line += lineBreaks(text, at, keepFrom);
    else line -= lineBreaks(text, keepFrom, at);
    text = text.slice(keepFrom);
    floor = cut - keepFrom;
  };

  return {
    data(chunk) {
      if (binary || truncated) return;
      if (seen < sniffed && chunk.subarray(0, sniffed - seen).includes(0)) {
        binary = true;
        text = "";
        return;
      }
      seen += chunk.length;
      text += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
      if (text.length >= windowSize) search(false);
    },
    end() {
      if (!binary && !truncated && text !== "") search(true);
      done({ secrets, binary, truncated });
    },
  };
}

/** Programs and documents name the header alone; a key has its base64 after it. */
function hasKeyBody(text: string, end: number): boolean {
  return /[A-Za-z0-9+/=]{40}/.test(text.slice(end, end + 400));
}

function lineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
