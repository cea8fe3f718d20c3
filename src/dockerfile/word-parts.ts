/** A word taken apart as BuildKit's lexer does it (frontend/dockerfile/shell). Offsets index the word. */
export type WordPart = TextPart | VariablePart;

/** Literal text. */
interface TextPart {
  readonly kind: "text";
  /** Without quotes and escape characters. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** True when blanks in it do not split words: it stood in quotes, behind an escape character, or after `<<`. */
  readonly quoted: boolean;
}

/** `$NAME`, `${NAME}` or `${NAME<operator>…}`. */
export interface VariablePart {
  readonly kind: "variable";
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Where the name stands. */
  readonly nameStart: number;
  readonly operator?: "-" | ":-" | "+" | ":+" | "?" | ":?" | "#" | "##" | "%" | "%%" | "/" | "//";
  /** The operand: default, alternative, message or pattern. */
  readonly word?: readonly WordPart[];
  /** What a match is replaced by, for `/` and `//`. */
  readonly replacement?: readonly WordPart[];
}

/** Why a word cannot be expanded; BuildKit refuses the instruction. */
interface WordError {
  readonly message: string;
  readonly at: number;
}

export interface ParsedWord {
  readonly parts: readonly WordPart[];
  readonly error?: WordError;
}

/** Expansions inside expansions deeper than this are refused; nobody writes them by hand. */
const MAX_DEPTH = 64;

const EOF = -1;
const QUOTE = 39;
const DOUBLE = 34;
const DOLLAR = 36;
const LESS = 60;
const OPEN = 123;
const CLOSE = 125;
const SLASH = 47;

interface Cursor {
  readonly text: string;
  readonly escapeCode: number;
  at: number;
  error?: WordError;
}

/** Splits a word into text and variables. Never throws: a word BuildKit refuses comes with `error`. */
export function parseWord(text: string, escapeToken: string): ParsedWord {
  if (isPlain(text, escapeToken)) {
    return { parts: text ? [{ kind: "text", value: text, start: 0, end: text.length, quoted: false }] : [] };
  }
  const cursor: Cursor = { text, escapeCode: escapeToken.charCodeAt(0), at: 0 };
  const parts = readUntil(cursor, EOF, false, 0);
  return cursor.error ? { parts, error: cursor.error } : { parts };
}

/** True when nothing in the word needs the lexer. */
function isPlain(text: string, escapeToken: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOLLAR || code === QUOTE || code === DOUBLE || code === LESS) return false;
    if (code === escapeToken.charCodeAt(0)) return false;
  }
  return true;
}

function fail(cursor: Cursor, message: string, at: number): void {
  cursor.error ??= { message, at };
}

/** Reads up to `stop` (consumed) or the end; `keepEscapes` leaves escape characters in the text, for patterns. */
function readUntil(cursor: Cursor, stop: number, keepEscapes: boolean, depth: number): WordPart[] {
  const { text, escapeCode } = cursor;
  const begin = cursor.at;
  const parts: WordPart[] = [];
  let plain = cursor.at;
  const flush = (): void => {
    if (cursor.at > plain) {
      parts.push({
        kind: "text",
        value: text.slice(plain, cursor.at),
        start: plain,
        end: cursor.at,
        quoted: false,
      });
    }
  };
  while (cursor.at < text.length) {
    const code = text.charCodeAt(cursor.at);
    if (code === stop) {
      flush();
      cursor.at++;
      return parts;
    }
    if (code === QUOTE || code === DOUBLE || code === DOLLAR) {
      flush();
      if (code === QUOTE) readSingleQuoted(cursor, parts);
      else if (code === DOUBLE) readDoubleQuoted(cursor, parts, keepEscapes, depth);
      else readDollar(cursor, parts, depth);
      if (cursor.error) return parts;
      plain = cursor.at;
    } else if (code === LESS && text.charCodeAt(cursor.at + 1) === LESS) {
      flush();
      const start = cursor.at;
      cursor.at += 2;
      while (/[\t\r ]/.test(text.charAt(cursor.at))) cursor.at++;
      parts.push(quotedText(text.slice(start, cursor.at), start, cursor.at));
      plain = cursor.at;
    } else if (code === escapeCode) {
      flush();
      const start = cursor.at;
      cursor.at = Math.min(start + 2, text.length);
      const value = text.slice(keepEscapes ? start : start + 1, cursor.at);
      if (value) parts.push(quotedText(value, start, cursor.at));
      plain = cursor.at;
    } else cursor.at++;
  }
  flush();
  if (stop !== EOF) {
    const missing = String.fromCharCode(stop);
    fail(cursor, `"${missing}" is missing at the end of a substitution`, Math.max(0, begin - 1));
  }
  return parts;
}

function quotedText(value: string, start: number, end: number): TextPart {
  return { kind: "text", value, start, end, quoted: true };
}

function readSingleQuoted(cursor: Cursor, parts: WordPart[]): void {
  const start = cursor.at;
  const close = cursor.text.indexOf("'", start + 1);
  if (close < 0) {
    fail(cursor, "a single quote is not closed", start);
    return;
  }
  cursor.at = close + 1;
  parts.push(quotedText(cursor.text.slice(start + 1, close), start, cursor.at));
}

