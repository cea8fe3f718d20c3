import { skipSpace } from "./characters.ts";
import { sourceRange } from "./mapped-text.ts";
import type { Word } from "./types.ts";
import type { Arguments } from "./words.ts";

/** The exec form; `invalid` is a JSON array whose elements are not all strings, which BuildKit refuses. */
export type JsonForm = { readonly words: readonly Word[] } | { readonly invalid: string };

/** Reads arguments as a JSON array of strings; undefined when they are none, and so are the shell form. */
export function readJsonForm(args: Arguments): JsonForm | undefined {
  const { text } = args.line;
  const start = skipSpace(text, args.start, args.end);
  if (start >= args.end || text.charCodeAt(start) !== 91) return undefined;
  const values = parseArray(text.slice(start, args.end));
  if (!values) return undefined;
  const words: Word[] = [];
  let at = start;
  for (const value of values) {
    if (typeof value !== "string") {
      return { invalid: "A JSON array of arguments holds strings only; put every element in double quotes." };
    }
    at = text.indexOf('"', at);
    const end = stringEnd(text, at);
    words.push({ text: value, raw: value, range: sourceRange(args.line, at + 1, end - 1) });
    at = end;
  }
  return { words };
}

function parseArray(source: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(source);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function stringEnd(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text.charCodeAt(at) !== 34) at += text.charCodeAt(at) === 92 ? 2 : 1;
  return at + 1;
}
