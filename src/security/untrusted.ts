/*
 * Text that others wrote (labels, history, file names, logs, scanner output) may try to steer a
 * terminal or a model. It is cleaned here before it leaves in a message or a result.
 */

// Line and paragraph separators, zero-width and bidi controls, the tag block, variation selectors.
const invisible =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single characters are removed, not graphemes
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF\uFFF0-\uFFFB]|[\u{E0000}-\u{E0FFF}]|[\u{1D173}-\u{1D17A}]/gu;
// CSI, OSC (ended by BEL or ST) and two-character escape sequences.
const ansi = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]{0,4096}(?:\u0007|\u001B\\)?|[@-Z\\-_])/g;
// Half of a pair: file names that are no UTF-8 have them, and neither UTF-8 nor a URI can hold one.
const loneSurrogate = /\p{Surrogate}/gu;
const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** Cleans one piece of untrusted text: one line, no control or invisible characters, at most `max` characters. */
export function clean(text: string, max = 200): string {
  const bounded = text.length > max * 4 + 8192 ? text.slice(0, max * 4 + 8192) : text;
  const line = bounded
    .replace(ansi, "")
    .replace(/[\r\n\t]+/g, " ")
    .replace(control, "")
    .replace(invisible, "")
    .replace(loneSurrogate, "\uFFFD");
  return truncate(line.trim(), max);
}

/** Cleans untrusted text of several lines (a log): each line as `clean`, at most `maxLines`, the last ones kept. */
export function cleanLines(text: string, maxLines = 20, maxChars = 200): string[] {
  const lines = text.split(/\r\n|\r|\n/).map((line) => clean(line, maxChars));
  while (lines.length > 0 && lines.at(-1) === "") lines.pop();
  return lines.slice(-maxLines);
}

/** Cuts text to `max` characters without splitting a surrogate pair; an ellipsis says that it was cut. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = max - 1;
  const code = text.charCodeAt(end - 1);
  return `${text.slice(0, code >= 0xd800 && code <= 0xdbff ? end - 1 : end)}…`;
}

/** Shows that a secret is there without showing it: at most its first two characters, and its length. */
export function mask(secret: string): string {
  return `${secret.length > 8 ? secret.slice(0, 2) : ""}***(${secret.length} characters)`;
}