function readDoubleQuoted(cursor: Cursor, parts: WordPart[], keepEscapes: boolean, depth: number): void {
  const { text, escapeCode } = cursor;
  const open = cursor.at;
  let start = cursor.at;
  let value = "";
  cursor.at++;
  const flush = (): void => {
    if (value || cursor.at - start === 2) parts.push(quotedText(value, start, cursor.at));
    value = "";
  };
  while (cursor.at < text.length) {
    const code = text.charCodeAt(cursor.at);
    if (code === DOUBLE) {
      cursor.at++;
      flush();
      return;
    }
    if (code === DOLLAR) {
      flush();
      readDollar(cursor, parts, depth);
      if (cursor.error) return;
      start = cursor.at;
    } else if (code === escapeCode) {
      const next = text.charCodeAt(cursor.at + 1);
      if (next === DOUBLE || next === DOLLAR || next === escapeCode) {
        value += text.slice(keepEscapes ? cursor.at : cursor.at + 1, cursor.at + 2);
        cursor.at += 2;
      } else {
        if (cursor.at + 1 < text.length || keepEscapes) value += text.charAt(cursor.at);
        cursor.at++;
      }
    } else {
      value += text.charAt(cursor.at);
      cursor.at++;
    }
  }
  fail(cursor, "a double quote is not closed", open);
}

function readDollar(cursor: Cursor, parts: WordPart[], depth: number): void {
  const { text } = cursor;
  const start = cursor.at;
  cursor.at++;
  if (text.charCodeAt(cursor.at) !== OPEN) {
    const name = readName(cursor);
    if (name) parts.push({ kind: "variable", name, start, end: cursor.at, nameStart: start + 1 });
    else parts.push({ kind: "text", value: "$", start, end: cursor.at, quoted: false });
    return;
  }
  cursor.at++;
  if (cursor.at >= text.length) {
    fail(cursor, '"}" is missing', start);
    return;
  }
  if (/[{}:]/.test(text.charAt(cursor.at))) {
    fail(cursor, "the substitution has no name", start);
    return;
  }
  if (depth >= MAX_DEPTH) {
    fail(cursor, "substitutions are nested too deeply", start);
    return;
  }
  const nameStart = cursor.at;
  const name = readName(cursor);
  const code = text.charCodeAt(cursor.at);
  if (code === CLOSE) {
    cursor.at++;
    parts.push({ kind: "variable", name, start, end: cursor.at, nameStart });
    return;
  }
  if (code === SLASH) {
    readReplacement(cursor, parts, { name, start, nameStart }, depth);
    return;
  }
  const colon = text.charAt(cursor.at) === ":";
  if (colon) cursor.at++;
  const symbol = text.charAt(cursor.at);
  cursor.at++;
  const modifier = `${colon ? ":" : ""}${symbol}`;
  let operator = asOperator(modifier);
  if (!operator) {
    fail(cursor, `"${modifier}" is not a modifier BuildKit knows in a substitution`, start);
    return;
  }
  if (operator === "#" && text.charAt(cursor.at) === "#") operator = "##";
  if (operator === "%" && text.charAt(cursor.at) === "%") operator = "%%";
  if (operator.length === 2 && !colon) cursor.at++;
  const pattern = operator.startsWith("#") || operator.startsWith("%");
  const word = readUntil(cursor, CLOSE, pattern, depth + 1);
  if (cursor.error) return;
  parts.push({ kind: "variable", name, start, end: cursor.at, nameStart, operator, word });
}

function asOperator(modifier: string): VariablePart["operator"] {
  switch (modifier) {
    case "-":
    case ":-":
    case "+":
    case ":+":
    case "?":
    case ":?":
    case "#":
    case "%":
      return modifier;
    default:
      return undefined;
  }
}

function readReplacement(
  cursor: Cursor,
  parts: WordPart[],
  variable: { name: string; start: number; nameStart: number },
  depth: number,
): void {
  cursor.at++;
  const all = cursor.text.charCodeAt(cursor.at) === SLASH;
  if (all) cursor.at++;
  const word = readUntil(cursor, SLASH, true, depth + 1);
  if (cursor.error) return;
  const replacement = readUntil(cursor, CLOSE, true, depth + 1);
  if (cursor.error) return;
  const operator = all ? "//" : "/";
  parts.push({ kind: "variable", ...variable, end: cursor.at, operator, word, replacement });
}

const LETTER_OR_DIGIT = /[\p{L}\p{Nd}_]/u;

/** A name, a row of digits, or one special parameter; empty when none stands here. */
function readName(cursor: Cursor): string {
  const { text } = cursor;
  const start = cursor.at;
  const first = text.charAt(start);
  if (/\p{Nd}/u.test(first)) {
    while (/\p{Nd}/u.test(text.charAt(cursor.at))) cursor.at++;
  } else if (first !== "" && "@*#?-$!".includes(first)) {
    cursor.at++;
  } else {
    while (cursor.at < text.length && LETTER_OR_DIGIT.test(text.charAt(cursor.at))) cursor.at++;
  }
  return text.slice(start, cursor.at);
}
